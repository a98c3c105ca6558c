//! What keeps a measurement from being taken.

use std::{io, num::ParseFloatError, path::PathBuf};

use bigcommerce_sandbox::{ControlError, StartError};
use bigcommerce_test_postgres::PostgresError;
use thiserror::Error;

/// Why there is no measurement.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("{command} failed: {source}")]
    Command { command: String, source: io::Error },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(
        "valgrind counts instructions and allocations, and is not there: install the package \
         `valgrind`"
    )]
    NoValgrind,
    #[error("valgrind says nothing of {label:?}:\n{said}")]
    Unsaid { label: &'static str, said: String },
    #[error("this is no number: {0}")]
    NotANumber(#[from] ParseFloatError),
    #[error("{page} has no figure of {what:?}")]
    NoFigure { page: &'static str, what: String },
    #[error("the chart cannot be drawn: {0}")]
    Chart(Box<dyn std::error::Error + Send + Sync>),
    #[error("the numbers of the orders do not follow each other, or do not fit into 32 bits")]
    OrderNumbers,
    #[error("the test store cannot be started: {0}")]
    Start(#[from] StartError),
    #[error("the test store refuses an order: {0}")]
    Order(#[from] ControlError),
    #[error("PostgreSQL cannot be started: {0}")]
    Postgres(#[from] PostgresError),
    #[error("the journal cannot be filled: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What one of the measured clients came to.
    #[error(transparent)]
    Client(#[from] Box<dyn std::error::Error + Send + Sync>),
}
