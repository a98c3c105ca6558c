//! What the journal answers, without a request.

use bigcommerce_payments::{PaymentStatus, TransactionType};

use crate::{
    answer::{JournaledCharge, StoredOutcome},
    attempt::Attempt,
    attempt_state::AttemptState,
    database::{AttemptRow, DatabaseError},
    error::ChargeError,
};

/// What the journal says of an attempt, to whoever asks for it.
pub(crate) fn answer(row: AttemptRow) -> Result<JournaledCharge, ChargeError> {
    let stored = row.outcome.as_deref().map(serde_json::from_str).transpose();
    let stored = stored.map_err(|error| {
        DatabaseError::unreadable(format!("the outcome of {}: {error}", row.attempt_id))
    })?;
    let state = row.state;
    match (state, stored) {
        (AttemptState::Charged | AttemptState::Pending, Some(StoredOutcome::Charge { .. })) => {
            charge_of(row)
        }
        (
            AttemptState::Declined | AttemptState::NotSent | AttemptState::Released,
            Some(StoredOutcome::Refused(refusal)),
        ) => Err(ChargeError::Refused(Box::new(refusal.of(state)))),
        (AttemptState::Released | AttemptState::Unknown, _) => Err(ChargeError::OutcomeUnknown(
            Box::new(Attempt::from_row(row)),
        )),
        (AttemptState::Reversed, _) => Err(ChargeError::Reversed(Box::new(Attempt::from_row(row)))),
        _ => Err(ChargeError::InProgress(Box::new(Attempt::from_row(row)))),
    }
}

/// The charge that an attempt made.
pub(crate) fn charge_of(row: AttemptRow) -> Result<JournaledCharge, ChargeError> {
    let outcome = row.outcome.as_deref().unwrap_or_default();
    match serde_json::from_str(outcome) {
        Ok(StoredOutcome::Charge {
            transaction_id,
            status,
            transaction_type,
            evidence,
        }) => Ok(JournaledCharge {
            attempt_id: row.attempt_id,
            correlation_id: row.correlation_id,
            transaction_id,
            status: PaymentStatus::from(status),
            transaction_type: transaction_type.map(TransactionType::from),
            evidence,
        }),
        _ => Err(DatabaseError::unreadable(format!("the outcome of {}", row.attempt_id)).into()),
    }
}
