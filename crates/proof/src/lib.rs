//! Evidence for what the clients claim.
//!
//! [`chaos`] charges many orders through the facade while everything goes wrong, and holds what
//! each caller was told against the sandbox's ledger. [`leaks`] plants unique secrets in a process
//! that uses the facade, and searches all that it prints, and its memory, for them.

pub mod chaos;
mod error;
mod facade;
pub mod leaks;

pub use error::ProofError;
