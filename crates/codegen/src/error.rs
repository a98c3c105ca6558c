use std::{error, fmt};

use bigcommerce_spec::{DocumentError, OverlayProblem};

/// Why no source was generated.
///
/// `Display` is made for a terminal: one problem after the other, each with its place, what is
/// wrong, and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A document cannot be read, the generator refuses it, or the generated code failed a
    /// check. There is at least one.
    Document(Vec<DocumentError>),
    /// Actions of the overlays no longer do what they are there for. There is at least one.
    Overlay(Vec<OverlayProblem>),
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        Self::Document(vec![error])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(errors) => write_all(f, errors),
            Self::Overlay(problems) => write_all(f, problems),
        }
    }
}

impl error::Error for Error {}

/// Writes as many problems as fit on a screen, and says how many more there are.
fn write_all(f: &mut fmt::Formatter<'_>, problems: &[impl fmt::Display]) -> fmt::Result {
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
