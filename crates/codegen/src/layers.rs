//! Specs with the overlays that are applied to them.

use std::path::Path;

use bigcommerce_spec::{Applied, Document};

use crate::Error;

/// Reads an OpenAPI 3.0 document and applies overlays to it: first the corrections, then the
/// accommodations to the generator.
///
/// # Errors
///
/// When a file cannot be used, or an action of an overlay has no effect: all such actions.
pub fn effective_document<P: AsRef<Path>>(spec: &Path, overlays: &[P]) -> Result<Document, Error> {
    let applied = Applied::load(spec, overlays)?;
    if applied.problems.is_empty() {
        Ok(applied.document)
    } else {
        Err(Error::Overlay(applied.problems))
    }
}

/// The overlay that corrects a document, or failing that the document itself.
pub(crate) fn corrections(document: &Document) -> &str {
    let corrections = document.sources().get(1);
    corrections.map_or(document.name(), String::as_str)
}

/// The overlay that accommodates the generator, or failing that the one before it.
pub(crate) fn accommodations(document: &Document) -> &str {
    let last = document.sources().last();
    last.map_or(document.name(), String::as_str)
}
