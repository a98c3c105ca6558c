//! The way of a spec to Rust source: read, corrected, prepared, checked, generated, printed.

use std::path::Path;

use bigcommerce_spec::Document;

use crate::{
    Error, check,
    generator::{self, with_large_stack},
    layers::effective_document,
    prepare::inline_choices,
};

/// Generates the client of an OpenAPI 3.0 document: one formatted source file, whose first line
/// calls the document `spec_name`.
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
    spec_name: &str,
) -> Result<String, Error> {
    let document = prepared_document(spec, overlays)?;
    source(&document, spec_name)
}

/// As [`effective_document`], with the alternatives of choices that are told apart by `type`
/// written inline, however many of them there are: what the generator reads.
///
/// # Errors
///
/// As for [`effective_document`].
pub fn prepared_document<P: AsRef<Path>>(spec: &Path, overlays: &[P]) -> Result<Document, Error> {
    effective_document(spec, overlays).map(inline_choices)
}

/// As [`generate`], from a prepared document.
pub(crate) fn source(document: &Document, spec_name: &str) -> Result<String, Error> {
    check::document(document)?;
    // What follows recurses over the schemas, and over the types made of them.
    with_large_stack(|| {
        let generated = generator::generate(document)?;
        check::code(document, &generated)?;
        Ok(print(&generated.code, spec_name))
    })
    .map_err(Error::Thread)?
}

fn print(code: &syn::File, spec_name: &str) -> String {
    format!(
        "// Generated from {spec_name} and its overlays by `cargo xtask regen`. Do not edit.\n\n{}",
        prettyplease::unparse(code),
    )
}
