//! The ledger: every capture and authorization, in the order they happened.

use serde::Serialize;

/// What an entry of the ledger did with the shopper's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerKind {
    /// The amount was taken.
    Capture,
    /// The amount was reserved; a later capture would take it.
    Authorization,
}

/// One movement of money in a test store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// The order that was paid.
    pub order_id: u64,
    /// What happened to the money.
    pub kind: LedgerKind,
    /// The amount in minor units of `currency` (cents for USD).
    pub amount: u64,
    /// ISO 4217 currency code.
    pub currency: String,
    /// The payment's id, as the payments host returned it.
    pub payment_id: String,
    /// The payment method that was charged.
    pub payment_method_id: String,
    /// When, by the sandbox's clock, in milliseconds since the Unix epoch.
    pub at_unix_ms: i64,
}
