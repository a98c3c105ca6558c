use std::path::Path;

use bigcommerce_spec::{Document, DocumentError};
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use serde_json::Value;

use crate::{Error, blame, check, prepared_document, read::read, sandboxed};

/// How the code is generated and checked. The default is what this workspace uses.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// What the header of the generated source calls the document.
    pub spec_name: String,
    /// The path of the type that a client holds for its hooks.
    pub inner_type: String,
    /// The component schema that stands for a secret.
    pub secret_schema: String,
    /// The path of the type that takes the place of that schema.
    pub secret_type: String,
    /// The names of fields and parameters that must never be plain text.
    pub secret_names: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            spec_name: "a spec".to_owned(),
            inner_type: "crate::Inner".to_owned(),
            secret_schema: "Secret".to_owned(),
            secret_type: "::bigcommerce_secret::Sensitive".to_owned(),
            secret_names: check::SECRET_NAMES.map(str::to_owned).to_vec(),
        }
    }
}

/// Generates the client of an OpenAPI 3.0 document: one formatted source file.
///
/// The same input gives the same bytes, on every run and every machine.
///
/// # Errors
///
/// When a file cannot be used, an action of an overlay has no effect, the generator refuses the
/// document or panics, or the generated code fails a check: all failed checks.
pub fn generate<P: AsRef<Path>>(
    spec: &Path,
    overlays: &[P],
    settings: &Settings,
) -> Result<String, Error> {
    let document = prepared_document(spec, overlays)?;
    checked(&document, settings).map_err(Error::Document)
}

/// As [`generate`], from the document that the generator is to read.
pub(crate) fn checked(
    document: &Document,
    settings: &Settings,
) -> Result<String, Vec<DocumentError>> {
    check::document(document)?;
    sandboxed::run(|| source(document, settings))
        .unwrap_or_else(|panic| Err(vec![blame::panicked(document, settings, &panic)]))
}

/// Generates, checks and formats.
fn source(document: &Document, settings: &Settings) -> Result<String, Vec<DocumentError>> {
    let code = code(document, document.value(), settings).map_err(|error| vec![error])?;
    check::code(document, &code, settings)?;
    Ok(format!(
        "// Generated from {} and its overlays by `cargo xtask regen`. Do not edit.\n\n{}",
        settings.spec_name,
        prettyplease::unparse(&code),
    ))
}

/// The generated code of `value`, which is the value of `document` or made from it.
pub(crate) fn code(
    document: &Document,
    value: &Value,
    settings: &Settings,
) -> Result<syn::File, DocumentError> {
    let refused = |why: String| {
        DocumentError::at(
            document.place(""),
            format!("the generator refuses the document: {why}"),
            format!("accommodate it in {}", layer(document)),
        )
    };
    let api = read(document, value)?;
    let inner_type = settings.inner_type.parse();
    let mut progenitor = GenerationSettings::new();
    progenitor
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(inner_type.map_err(|_| refused("the inner type is no path".into()))?)
        .with_replacement(
            &settings.secret_schema,
            &settings.secret_type,
            [].into_iter(),
        );
    let tokens = Generator::new(&progenitor)
        .generate_tokens(&api)
        .map_err(|error| refused(error.to_string()))?;
    syn::parse2(tokens).map_err(|error| refused(format!("its output is not Rust: {error}")))
}

/// The overlay that accommodates the generator, or failing that the document itself.
pub(crate) fn layer(document: &Document) -> &str {
    document.sources().last().map_or("", String::as_str)
}
