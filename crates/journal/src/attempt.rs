//! An attempt: one submission of a charge, from its claim to its outcome.

use std::time::{Duration, SystemTime};

use crate::{
    attempt_state::AttemptState,
    database::{AttemptRow, NewAttempt},
};

/// What the journal knows of an attempt. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The attempt's own id, a UUID.
    pub attempt_id: String,
    /// The store's hash.
    pub store_hash: String,
    /// The number of the order.
    pub order_id: i64,
    /// The key it was made under.
    pub idempotency_key: String,
    /// The `id` of the payment method.
    pub payment_method_id: String,
    /// The `type` of the instrument.
    pub instrument_type: String,
    /// The `X-Correlation-Id` of the charge.
    pub correlation_id: String,
    /// Whether it was declared as a further tender of a split payment.
    pub further_tender: bool,
    /// Where it is.
    pub state: AttemptState,
    /// Which process has it, or had it last.
    pub owner: String,
    /// When it was claimed, by the database's clock.
    pub created_at: SystemTime,
    /// When it was first allowed to leave, by the database's clock: none when it never was.
    pub sending_at: Option<SystemTime>,
    /// Why a person has to see it.
    pub attention: Option<String>,
    /// Who settled it, where a person did.
    pub settled_by: Option<String>,
    /// Why that person settled it so.
    pub settled_because: Option<String>,
}

impl Attempt {
    pub(crate) fn from_row(row: AttemptRow) -> Self {
        Self {
            attempt_id: row.attempt_id,
            store_hash: row.store_hash,
            order_id: row.order_id,
            idempotency_key: row.idempotency_key,
            payment_method_id: row.payment_method_id,
            instrument_type: row.instrument_type,
            correlation_id: row.correlation_id,
            further_tender: row.further_tender,
            state: row.state,
            owner: row.owner,
            created_at: time(row.created_at),
            sending_at: row.sending_at.map(time),
            attention: row.attention,
            settled_by: row.settled_by,
            settled_because: row.settled_because,
        }
    }
}

impl Attempt {
    /// An attempt of this process that may have left until now: the journal may not know yet.
    pub(crate) fn of_unknown_outcome(new: &NewAttempt) -> Self {
        Self {
            attempt_id: new.attempt_id.clone(),
            store_hash: new.store_hash.clone(),
            order_id: new.order_id,
            idempotency_key: new.idempotency_key.clone(),
            payment_method_id: new.payment_method_id.clone(),
            instrument_type: new.instrument_type.clone(),
            correlation_id: new.correlation_id.clone(),
            further_tender: new.further_tender,
            state: AttemptState::Unknown,
            owner: new.owner.clone(),
            created_at: SystemTime::now(),
            sending_at: Some(SystemTime::now()),
            attention: None,
            settled_by: None,
            settled_because: None,
        }
    }
}

/// A time of the database.
pub(crate) fn time(milliseconds: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
    SystemTime::UNIX_EPOCH
        .checked_add(since)
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
