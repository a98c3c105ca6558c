//! Finding out what became of a charge.

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{CannotTellReason, ChargeAttempt, ChargeStatus};
use bigcommerce_sandbox::{LedgerEntry, LedgerKind};

use crate::{
    chaos::{answer::Answer, args::Conduct, caller::Caller, plan::Reversal},
    facade::SETTLE,
};

/// Look-ups of a charge before the caller gives up on it, which the audit counts as a violation.
const LOOK_UPS: usize = 20;

/// How long one look-up waits for a final answer.
const LOOK_UP_TIME: Duration = SETTLE.saturating_add(Duration::from_secs(2));

impl Caller<'_> {
    /// Looks the charge up until there is a final answer; tells when the last look-up began.
    pub(super) async fn find_out(
        &mut self,
        attempt: &ChargeAttempt,
    ) -> (Option<SystemTime>, Answer) {
        if self.environment.conduct == Conduct::RepeatUnknown {
            return (None, Answer::NotProcessed);
        }
        self.reverse(attempt);
        for _ in 0..LOOK_UPS {
            let asked_at = SystemTime::now();
            let found = match self.client.look_up_until(attempt, LOOK_UP_TIME).await {
                Ok(found) => found,
                Err(error) => {
                    self.note(&format!("looks up: {error}"));
                    continue;
                }
            };
            self.note(&format!("looks up: {:?}", found.status));
            let answer = match found.status {
                ChargeStatus::Charged { tender } => {
                    let ids = tender.transactions.iter().filter_map(|it| it.id);
                    self.settled.extend(ids.map(|id| id.to_string()));
                    Answer::LookedUpCharged
                }
                ChargeStatus::ChargedAndReversed { .. } => match self.environment.conduct {
                    Conduct::IgnoreReversals => Answer::LookedUpCharged,
                    _ => Answer::LookedUpReversed,
                },
                ChargeStatus::Declined { .. } if found.is_final => Answer::LookedUpDeclined,
                ChargeStatus::NothingSeen { .. } if found.is_final => Answer::NothingSeen,
                ChargeStatus::CannotTell { reason } => match self.environment.conduct {
                    Conduct::TakeDoubtForNothing => Answer::NothingSeen,
                    _ if self.is_doubtful() || self.may_be_an_earlier_charge(reason) => {
                        Answer::CannotTell
                    }
                    _ => {
                        self.decide_pending();
                        continue;
                    }
                },
                _ => {
                    self.decide_pending();
                    continue;
                }
            };
            return (Some(asked_at), answer);
        }
        (None, Answer::NeverAnswered)
    }

    fn is_doubtful(&self) -> bool {
        let order = self.store.order(self.order.get().into());
        self.plan
            .is_doubtful(order.map_or(0, |order| order.attempts))
    }

    /// A charge of another amount stays one, and an earlier charge of which nothing was seen may
    /// have landed since: no later look-up would tell.
    fn may_be_an_earlier_charge(&self, reason: CannotTellReason) -> bool {
        let mut earlier = self.history.charges.iter();
        reason == CannotTellReason::AmountDiffers
            && earlier.any(|it| it.answer == Answer::NothingSeen)
    }

    /// What is pending is decided at last.
    fn decide_pending(&mut self) {
        let order = self.order.get().into();
        let decided = self.store.settle_pending(order, self.plan.pending_succeeds);
        self.note(&format!("the gateway decides: {decided:?}"));
    }

    /// The merchant gives the charge back, if it was made, before its caller knows of it.
    fn reverse(&mut self, attempt: &ChargeAttempt) {
        let Some(reversal) = self.plan.reversal else {
            return;
        };
        let order = self.order.get().into();
        let is_charge = |it: &LedgerEntry| {
            it.payment_method_id == attempt.payment_method_id
                && matches!(it.kind, LedgerKind::Capture | LedgerKind::Authorization)
        };
        let ledger = self.store.ledger_of(order);
        let Some(charge) = ledger.iter().find(|it| is_charge(it)) else {
            return;
        };
        let charge = Some(charge.transaction_id);
        let reversed = match reversal {
            Reversal::Void => self.store.void(order, charge),
            Reversal::Refund => self.store.refund(order, charge, None),
            Reversal::RefundOfAPart => self.store.refund(order, charge, Some("5.00")),
        };
        self.note(&format!("the merchant: {reversal:?}, {reversed:?}"));
    }
}
