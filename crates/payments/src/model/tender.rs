//! One charge of an order, with what happened to it since.

mod facts;

use std::time::SystemTime;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::facts::Facts;
use crate::model::{
    instrument::InstrumentType,
    money::Money,
    transaction::{Transaction, TransactionEvent as Event, TransactionMethod},
};

/// One charge of an order, with its captures and reversals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Tender {
    /// Where the charge stands.
    pub state: TenderState,
    /// What happened to how much, where every transaction says its amount, in one currency.
    pub amounts: Option<Amounts>,
    /// What happened, the charge itself first.
    pub transactions: Vec<Transaction>,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TenderState {
    /// Being decided.
    Pending,
    /// The money is reserved.
    Authorized,
    /// The money is captured.
    Captured,
    /// A part of the money was given back or released.
    PartlyReversed,
    /// All of the money was given back or released.
    Reversed,
    /// The charge failed.
    Failed,
    /// A transaction does not say enough, or something that this version does not know.
    Unclear,
}

/// How much of a charge, or of an order, went which way, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Amounts {
    /// The currency, an ISO 4217 code.
    pub currency: String,
    /// Reserved, whether or not it was captured since.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub authorized: Decimal,
    /// Captured, whether or not it was given back since.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub captured: Decimal,
    /// Given back.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub refunded: Decimal,
    /// Released, or taken back before it was settled.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub voided: Decimal,
    /// Being decided.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub pending: Decimal,
    /// Tried without success.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub failed: Decimal,
    /// Paid as it stands: captured, or reserved where nothing was captured, less what was given
    /// back or released.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub paid: Decimal,
}

impl Tender {
    /// The charge and what refers to it; there is at least one transaction.
    pub(crate) fn of(transactions: Vec<Transaction>) -> Self {
        let facts = Facts::of(&transactions);
        Self {
            state: facts.state(),
            amounts: facts.amounts(&transactions),
            transactions,
        }
    }

    /// The transaction that the charge is known by: the first that went well, or else the first.
    pub fn charge(&self) -> Option<&Transaction> {
        let mut charges = self.transactions.iter().filter(|it| is_charge(&it.event));
        let went_well = charges.clone().find(|it| it.is_ok());
        went_well
            .or_else(|| charges.next())
            .or_else(|| self.transactions.first())
    }

    /// How it was paid.
    pub fn method(&self) -> Option<&TransactionMethod> {
        self.transactions.iter().find_map(|it| it.method.as_ref())
    }

    /// Whether the shopper's money is captured or reserved, in part at least.
    pub fn is_charged(&self) -> bool {
        use TenderState::{Authorized, Captured, PartlyReversed};
        matches!(self.state, Authorized | Captured | PartlyReversed)
    }

    /// Captures and settlements that are here because there was no other charge that they can be
    /// of: nothing in them says so.
    pub(crate) fn captures_of_nobody_knows_what(&self) -> impl Iterator<Item = &Transaction> {
        let is_tied = |it: &Transaction| {
            let gateway_id = it.gateway_transaction_id.as_ref();
            let same = |other: &&Transaction| other.gateway_transaction_id.as_ref() == gateway_id;
            let here = self.transactions.iter().filter(same).count();
            it.reference_transaction_id.is_some() || gateway_id.is_some() && here > 1
        };
        let transactions = self.transactions.iter().skip(1);
        transactions.filter(move |it| is_charge(&it.event) && !it.is_error() && !is_tied(it))
    }

    pub(crate) fn funds(&self) -> Option<Funds> {
        self.method().and_then(Funds::of_method)
    }

    /// When the first of its transactions was made, as far as they say.
    pub(crate) fn created(&self) -> Option<SystemTime> {
        self.transactions
            .iter()
            .filter_map(Transaction::created)
            .min()
    }

    /// What was charged, whatever was given back since.
    pub(crate) fn charged(&self) -> Option<Money> {
        let amounts = self.amounts.as_ref()?;
        let charged = amounts.captured.max(amounts.authorized);
        Some(Money::new(charged, &amounts.currency))
    }
}

/// Where the money comes from, as far as that tells two charges apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Funds {
    GiftCertificate,
    StoreCredit,
    Other,
}

impl Funds {
    pub(crate) fn of_instrument(instrument: &InstrumentType) -> Option<Self> {
        match instrument {
            InstrumentType::GiftCertificate => Some(Self::GiftCertificate),
            InstrumentType::StoreCredit => Some(Self::StoreCredit),
            InstrumentType::Other(_) => None,
            _ => Some(Self::Other),
        }
    }

    pub(crate) fn of_method(method: &TransactionMethod) -> Option<Self> {
        match method {
            TransactionMethod::GiftCertificate => Some(Self::GiftCertificate),
            TransactionMethod::StoreCredit => Some(Self::StoreCredit),
            TransactionMethod::Other(_) => None,
            _ => Some(Self::Other),
        }
    }
}

pub(crate) fn is_charge(event: &Event) -> bool {
    matches!(
        event,
        Event::Purchase | Event::Authorization | Event::Capture | Event::Settled
    )
}

pub(crate) fn is_reversal(event: &Event) -> bool {
    matches!(event, Event::Refund | Event::Void)
}

impl Amounts {
    /// The sums with another charge's amounts.
    pub(crate) fn add(&mut self, other: &Self) {
        self.authorized += other.authorized;
        self.captured += other.captured;
        self.refunded += other.refunded;
        self.voided += other.voided;
        self.pending += other.pending;
        self.failed += other.failed;
        self.paid += other.paid;
    }
}
