//! The path of one attempt: claim, look-up where one is due, token, *sending*, charge, outcome.

use std::time::{Duration, Instant, SystemTime};

use bigcommerce_payments::{ChargeOptions, Money, Order, Payment, StoreClient};
use tokio::sync::OwnedRwLockReadGuard;
use tracing::debug;
use uuid::Uuid;

use crate::{
    answer::{JournaledCharge, Refusal},
    attempt::Attempt,
    attempt_state::AttemptState,
    before_charge::{BeforeCharge, Question},
    database::{Claim, DatabaseError, NewAttempt, Written},
    error::ChargeError,
    fence::Fence,
    finished::Finished,
    journal::Journal,
    key::IdempotencyKey,
    outcome_writer::{FIRST_EPOCH, OutcomeWriter},
    replay::{answer, charge_of},
    rules::milliseconds,
};

/// One call of a caller.
pub(crate) struct Submission {
    pub(crate) journal: Journal,
    pub(crate) store: StoreClient,
    pub(crate) key: IdempotencyKey,
    pub(crate) order: Order,
    pub(crate) payment: Payment,
    /// The order's total, where this is a further tender of a split payment.
    pub(crate) total: Option<Money>,
}

/// How long a token is waited for that says that it works longer than any does.
const LONGEST_TOKEN: Duration = Duration::from_hours(24);

impl Submission {
    pub(crate) fn new_attempt(&self) -> NewAttempt {
        NewAttempt {
            attempt_id: Uuid::new_v4().to_string(),
            store_hash: self.store.store_hash().to_owned(),
            order_id: i64::from(self.order.id().get()),
            idempotency_key: self.key.as_str().to_owned(),
            payment_method_id: self.payment.payment_method_id().to_owned(),
            instrument_type: self.payment.instrument_type().as_str().to_owned(),
            correlation_id: Uuid::new_v4().to_string(),
            further_tender: self.total.is_some(),
            owner: self.journal.owner().to_owned(),
            lease_ms: milliseconds(self.journal.rules().claim_lease),
            began_at: Instant::now(),
        }
    }

    /// Runs until the outcome is written, or the database has not taken it for so long that it
    /// is written in the background.
    pub(crate) async fn run(
        self,
        attempt: NewAttempt,
        running: OwnedRwLockReadGuard<()>,
    ) -> Result<JournaledCharge, ChargeError> {
        debug!(step = "claiming", attempt_id = attempt.attempt_id);
        let may_have_landed = match self.journal.database().claim(&attempt).await? {
            Claim::Claimed { may_have_landed } => may_have_landed,
            Claim::Existing(row) => return answer(row),
            Claim::OtherParameters(row) => {
                return Err(ChargeError::KeyReused(Box::new(Attempt::from_row(row))));
            }
            Claim::OrderTaken(row) => {
                return Err(ChargeError::OrderTaken(Box::new(Attempt::from_row(row))));
            }
            Claim::AlreadyPaid(row) => {
                return Err(ChargeError::AlreadyPaid(Box::new(charge_of(row)?)));
            }
            Claim::Again => return Err(DatabaseError::unreadable("a claim without end").into()),
        };
        debug!(step = "claimed", attempt_id = attempt.attempt_id);
        let before = if may_have_landed || self.total.is_some() || self.journal.rules().restored {
            self.look_first(&attempt).await
        } else {
            BeforeCharge::Owed
        };
        let (finished, told) = match before {
            BeforeCharge::Owed => {
                let finished = self.charge(&attempt).await;
                let told = finished.told(&attempt);
                (finished, told)
            }
            other => not_charged(other, &attempt),
        };
        debug!(step = "answered", attempt_id = attempt.attempt_id);
        let lease = self.journal.rules().shortest_lease();
        let writer = OutcomeWriter {
            row: finished.row(self.journal.rules()),
            journal: self.journal,
            attempt: attempt.clone(),
        };
        let is_lost = match writer.write(running).await {
            Some(written) => written == Written::Fenced,
            // Nobody takes it over before.
            None => attempt.began_at.elapsed() >= lease,
        };
        match told {
            // What became of the key since, others know.
            Err(ChargeError::Refused(_) | ChargeError::CannotTell(_)) if is_lost => {
                let attempt_id = attempt.attempt_id;
                Err(ChargeError::LeaseLost { attempt_id })
            }
            told => told,
        }
    }

    /// Looks the order up under the new claim: nobody else can charge it in the meantime.
    async fn look_first(&self, attempt: &NewAttempt) -> BeforeCharge {
        let database = self.journal.database();
        let (store_hash, order_id) = (&attempt.store_hash, attempt.order_id);
        let known = database.others_of_order(store_hash, order_id, &attempt.attempt_id);
        let known = match known.await {
            Ok(known) => known,
            Err(error) => return BeforeCharge::Database(error),
        };
        let question = Question {
            instrument_type: &attempt.instrument_type,
            known: &known,
            total: self.total.as_ref(),
            restored: self.journal.rules().restored,
        };
        let answer = match self.store.order_payments(self.order.id()).await {
            Ok(order) => question.answer(&order),
            Err(error) => BeforeCharge::Failed(error),
        };
        debug!(step = "order looked up", attempt_id = attempt.attempt_id);
        if matches!(answer, BeforeCharge::CannotTell(_)) {
            // What was released may be what the order shows. Recovery looks anyway, at its time.
            let _ = database.look_at_released(store_hash, order_id).await;
        }
        answer
    }

    /// Makes the token, which no other attempt ever uses, and charges with it.
    async fn charge(&self, attempt: &NewAttempt) -> Finished {
        let token = match self.store.account().create_token(self.order).await {
            Ok(token) => token,
            Err(error) => {
                return Finished::refused(AttemptState::NotSent, Refusal::from_error(&error));
            }
        };
        debug!(step = "token made", attempt_id = attempt.attempt_id);
        let expires = token.claims().and_then(|claims| claims.expires);
        let fence = Fence {
            journal: &self.journal,
            attempt_id: &attempt.attempt_id,
            store_hash: &attempt.store_hash,
            epoch: FIRST_EPOCH,
            token_lifetime: token_lifetime(expires, self.journal.rules().token_lifetime),
        };
        let options = ChargeOptions::new()
            .correlation_id(&attempt.correlation_id)
            .before_send(&fence);
        let client = self.store.charges();
        let charged = client.charge_with(self.order.id(), token, &self.payment, options);
        match charged.await {
            Ok(receipt) => Finished::charged(&receipt),
            Err(error) => Finished::failed(&error),
        }
    }
}

/// What comes of an attempt that is not made, and what the caller is told.
fn not_charged(
    before: BeforeCharge,
    attempt: &NewAttempt,
) -> (Finished, Result<JournaledCharge, ChargeError>) {
    let refused = |refusal| Finished::refused(AttemptState::NotSent, refusal);
    match before {
        BeforeCharge::Found(outcome) => {
            let finished = Finished::found(outcome);
            let told = finished.told(attempt);
            (finished, told)
        }
        BeforeCharge::AlreadyPaid(first) => {
            let told = charge_of(*first).map(|first| ChargeError::AlreadyPaid(Box::new(first)));
            (
                refused(Refusal::already_paid()),
                Err(told.unwrap_or_else(|unreadable| unreadable)),
            )
        }
        BeforeCharge::CannotTell(why) => (
            refused(Refusal::cannot_tell(&why)),
            Err(ChargeError::CannotTell(why)),
        ),
        BeforeCharge::Database(error) => (
            refused(Refusal::never_sent("the journal could not be asked")),
            Err(error.into()),
        ),
        BeforeCharge::Failed(error) => {
            let finished = refused(Refusal::from_error(&error));
            let told = finished.told(attempt);
            (finished, told)
        }
        BeforeCharge::Owed => unreachable!("an order that owes is charged"),
    }
}

/// How long a token works from now on, at least: what it says itself counts where that is longer,
/// since the clocks of this machine and the service may differ.
fn token_lifetime(expires: Option<SystemTime>, usual: Duration) -> Duration {
    let left = expires.and_then(|expires| expires.duration_since(SystemTime::now()).ok());
    left.map_or(usual, |left| left.min(LONGEST_TOKEN).max(usual))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{LONGEST_TOKEN, token_lifetime};

    /// This machine's clock may be far ahead of the service's.
    #[test]
    fn a_token_is_never_taken_to_work_shorter_than_usual() {
        let hour = Duration::from_hours(1);
        let now = SystemTime::now();
        let table = [
            (None, hour),
            (Some(now - hour), hour),
            (Some(now + hour / 2), hour),
            (Some(now + LONGEST_TOKEN * 2), LONGEST_TOKEN),
        ];
        for (expires, expected) in table {
            assert_eq!(token_lifetime(expires, hour), expected, "{expires:?}");
        }
        let longer = token_lifetime(Some(now + hour * 3), hour);
        assert!(longer > hour * 2 && longer <= hour * 3, "{longer:?}");
    }
}
