//! What came of an attempt: what is told and what is written.

use bigcommerce_payments::{Error, ErrorKind, PaymentStatus, Receipt};

use crate::{
    answer::{JournaledCharge, Refusal, StoredOutcome},
    attempt::Attempt,
    attempt_state::AttemptState,
    database::{FinishedAs, NewAttempt},
    error::ChargeError,
    rules::{Rules, milliseconds},
};

/// What came of an attempt.
pub(crate) struct Finished {
    pub(crate) state: AttemptState,
    pub(crate) outcome: StoredOutcome,
}

impl Finished {
    pub(crate) fn charged(receipt: &Receipt) -> Self {
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
    pub(crate) fn failed(error: &Error) -> Self {
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

    pub(crate) fn refused(state: AttemptState, refusal: Refusal) -> Self {
        Self {
            state,
            outcome: StoredOutcome::Refused(refusal.of(state)),
        }
    }

    /// A charge that was seen before anything was sent: the row of this submission was lost.
    pub(crate) fn found(outcome: StoredOutcome) -> Self {
        Self {
            state: AttemptState::Charged,
            outcome,
        }
    }

    /// What the caller is told: what is known, whether or not the database takes it.
    pub(crate) fn told(&self, attempt: &NewAttempt) -> Result<JournaledCharge, ChargeError> {
        match &self.outcome {
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
            _ => {
                let attempt = Attempt::of_unknown_outcome(attempt);
                Err(ChargeError::OutcomeUnknown(Box::new(attempt)))
            }
        }
    }

    /// What is written of it.
    pub(crate) fn row(&self, rules: &Rules) -> FinishedAs {
        let (first_pause, _) = rules.look_pauses;
        FinishedAs {
            state: self.state,
            outcome: self.outcome.to_json(),
            due_in_ms: self.state.is_open().then(|| milliseconds(first_pause)),
            looks: 0,
            attention: None,
        }
    }
}
