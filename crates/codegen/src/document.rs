use std::path::Path;

use bigcommerce_spec::{Applied, Document};

use crate::{Error, prepare};

/// Reads an OpenAPI 3.0 document and applies overlays to it.
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

/// As [`effective_document`], with the one accommodation to the generator that no overlay can
/// express: the alternatives of a choice that is told apart by `type` are written inline,
/// however many of them there are.
///
/// # Errors
///
/// As for [`effective_document`].
pub fn prepared_document<P: AsRef<Path>>(spec: &Path, overlays: &[P]) -> Result<Document, Error> {
    let mut document = effective_document(spec, overlays)?;
    prepare::inline_choices(&mut document);
    Ok(document)
}
