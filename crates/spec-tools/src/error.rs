//! What a command comes to.

use std::{io, path::PathBuf, process::ExitCode};

use anstyle::{AnsiColor, Style};
use bigcommerce_drift::PolicyError;
use bigcommerce_spec::DocumentError;
use thiserror::Error as ThisError;

/// The code to exit with, or an error to print.
pub(crate) type Outcome = Result<ExitCode, Error>;

/// Why a command cannot do what it is there for.
#[derive(Debug, ThisError)]
pub(crate) enum Error {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Codegen(#[from] bigcommerce_codegen::Error),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("{}: {what}: {source}", path.display())]
    File {
        path: PathBuf,
        /// What was tried in vain, as `cannot be read`.
        what: &'static str,
        source: io::Error,
    },
    #[error("{program} cannot be run: {source}")]
    NotRun { program: String, source: io::Error },
    #[error("{program} failed: {complaint}")]
    Failed { program: String, complaint: String },
    #[error("{program} did not come to an end in time")]
    TimedOut { program: String },
    #[error("nothing can be printed: {0}")]
    Print(#[from] io::Error),
    #[error("{0}")]
    Other(String),
}

impl Error {
    pub(crate) fn file(
        path: impl Into<PathBuf>,
        what: &'static str,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, what, source }
    }

    /// Prints the error where people look for it.
    pub(crate) fn report(&self) {
        const RED: Style = AnsiColor::Red.on_default().bold();
        anstream::eprintln!("{RED}error{RED:#}: {self}");
    }
}

impl From<String> for Error {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}
