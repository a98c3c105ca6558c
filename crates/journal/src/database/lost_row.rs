//! Attempts whose row is gone: the database was restored from a backup that did not hold it.

use crate::{
    attempt_state::AttemptState,
    database::{
        Database, Transaction,
        claim::NewAttempt,
        error::DatabaseError,
        outcome::{FinishedAs, Written},
    },
    rules::milliseconds,
};

/// All that its process knows: when the attempt began, that its charge may have left until now,
/// and that its token may work for so long.
const INSERT_LOST: &str = "INSERT INTO {journal}_attempts (attempt_id, store_hash, order_id, \
     idempotency_key, payment_method_id, instrument_type, correlation_id, further_tender, state, \
     epoch, owner, lease_until, due_at, looks, outcome, attention, created_at, sending_at, \
     last_moment_to_send, token_expires_at, finished_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, 0, {now} + $11, 0, $12, $13, {now} - $14, \
     CASE WHEN $9 = 'not_sent' THEN NULL ELSE {now} END, \
     CASE WHEN $9 = 'not_sent' THEN NULL ELSE {now} END, {now} + $15, \
     CASE WHEN $9 IN ('unknown', 'pending') THEN NULL ELSE {now} END) \
     ON CONFLICT DO NOTHING";

impl Database {
    /// Writes the outcome of an attempt that has no row, and its row with it. Where the order is
    /// another attempt's by now, an outcome that is not decided goes to a person.
    pub(crate) async fn insert_lost(
        &self,
        attempt: &NewAttempt,
        finished: &FinishedAs,
        token_lifetime_ms: i64,
    ) -> Result<Written, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let lost = Lost {
                attempt,
                token_lifetime_ms,
            };
            let mut written = self.insert_row(&mut transaction, &lost, finished).await?;
            if !written && finished.state.is_open() {
                let released = FinishedAs {
                    state: AttemptState::Released,
                    attention: Some(
                        "its row was lost, its outcome is not decided, and the order has another \
                         attempt by now"
                            .to_owned(),
                    ),
                    ..finished.clone()
                };
                written = self.insert_row(&mut transaction, &lost, &released).await?;
            }
            self.insert_key(&mut transaction, attempt).await?;
            transaction.commit().await?;
            // Another row with its id is its own, written by an insert that was not confirmed.
            Ok(Written::if_changed(written))
        })
        .await
    }

    async fn insert_row(
        &self,
        transaction: &mut Transaction,
        lost: &Lost<'_>,
        finished: &FinishedAs,
    ) -> Result<bool, DatabaseError> {
        let attempt = lost.attempt;
        let insert = self
            .query(INSERT_LOST)
            .bind(attempt.attempt_id.clone())
            .bind(attempt.store_hash.clone())
            .bind(attempt.order_id)
            .bind(attempt.idempotency_key.clone())
            .bind(attempt.payment_method_id.clone())
            .bind(attempt.instrument_type.clone())
            .bind(attempt.correlation_id.clone())
            .bind(i64::from(attempt.further_tender))
            .bind(finished.state.as_str())
            .bind(attempt.owner.clone())
            .bind(finished.due_in_ms)
            .bind(finished.outcome.clone())
            .bind(finished.attention.clone())
            .bind(milliseconds(attempt.began_at.elapsed()))
            .bind(lost.token_lifetime_ms);
        Ok(transaction.execute(insert).await? == 1)
    }
}

struct Lost<'a> {
    attempt: &'a NewAttempt,
    token_lifetime_ms: i64,
}
