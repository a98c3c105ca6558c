//! The path of one attempt: claim, token, *sending*, charge, outcome.

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{
    ChargeOptions, Error, ErrorKind, Order, Payment, PaymentStatus, Receipt, StoreClient,
};
use tokio::{sync::OwnedRwLockReadGuard, time::sleep};
use tracing::{debug, error, warn};
use uuid::Uuid;

use crate::{
    answer::{JournaledCharge, Refusal, StoredOutcome},
    attempt::Attempt,
    attempt_state::AttemptState,
    database::{Claim, DatabaseError, FinishedAs, NewAttempt, Written},
    error::ChargeError,
    fence::Fence,
    journal::Journal,
    key::IdempotencyKey,
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
}

/// The epoch of an attempt that was just claimed.
const FIRST_EPOCH: i64 = 1;

/// How long a token is waited for that says that it works longer than any does.
const LONGEST_TOKEN: Duration = Duration::from_hours(24);

impl Submission {
    /// Runs until the outcome is written, or the database has not taken it for so long that it
    /// is written in the background.
    pub(crate) async fn run(
        self,
        running: OwnedRwLockReadGuard<()>,
    ) -> Result<JournaledCharge, ChargeError> {
        let attempt = self.new_attempt();
        debug!(step = "claiming", attempt_id = attempt.attempt_id);
        match self.journal.database().claim(&attempt).await? {
            Claim::Claimed => {}
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
        }
        debug!(step = "claimed", attempt_id = attempt.attempt_id);
        let finished = self.charge(&attempt).await;
        debug!(step = "answered", attempt_id = attempt.attempt_id);
        let told = told(&attempt, &finished);
        self.write(attempt, finished, running).await;
        told
    }

    fn new_attempt(&self) -> NewAttempt {
        NewAttempt {
            attempt_id: Uuid::new_v4().to_string(),
            store_hash: self.store.store_hash().to_owned(),
            order_id: i64::from(self.order.id().get()),
            idempotency_key: self.key.as_str().to_owned(),
            payment_method_id: self.payment.payment_method_id().to_owned(),
            instrument_type: self.payment.instrument_type().as_str().to_owned(),
            correlation_id: Uuid::new_v4().to_string(),
            further_tender: false,
            owner: self.journal.owner().to_owned(),
            lease_ms: milliseconds(self.journal.rules().claim_lease),
        }
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

    /// Writes the outcome, and again in the background while the database is away.
    async fn write(
        self,
        attempt: NewAttempt,
        finished: Finished,
        running: OwnedRwLockReadGuard<()>,
    ) {
        let row = finished.row(&self.journal);
        let journal = self.journal;
        if write_once(&journal, &attempt, &row).await.is_err() {
            tokio::spawn(async move {
                let mut pause = Duration::from_millis(100);
                while let Err(failed) = write_once(&journal, &attempt, &row).await {
                    warn!(attempt_id = attempt.attempt_id, %failed, "the outcome is not written yet");
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(5));
                }
                drop(running);
            });
        }
    }
}

/// What the caller is told: what is known, whether or not the database takes it.
fn told(attempt: &NewAttempt, finished: &Finished) -> Result<JournaledCharge, ChargeError> {
    match &finished.outcome {
        StoredOutcome::Charge {
            transaction_id,
            status,
            transaction_type,
            evidence,
        } => Ok(JournaledCharge {
            attempt_id: attempt.attempt_id.clone(),
            correlation_id: attempt.correlation_id.clone(),
            transaction_id: transaction_id.clone(),
            status: status.clone().into(),
            transaction_type: transaction_type.clone().map(Into::into),
            evidence: *evidence,
        }),
        StoredOutcome::Refused(refusal) => Err(ChargeError::Refused(Box::new(refusal.clone()))),
        _ => Err(ChargeError::OutcomeUnknown(Box::new(Attempt::of_new(
            attempt,
            finished.state,
        )))),
    }
}

async fn write_once(
    journal: &Journal,
    attempt: &NewAttempt,
    row: &FinishedAs,
) -> Result<(), DatabaseError> {
    let database = journal.database();
    let id = &attempt.attempt_id;
    let written = match database.finish(id, FIRST_EPOCH, row).await? {
        Some(written) => written,
        None => database.insert_lost(attempt, row).await?,
    };
    match written {
        Written::Yes => debug!(step = "finished", attempt_id = id),
        Written::Fenced => {
            error!(
                attempt_id = id,
                outcome = row.outcome,
                "recovery has the attempt by now"
            );
        }
    }
    Ok(())
}

/// What came of an attempt.
struct Finished {
    state: AttemptState,
    outcome: StoredOutcome,
}

impl Finished {
    fn charged(receipt: &Receipt) -> Self {
        let state = if receipt.status == PaymentStatus::Success {
            AttemptState::Charged
        } else {
            AttemptState::Pending
        };
        Self {
            state,
            outcome: StoredOutcome::from_receipt(receipt),
        }
    }

    /// What is not known to have charged nothing may have charged: a duplicate, too, may be the
    /// first one's.
    fn failed(error: &Error) -> Self {
        let local = error.status().is_none() && error.unknown_outcome().is_none();
        match error.kind() {
            ErrorKind::NotSent | ErrorKind::RateLimited => {
                Self::refused(AttemptState::NotSent, Refusal::from_error(error))
            }
            ErrorKind::InvalidInput if local => {
                Self::refused(AttemptState::NotSent, Refusal::from_error(error))
            }
            ErrorKind::InvalidInput
            | ErrorKind::Authentication
            | ErrorKind::Configuration
            | ErrorKind::OrderNotPayable
            | ErrorKind::Declined(_)
            | ErrorKind::Rejected => {
                Self::refused(AttemptState::Declined, Refusal::from_error(error))
            }
            _ => Self {
                state: AttemptState::Unknown,
                outcome: StoredOutcome::Unknown {
                    cause: error.to_string(),
                },
            },
        }
    }

    fn refused(state: AttemptState, refusal: Refusal) -> Self {
        Self {
            state,
            outcome: StoredOutcome::Refused(refusal),
        }
    }

    fn row(&self, journal: &Journal) -> FinishedAs {
        let (first_pause, _) = journal.rules().look_pauses;
        FinishedAs {
            state: self.state,
            outcome: self.outcome.to_json(),
            due_in_ms: self.state.is_open().then(|| milliseconds(first_pause)),
            attention: None,
        }
    }
}

/// How long a token works from now on: as it says itself, where that can be.
fn token_lifetime(expires: Option<SystemTime>, usual: Duration) -> Duration {
    expires
        .and_then(|expires| expires.duration_since(SystemTime::now()).ok())
        .map_or(usual, |left| left.min(LONGEST_TOKEN))
}
