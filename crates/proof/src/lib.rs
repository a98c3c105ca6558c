//! Evidence for what the clients claim.
//!
//! [`chaos`] charges many orders through the facade while everything goes wrong, and holds what
//! each caller was told against the sandbox's ledger.

pub mod chaos;
