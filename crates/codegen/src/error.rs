//! Why no source was generated.

use std::{fmt, io};

use bigcommerce_spec::{DocumentError, OverlayProblem};
use thiserror::Error;

/// Why no source was generated.
///
/// `Display` is made for a terminal: one problem after the other, each with its place, what is
/// wrong, and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A document cannot be read, the generator refuses it, or the generated code failed a
    /// check. There is at least one.
    #[error(fmt = write_all)]
    Document(Vec<DocumentError>),
    /// Actions of the overlays no longer do what they are there for. There is at least one.
    #[error(fmt = write_all)]
    Overlay(Vec<OverlayProblem>),
    /// The system cannot start the thread that the generator runs on.
    #[error("the generator cannot be run: {0}")]
    Thread(#[source] io::Error),
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        Self::Document(vec![error])
    }
}

/// Writes as many problems as fit on a screen, and says how many more there are.
fn write_all(problems: &[impl fmt::Display], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const MOST: usize = 8;
    for (index, problem) in problems.iter().take(MOST).enumerate() {
        if index > 0 {
            writeln!(f)?;
        }
        write!(f, "{problem}")?;
    }
    match problems.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => write!(f, "\nand {more} more"),
    }
}
