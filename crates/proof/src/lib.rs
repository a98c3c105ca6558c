//! Evidence for what the clients claim.
//!
//! [`chaos`] charges many orders through the facade while everything goes wrong, and holds what
//! each caller was told against the sandbox's ledger. [`fleet`] does the same with many processes,
//! which share a journal, and die, sleep and lose their database. [`leaks`] plants unique secrets in a process
//! that uses the facade, and searches all that it prints, and its memory, for them.

use std::process::ExitCode;

pub mod chaos;
mod error;
mod facade;
mod faults;
pub mod fleet;
mod instrument;
pub mod leaks;
mod ledger_facts;
mod requests;
mod stores;

pub use error::ProofError;

/// The exit code of a proof that held or did not, or could not be carried out.
pub fn exit_code(outcome: Result<bool, ProofError>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
