//! Looks for what the generator stumbles over, and for what it loses without a word.
//!
//! Each check is a function of the prepared document and, from [`code`] on, of what was generated
//! from it. It returns what it found wrong.

mod choices;
mod cycles;
mod names;
mod references;
mod responses;
mod secret_names;
mod secret_types;

use bigcommerce_spec::{Document, DocumentError};

use crate::{Error, generator::Generated};

/// Checks what the generator would stumble over.
pub(crate) fn document(document: &Document) -> Result<(), Error> {
    let checks = [
        references::check,
        responses::check,
        names::check,
        cycles::check,
    ];
    passed(checks.iter().flat_map(|check| check(document)).collect())
}

/// Checks the generated code against the document.
pub(crate) fn code(document: &Document, generated: &Generated) -> Result<(), Error> {
    let checks = [choices::check, secret_types::check, secret_names::check];
    passed(
        checks
            .iter()
            .flat_map(|check| check(document, generated))
            .collect(),
    )
}

fn passed(failures: Vec<DocumentError>) -> Result<(), Error> {
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Error::Document(failures))
    }
}

#[cfg(test)]
mod tests;
