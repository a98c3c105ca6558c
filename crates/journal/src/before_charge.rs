//! What is looked at under a new claim, before a token is made: whether the order owes anything.

use bigcommerce_payments::{
    Error, Money, OrderPayments, Tender, TenderState, Transaction, TransactionStatus,
};

use crate::{
    answer::{StoredOutcome, made_transaction},
    attempt_state::AttemptState,
    attribution::{Attribution, can_be_of, has_made},
    database::{AttemptRow, DatabaseError},
    recovery::charge,
};

/// Whether the order may be charged.
#[derive(Debug)]
pub(crate) enum BeforeCharge {
    /// It may.
    Owed,
    /// It owes nothing: the first attempt that was charged.
    AlreadyPaid(Box<AttemptRow>),
    /// It was charged, by this submission as far as can be seen: its row was lost.
    Found(StoredOutcome),
    /// It cannot be told, and why.
    CannotTell(String),
    /// The order could not be looked up.
    Failed(Error),
    /// The journal could not be asked.
    Database(DatabaseError),
}

/// What is asked of an order's transactions.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    /// The type of the instrument that is to be charged.
    pub(crate) instrument_type: &'a str,
    /// The other attempts of the order that the journal knows, the first of them first.
    pub(crate) known: &'a [AttemptRow],
    /// The order's total, where a further tender is to pay what is left of it.
    pub(crate) total: Option<&'a Money>,
    /// Whether attempts may have been lost.
    pub(crate) restored: bool,
}

impl Question<'_> {
    pub(crate) fn answer(&self, order: &OrderPayments) -> BeforeCharge {
        if let Some(doubt) = doubt(order) {
            return BeforeCharge::CannotTell(doubt.to_owned());
        }
        let charges = Attribution::of(self.known, order);
        let unshown = self.known.iter().find(|row| is_unshown(row, order));
        if let Some(missing) = charges.missing.first().copied().or(unshown) {
            let id = &missing.attempt_id;
            let why = format!("the order's transactions do not show the payment of attempt {id}");
            return BeforeCharge::CannotTell(why);
        }
        let mut unknown = charges.unknown;
        if !self.may_be_ours() {
            unknown.retain(|tender| tender.is_charged());
        }
        let owes = match self.total {
            None => unknown.is_empty(),
            Some(total) => match order.owed(total) {
                None => return BeforeCharge::CannotTell(not_in_total(total)),
                Some(owed) if owed.amount.is_zero() => false,
                Some(_) if !unknown.is_empty() && self.may_be_ours() => {
                    return BeforeCharge::CannotTell(UNKNOWN_CHARGE.to_owned());
                }
                Some(_) => true,
            },
        };
        if owes {
            return BeforeCharge::Owed;
        }
        match unknown[..] {
            [lost] if self.is_lost(lost) => BeforeCharge::Found(charge(lost, "success")),
            _ => self.first_charged().map_or_else(
                || BeforeCharge::CannotTell(UNKNOWN_CHARGE.to_owned()),
                |first| BeforeCharge::AlreadyPaid(Box::new(first.clone())),
            ),
        }
    }

    fn first_charged(&self) -> Option<&AttemptRow> {
        let mut known = self.known.iter();
        known.find(|row| row.state == AttemptState::Charged)
    }

    fn is_lost(&self, tender: &Tender) -> bool {
        self.restored && tender.is_charged() && can_be_of(self.instrument_type, tender)
    }

    /// Whether an unknown charge may be of an attempt that was lost or released, rather than one
    /// that was made without the journal.
    fn may_be_ours(&self) -> bool {
        let mut known = self.known.iter();
        self.restored || known.any(|row| row.state == AttemptState::Released)
    }
}

const UNKNOWN_CHARGE: &str =
    "the order's transactions show a charge that the journal does not know";

fn not_in_total(total: &Money) -> String {
    format!("what of the order's total of {total} is still owed is not known from its transactions")
}

/// Whether an attempt is known to have made a payment that is not shown. Those of attempts that
/// have moved money need no id to be told.
fn is_unshown(row: &AttemptRow, order: &OrderPayments) -> bool {
    let mut tenders = order.tenders.iter();
    !row.state.moved_money()
        && made_transaction(row).is_some()
        && !tenders.any(|tender| has_made(row, tender))
}

/// Why nothing can be told of an order.
fn doubt(order: &OrderPayments) -> Option<&'static str> {
    let state = |wanted: TenderState| order.tenders.iter().any(|it| it.state == wanted);
    if !order.complete || !order.unreadable.is_empty() {
        Some("some of the order's transactions cannot be read")
    } else if !order.unmatched.iter().all(has_failed) || state(TenderState::Unclear) {
        Some("some of the order's transactions do not say enough")
    } else if state(TenderState::Pending) {
        Some("a payment of the order is pending")
    } else {
        None
    }
}

fn has_failed(transaction: &Transaction) -> bool {
    transaction.status == Some(TransactionStatus::Error)
}
