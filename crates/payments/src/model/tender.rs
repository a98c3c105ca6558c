//! One charge of an order, with what happened to it since.

use std::time::SystemTime;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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

/// What the transactions of one charge say.
struct Facts {
    authorized: Sum,
    captured: Sum,
    settled: Sum,
    refunded: Sum,
    voided: Sum,
    pending: Sum,
    failed: Sum,
    unclear: bool,
}

/// How many transactions there are of a kind, and how much they come to, where they all say.
struct Sum {
    count: usize,
    amount: Option<Decimal>,
}

impl Sum {
    fn of<'a>(transactions: impl Iterator<Item = &'a Transaction>) -> Self {
        let zero = Self {
            count: 0,
            amount: Some(Decimal::ZERO),
        };
        transactions.fold(zero, |sum, it| Self {
            count: sum.count + 1,
            amount: sum
                .amount
                .zip(it.amount)
                .and_then(|(sum, it)| sum.checked_add(it)),
        })
    }

    fn any(&self) -> bool {
        self.count > 0
    }
}

impl Facts {
    fn of(transactions: &[Transaction]) -> Self {
        let ok = |event: Event| {
            Sum::of(
                transactions
                    .iter()
                    .filter(move |it| it.is_ok() && it.event == event),
            )
        };
        let decided = |it: &&Transaction| it.is_error() && it.event != Event::Capture;
        let unclear = |it: &Transaction| match it.event {
            Event::Pending => false,
            Event::Other(_) => !it.is_error(),
            _ => !it.is_ok() && !it.is_error(),
        };
        Self {
            authorized: ok(Event::Authorization),
            captured: Sum::of(
                transactions.iter().filter(|it| {
                    it.is_ok() && matches!(it.event, Event::Purchase | Event::Capture)
                }),
            ),
            settled: ok(Event::Settled),
            refunded: ok(Event::Refund),
            voided: ok(Event::Void),
            pending: Sum::of(
                transactions
                    .iter()
                    .filter(|it| it.event == Event::Pending && !it.is_error()),
            ),
            failed: Sum::of(
                transactions
                    .iter()
                    .filter(decided)
                    .filter(|it| !is_reversal(&it.event)),
            ),
            unclear: transactions.iter().any(unclear),
        }
    }

    /// What the charge took: captured, or else settled, or else reserved.
    fn base(&self) -> &Sum {
        [&self.captured, &self.settled]
            .into_iter()
            .find(|sum| sum.any())
            .unwrap_or(&self.authorized)
    }

    fn state(&self) -> TenderState {
        if self.unclear {
            return TenderState::Unclear;
        }
        if self.base().any() {
            return self.state_of_a_charge();
        }
        if self.voided.any() || self.refunded.any() {
            return TenderState::Reversed;
        }
        match (self.failed.any(), self.pending.any()) {
            (true, _) => TenderState::Failed,
            (false, true) => TenderState::Pending,
            (false, false) => TenderState::Unclear,
        }
    }

    fn state_of_a_charge(&self) -> TenderState {
        let base = self.base().amount;
        if self.voided.any() {
            // Gateways write no amount, or zero, where they release all that is left.
            let left = base
                .zip(self.refunded.amount)
                .map(|(base, refunded)| base - refunded);
            let whole = |void: Decimal| void.is_zero() || left.is_none_or(|left| void >= left);
            return if self.voided.amount.is_none_or(whole) {
                TenderState::Reversed
            } else {
                TenderState::Unclear
            };
        }
        match (self.refunded.any(), base, self.refunded.amount) {
            (false, ..) if self.is_captured() => TenderState::Captured,
            (false, ..) => TenderState::Authorized,
            (true, Some(base), Some(refunded)) if refunded >= base => TenderState::Reversed,
            (true, Some(_), Some(_)) => TenderState::PartlyReversed,
            (true, ..) => TenderState::Unclear,
        }
    }

    fn amounts(&self, transactions: &[Transaction]) -> Option<Amounts> {
        let currency = transactions.first()?.currency.clone()?;
        let same = |it: &Transaction| it.currency.as_deref() == Some(&currency);
        let state = self.state();
        if state == TenderState::Unclear || !transactions.iter().all(same) {
            return None;
        }
        let charged = self.base().amount?;
        let pending = self.pending.amount?;
        let refunded = self.refunded.amount?;
        let none = Decimal::ZERO;
        let taken = if self.base().any() { charged } else { pending };
        let voided = if self.voided.any() {
            taken - refunded
        } else {
            none
        };
        Some(Amounts {
            authorized: self.authorized.amount?,
            captured: if self.is_captured() { charged } else { none },
            refunded,
            voided,
            pending: if state == TenderState::Pending {
                pending
            } else {
                none
            },
            failed: if state == TenderState::Failed {
                self.failed.amount?
            } else {
                none
            },
            paid: if self.base().any() {
                charged - refunded - voided
            } else {
                none
            },
            currency,
        })
    }

    fn is_captured(&self) -> bool {
        self.captured.any() || self.settled.any()
    }
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
