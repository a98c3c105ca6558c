//! An attempt as it is in the database.

use sqlx::{Row, any::AnyRow};

use crate::{
    attempt_state::AttemptState,
    database::error::DatabaseError,
    rules::{Rules, milliseconds},
};

/// All of an attempt's row. Times are milliseconds since 1970, by the database's clock.
#[derive(Clone, Debug)]
pub(crate) struct AttemptRow {
    pub(crate) attempt_id: String,
    pub(crate) store_hash: String,
    pub(crate) order_id: i64,
    pub(crate) idempotency_key: String,
    pub(crate) payment_method_id: String,
    pub(crate) instrument_type: String,
    pub(crate) correlation_id: String,
    pub(crate) further_tender: bool,
    pub(crate) state: AttemptState,
    pub(crate) epoch: i64,
    pub(crate) owner: String,
    pub(crate) looks: i64,
    pub(crate) created_at: i64,
    pub(crate) sending_at: Option<i64>,
    pub(crate) token_expires_at: Option<i64>,
    pub(crate) last_moment_to_send: Option<i64>,
    pub(crate) finished_at: Option<i64>,
    pub(crate) outcome: Option<String>,
    pub(crate) attention: Option<String>,
    pub(crate) settled_by: Option<String>,
    pub(crate) settled_because: Option<String>,
    /// The database's time when the row was read.
    pub(crate) now: i64,
}

/// The columns that [`AttemptRow::read`] reads.
pub(crate) const COLUMNS: &str = "attempt_id, store_hash, order_id, idempotency_key, \
     payment_method_id, instrument_type, correlation_id, further_tender, state, epoch, \
     owner, looks, created_at, sending_at, token_expires_at, \
     last_moment_to_send, finished_at, outcome, attention, settled_by, settled_because, \
     {now} AS now";

/// The states of an attempt that has its order, as the unique index names them.
pub(crate) const OPEN: &str = "'claimed', 'sending', 'unknown', 'pending'";

/// The states of an attempt that moved money, as their index names them.
pub(crate) const CHARGED: &str = "'charged', 'reversed'";

impl AttemptRow {
    /// Whether it was never allowed to leave. A restored database may hold the claim only of an
    /// attempt that was sent since.
    pub(crate) fn never_left(&self, rules: &Rules) -> bool {
        self.state == AttemptState::Claimed && self.sending_at.is_none() && !rules.restored
    }

    /// Until when a charge of this attempt may land; none where it was never allowed to leave.
    pub(crate) fn last_landing(&self, rules: &Rules) -> Option<i64> {
        if self.never_left(rules) {
            return None;
        }
        let latest = self.last_moment_to_send.max(self.token_expires_at);
        let latest = latest.unwrap_or_else(|| self.created_at + milliseconds(rules.longest_try()));
        Some(latest + milliseconds(rules.settle))
    }

    pub(crate) fn read(row: &AnyRow) -> Result<Self, DatabaseError> {
        let state: String = row.try_get("state")?;
        Ok(Self {
            attempt_id: row.try_get("attempt_id")?,
            store_hash: row.try_get("store_hash")?,
            order_id: row.try_get("order_id")?,
            idempotency_key: row.try_get("idempotency_key")?,
            payment_method_id: row.try_get("payment_method_id")?,
            instrument_type: row.try_get("instrument_type")?,
            correlation_id: row.try_get("correlation_id")?,
            further_tender: row.try_get::<i64, _>("further_tender")? != 0,
            state: AttemptState::from_name(&state)
                .ok_or_else(|| DatabaseError::unreadable(format!("state {state:?}")))?,
            epoch: row.try_get("epoch")?,
            owner: row.try_get("owner")?,
            looks: row.try_get("looks")?,
            created_at: row.try_get("created_at")?,
            sending_at: row.try_get("sending_at")?,
            token_expires_at: row.try_get("token_expires_at")?,
            last_moment_to_send: row.try_get("last_moment_to_send")?,
            finished_at: row.try_get("finished_at")?,
            outcome: row.try_get("outcome")?,
            attention: row.try_get("attention")?,
            settled_by: row.try_get("settled_by")?,
            settled_because: row.try_get("settled_because")?,
            now: row.try_get("now")?,
        })
    }
}
