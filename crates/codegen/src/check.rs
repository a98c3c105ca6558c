//! Looks for what the generator loses without a word.

mod choices;
mod cycles;
mod names;
mod references;
mod responses;
mod secrets;

use bigcommerce_spec::{Document, DocumentError};

pub(crate) use secrets::SECRET_NAMES;

use crate::{Settings, probe::Probe};

/// Checks what the generator would stumble over.
pub(crate) fn document(document: &Document) -> Result<(), Vec<DocumentError>> {
    let mut failures = references::check(document);
    failures.extend(responses::check(document));
    failures.extend(names::check(document));
    failures.extend(cycles::check(document));
    none(failures)
}

/// Checks the generated code against the document.
pub(crate) fn code(
    document: &Document,
    code: &syn::File,
    settings: &Settings,
) -> Result<(), Vec<DocumentError>> {
    let probe = Probe::new(document, settings).map_err(|error| vec![error])?;
    let mut failures = choices::check(document, &probe);
    failures.extend(secrets::check_marked(document, &probe, settings));
    failures.extend(secrets::check_names(document, code, settings));
    none(failures)
}

fn none(failures: Vec<DocumentError>) -> Result<(), Vec<DocumentError>> {
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures)
    }
}

#[cfg(test)]
mod tests;
