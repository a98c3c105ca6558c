//! The ledger: every movement of money, in the order they happened.

use serde::Serialize;

use crate::state::transaction::{Event, Transaction};

/// What an entry of the ledger did with the shopper's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerKind {
    /// The amount was taken.
    Capture,
    /// The amount was reserved; a later capture would take it.
    Authorization,
    /// What was reserved or taken was given back before it was settled.
    Void,
    /// The amount was given back.
    Refund,
}

impl LedgerKind {
    /// What a transaction did with the money, if anything.
    pub(crate) fn of(transaction: &Transaction) -> Option<Self> {
        transaction
            .succeeded
            .then_some(transaction.event)
            .and_then(|event| match event {
                Event::Purchase | Event::Capture => Some(Self::Capture),
                Event::Authorization => Some(Self::Authorization),
                Event::Void => Some(Self::Void),
                Event::Refund => Some(Self::Refund),
                Event::Pending => None,
            })
    }
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
    /// The id among the order's transactions.
    pub transaction_id: u64,
    /// The transaction that a capture, void or refund refers to.
    pub reference_transaction_id: Option<u64>,
    /// The `X-Correlation-Id` of the request that made the payment, whatever was answered to it:
    /// none where it was no UUID. The admin port shows it with the request.
    #[serde(skip)]
    pub correlation_id: Option<String>,
    /// When, by the sandbox's clock, in milliseconds since the Unix epoch.
    pub at_unix_ms: i64,
}

/// An entry of the ledger as it is kept: the place of a transaction, which holds the rest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LedgerRow {
    pub(crate) order_id: u64,
    /// The place among the order's transactions.
    pub(crate) place: u32,
}
