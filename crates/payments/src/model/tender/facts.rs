//! What the transactions of one charge say.

use rust_decimal::Decimal;

use super::{Amounts, TenderState, is_reversal};
use crate::model::transaction::{Transaction, TransactionEvent as Event};

/// What the transactions of one charge say.
pub(super) struct Facts {
    authorized: Sum,
    captured: Sum,
    settled: Sum,
    refunded: Sum,
    voided: Sum,
    pending: Sum,
    failed: Sum,
    /// A transaction does not say enough, or two contradict each other.
    unclear: bool,
    /// The same money may be told twice.
    may_be_told_twice: bool,
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
    pub(super) fn of(transactions: &[Transaction]) -> Self {
        let sum = |wanted: &dyn Fn(&Transaction) -> bool| {
            Sum::of(transactions.iter().filter(|it| wanted(it)))
        };
        let ok = |event: Event| sum(&|it| it.is_ok() && it.event == event);
        let has = |wanted: fn(&Transaction) -> bool| transactions.iter().any(wanted);
        let settled = ok(Event::Settled);
        // The money that a purchase took may not have come.
        let settlement_failed =
            !settled.any() && has(|it| it.is_error() && it.event == Event::Settled);
        let took = has(|it| it.is_ok() && it.event != Event::Pending && !is_reversal(&it.event));
        Self {
            authorized: ok(Event::Authorization),
            captured: sum(&|it| it.is_ok() && matches!(it.event, Event::Purchase | Event::Capture)),
            settled,
            refunded: ok(Event::Refund),
            voided: ok(Event::Void),
            pending: sum(&|it| it.event == Event::Pending && !it.is_error()),
            failed: sum(&|it| {
                it.is_error() && it.event != Event::Capture && !is_reversal(&it.event)
            }),
            unclear: has(is_unclear) || settlement_failed && took,
            may_be_told_twice: has(|it| it.is_ok() && it.event == Event::Purchase)
                && has(|it| it.is_ok() && it.event == Event::Capture),
        }
    }

    pub(super) fn state(&self) -> TenderState {
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

    pub(super) fn amounts(&self, transactions: &[Transaction]) -> Option<Amounts> {
        let currency = transactions.first()?.currency.clone()?;
        let same = |it: &Transaction| it.currency.as_deref() == Some(&currency);
        let state = self.state();
        let is_known = state != TenderState::Unclear && !self.may_be_told_twice;
        if !is_known || !transactions.iter().all(same) {
            return None;
        }
        let none = Decimal::ZERO;
        let where_it = |holds: bool, amount: Decimal| if holds { amount } else { none };
        let (authorized, base) = (self.authorized.amount?, self.base().amount?);
        let (pending, refunded) = (self.pending.amount?, self.refunded.amount?);
        let taken = where_it(self.base().any(), base.max(authorized));
        let released = where_it(!self.base().any(), pending) + taken - refunded;
        let left = where_it(state != TenderState::Reversed, base - refunded);
        Some(Amounts {
            authorized,
            captured: where_it(self.is_captured(), base),
            refunded,
            voided: where_it(self.voided.any(), released.max(none)),
            pending: where_it(state == TenderState::Pending, pending),
            failed: match state {
                TenderState::Failed => self.failed.amount?,
                _ => none,
            },
            paid: where_it(self.base().any(), left.max(none)),
            currency,
        })
    }

    /// What the charge took: captured, or else settled, or else reserved.
    fn base(&self) -> &Sum {
        [&self.captured, &self.settled]
            .into_iter()
            .find(|sum| sum.any())
            .unwrap_or(&self.authorized)
    }

    fn is_captured(&self) -> bool {
        self.captured.any() || self.settled.any()
    }

    /// Whether some of what was reserved may not have been captured.
    fn may_be_captured_in_part(&self) -> bool {
        let captured = self.base().amount.zip(self.authorized.amount);
        self.authorized.any()
            && self.is_captured()
            && captured.is_none_or(|(captured, authorized)| captured < authorized)
    }

    fn state_of_a_charge(&self) -> TenderState {
        let in_part = self.may_be_captured_in_part();
        if self.voided.any() {
            return if self.is_all_released(in_part) {
                TenderState::Reversed
            } else {
                TenderState::Unclear
            };
        }
        match (
            self.refunded.any(),
            self.base().amount,
            self.refunded.amount,
        ) {
            (false, ..) if self.is_captured() => TenderState::Captured,
            (false, ..) => TenderState::Authorized,
            // What was not captured may still be reserved.
            (true, Some(base), Some(refunded)) if refunded >= base && in_part => {
                TenderState::Unclear
            }
            (true, Some(base), Some(refunded)) if refunded >= base => TenderState::Reversed,
            (true, Some(_), Some(_)) => TenderState::PartlyReversed,
            (true, ..) => TenderState::Unclear,
        }
    }

    /// Whether the voids took all back that was left. Gateways write no amount, or zero, where they
    /// release all; where a part was captured, that may be what was not.
    fn is_all_released(&self, captured_in_part: bool) -> bool {
        let (whole, refunded) = if captured_in_part {
            (self.authorized.amount, self.refunded.amount)
        } else {
            (self.base().amount, self.refunded.amount)
        };
        let left = whole.zip(refunded).map(|(whole, it)| whole - it);
        match self.voided.amount {
            Some(void) if !void.is_zero() => left.is_some_and(|left| void >= left),
            _ => !captured_in_part,
        }
    }
}

fn is_unclear(transaction: &Transaction) -> bool {
    match transaction.event {
        Event::Pending => false,
        Event::Other(_) => !transaction.is_error(),
        _ => !transaction.is_ok() && !transaction.is_error(),
    }
}
