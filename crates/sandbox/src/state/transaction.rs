//! What an order's transactions hold.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    clock::Timestamp,
    state::definition::{Settlement, StoredInstrument},
    wire::payment::InstrumentKind,
};

/// What a transaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Purchase,
    Authorization,
    Capture,
    Refund,
    Void,
    Pending,
}

impl Event {
    /// The name that the API gives it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Authorization => "authorization",
            Self::Capture => "capture",
            Self::Refund => "refund",
            Self::Void => "void",
            Self::Pending => "pending",
        }
    }
}

/// What a payment was made with.
#[derive(Clone)]
pub(crate) struct Tender {
    pub(crate) payment_method_id: Arc<str>,
    pub(crate) instrument: InstrumentKind,
    pub(crate) source: Source,
}

/// Where the money of a payment comes from, as far as the transaction tells.
#[derive(Clone)]
pub(crate) enum Source {
    /// A card, or whatever stands behind a token that is not told.
    Gateway,
    /// An instrument in the customer's vault.
    Stored(Box<str>),
    GiftCertificate(Box<GiftCertificateUse>),
    /// The customer's store credit, and what was left of it in minor units.
    StoreCredit {
        remaining: u64,
    },
}

/// A gift certificate and its balances, in minor units.
#[derive(Clone)]
pub(crate) struct GiftCertificateUse {
    pub(crate) code: String,
    pub(crate) starting: u64,
    pub(crate) remaining: u64,
}

/// An entry of an order's transactions.
#[derive(Clone)]
pub(crate) struct Transaction {
    pub(crate) id: u64,
    pub(crate) event: Event,
    pub(crate) succeeded: bool,
    /// In minor units of the order's currency.
    pub(crate) amount: u64,
    pub(crate) tender: Tender,
    /// The place, among the order's transactions, of the attempt that began the payment.
    pub(crate) attempt: u32,
    /// The payment access token that the attempt used up.
    pub(crate) token_id: Option<Uuid>,
    /// The correlation id of the request that began the payment, where it is a UUID.
    pub(crate) correlation_id: Option<Uuid>,
    /// The transaction of the same order that this one goes on with or takes back.
    pub(crate) reference: Option<u64>,
    pub(crate) created: Timestamp,
}

/// What is remembered of a pending payment until it is decided.
pub(crate) struct PendingPayment {
    /// What the payment becomes where it succeeds, by the card and method as they were.
    pub(crate) settles_as: Settlement,
    /// The instrument that is stored where it succeeds.
    pub(crate) saves: Option<StoredInstrument>,
}
