//! Runs the generator, which is progenitor, with typify for the types.

mod model;
mod panic_cause;
mod stack;

use bigcommerce_spec::{Document, DocumentError};
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use serde_json::Value;

pub(crate) use stack::with_large_stack;

use crate::{
    layers::accommodations,
    origins::{self, Origins},
    settings::{RAW_SCHEMA, RAW_TYPE, SECRET_SCHEMA, SECRET_TYPE},
};

/// What was generated from a document.
pub(crate) struct Generated {
    pub(crate) code: syn::File,
    /// Which type came from which schema.
    pub(crate) origins: Origins,
}

/// Generates the code of a document, and that of its copy in which every type tells where it
/// came from.
///
/// # Errors
///
/// When the document is not OpenAPI, or the generator refuses it or panics, with the place
/// nearest to the cause that can be found.
pub(crate) fn generate(document: &Document) -> Result<Generated, DocumentError> {
    let (marked, marks) = origins::mark(document.value());
    Ok(Generated {
        code: code(document, document.value())?,
        origins: Origins::new(code(document, &marked)?, marks),
    })
}

/// The code of `value`, which is the value of `document` or made from it.
fn code(document: &Document, value: &Value) -> Result<syn::File, DocumentError> {
    attempt(value).map_err(|failure| explain(failure, document, value))
}

/// Why there is no code.
enum Failure {
    NotOpenApi(model::Mismatch),
    Refused(String),
    Panicked(String),
}

fn attempt(value: &Value) -> Result<syn::File, Failure> {
    let outcome = stack::catch_panic(|| {
        let model = model::read(value).map_err(Failure::NotOpenApi)?;
        let tokens = Generator::new(&settings())
            .generate_tokens(&model)
            .map_err(|error| Failure::Refused(error.to_string()))?;
        syn::parse2(tokens)
            .map_err(|error| Failure::Refused(format!("its output is not Rust: {error}")))
    });
    outcome.unwrap_or_else(|panic| Err(Failure::Panicked(panic)))
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::Inner))
        .with_replacement(SECRET_SCHEMA, SECRET_TYPE, [].into_iter())
        .with_replacement(RAW_SCHEMA, RAW_TYPE, [].into_iter());
    settings
}

fn explain(failure: Failure, document: &Document, value: &Value) -> DocumentError {
    let layer = accommodations(document);
    let advice = format!("accommodate it in {layer}");
    match failure {
        Failure::NotOpenApi((pointer, why)) => DocumentError::at(
            document.place(&pointer),
            format!("this is not OpenAPI 3.0: {why}"),
            format!("correct the document, or this part of it in {layer}"),
        ),
        Failure::Refused(why) => DocumentError::at(
            document.place(""),
            format!("the generator refuses the document: {why}"),
            advice,
        ),
        Failure::Panicked(panic) => {
            let panics = |part: &Value| matches!(attempt(part), Err(Failure::Panicked(_)));
            let cause = panic_cause::find(value, panics);
            let pointer = cause.as_ref().map_or("", |cause| &cause.pointer);
            let on = cause
                .as_ref()
                .map_or(String::new(), |cause| format!(" on {}", cause.name));
            let reason = panic.lines().next().unwrap_or_default();
            DocumentError::at(
                document.place(pointer),
                format!("the generator panics{on}: {reason}"),
                advice,
            )
        }
    }
}
