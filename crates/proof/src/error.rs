//! Why a proof could not be carried out. What a proof found is a result, not an error.

use std::{io, num::ParseIntError, process::ExitStatus, str::Utf8Error};

use bigcommerce_sandbox::{AddStoreError, ControlError, InjectError, StartError};

/// Why a proof could not be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The test store cannot be started.
    #[error("the test store cannot be started: {0}")]
    Start(#[from] StartError),
    /// The test store refuses a further store.
    #[error("the test store refuses a further store: {0}")]
    AddStore(#[from] AddStoreError),
    /// The test store refuses an order.
    #[error("the test store refuses an order: {0}")]
    Control(#[from] ControlError),
    /// The test store refuses a fault.
    #[error("the test store refuses a fault: {0}")]
    Inject(#[from] InjectError),
    /// The facade refuses what it was set up with.
    #[error("the facade refuses what it was set up with: {0}")]
    Facade(#[from] bigcommerce_payments::Error),
    /// The facade refuses an order or a payment.
    #[error("the facade refuses an order or a payment: {0}")]
    InvalidInput(#[from] bigcommerce_payments::InvalidInput),
    /// A process cannot be started, told what to do, or listened to.
    #[error("a process cannot be started or talked to: {0}")]
    Process(#[from] io::Error),
    /// A process cannot be sent a signal.
    #[error("a process cannot be sent a signal: {0}")]
    Signal(#[from] rustix::io::Errno),
    /// The journal cannot be opened.
    #[error("the journal cannot be opened: {0}")]
    Journal(#[from] bigcommerce_payments_journal::DatabaseError),
    /// The journal's database cannot be asked.
    #[error("the journal's database cannot be asked: {0}")]
    Database(#[from] sqlx::Error),
    /// The private PostgreSQL server cannot be used.
    #[error("the private PostgreSQL server cannot be used: {0}")]
    Postgres(#[from] bigcommerce_test_postgres::PostgresError),
    /// A program is not installed.
    #[error("{0} is not installed: `--database` takes `sqlite`, too, and the URL of a server")]
    NotInstalled(&'static str),
    /// A process was told something that cannot be read.
    #[error("the instructions of a process cannot be read: {0}")]
    Instructions(#[from] serde_json::Error),
    /// A planted secret is not text.
    #[error("a planted secret is not text: {0}")]
    SecretIsNotText(#[from] Utf8Error),
    /// The process to search ended before it was searched.
    #[error("the process to search ended before it was searched: {0}")]
    ProcessEnded(ExitStatus),
    /// The memory of a process cannot be read.
    #[error("the memory of the process to search cannot be read, which takes Linux: {0}")]
    Memory(#[source] io::Error),
    /// The list of a process's memory has a line that cannot be read.
    #[error("`{line}` is no line of a list of memory: {source}")]
    MemoryMap {
        /// The line.
        line: String,
        /// What is wrong with its range.
        source: ParseIntError,
    },
    /// A run that was to send payments sent none, so that it would prove nothing.
    #[error("the process to search sent no payment access token")]
    NothingSent,
}
