//! Outcomes: written by whoever holds the attempt, and by nobody else.

use crate::{
    attempt_state::AttemptState,
    database::{
        Database, Transaction,
        claim::NewAttempt,
        error::DatabaseError,
        row::{AttemptRow, COLUMNS},
    },
};

/// How an attempt ends, or goes on.
#[derive(Clone, Debug)]
pub(crate) struct FinishedAs {
    pub(crate) state: AttemptState,
    /// What is known of it, as JSON.
    pub(crate) outcome: String,
    /// When recovery looks at it, from now on.
    pub(crate) due_in_ms: Option<i64>,
    /// Why a person has to see it.
    pub(crate) attention: Option<String>,
}

/// Whether an outcome was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is on the disk.
    Yes,
    /// The attempt is another's by now.
    Fenced,
}

const FINISH: &str = "UPDATE {journal}_attempts SET state = $3, outcome = $4, \
     due_at = {now} + $5, attention = $6, looks = 0, lease_until = 0, \
     finished_at = CASE WHEN $3 IN ('unknown', 'pending') THEN NULL ELSE {now} END \
     WHERE attempt_id = $1 AND epoch = $2 \
     AND state IN ('claimed', 'sending', 'unknown', 'pending', 'released')";

const INSERT_LOST: &str = "INSERT INTO {journal}_attempts (attempt_id, store_hash, order_id, \
     idempotency_key, payment_method_id, instrument_type, correlation_id, further_tender, state, \
     epoch, owner, lease_until, due_at, looks, created_at, outcome, attention, finished_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, 0, {now} + $11, 0, {now}, $12, $13, {now}) \
     ON CONFLICT DO NOTHING";

impl Database {
    /// Writes the outcome of an attempt that is held with this epoch. Writing it again is
    /// harmless.
    pub(crate) async fn finish(
        &self,
        attempt_id: &str,
        epoch: i64,
        finished: &FinishedAs,
    ) -> Result<Option<Written>, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let update = self
                .query(FINISH)
                .bind(attempt_id.to_owned())
                .bind(epoch)
                .bind(finished.state.as_str())
                .bind(finished.outcome.clone())
                .bind(finished.due_in_ms)
                .bind(finished.attention.clone());
            if transaction.execute(update).await? == 1 {
                transaction.commit().await?;
                return Ok(Some(Written::Yes));
            }
            let found = self.find_attempt(&mut transaction, attempt_id).await?;
            transaction.rollback().await?;
            Ok(found.map(|row| {
                let same = row.epoch == epoch && row.state == finished.state;
                if same { Written::Yes } else { Written::Fenced }
            }))
        })
        .await
    }

    /// Writes the outcome of an attempt whose row is gone: the database was restored from a
    /// backup that did not hold it.
    pub(crate) async fn insert_lost(
        &self,
        attempt: &NewAttempt,
        finished: &FinishedAs,
    ) -> Result<Written, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
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
                .bind(finished.attention.clone());
            let written = transaction.execute(insert).await? == 1;
            self.insert_key(&mut transaction, attempt).await?;
            transaction.commit().await?;
            Ok(if written {
                Written::Yes
            } else {
                Written::Fenced
            })
        })
        .await
    }

    async fn find_attempt(
        &self,
        transaction: &mut Transaction,
        attempt_id: &str,
    ) -> Result<Option<AttemptRow>, DatabaseError> {
        let select = format!("SELECT {COLUMNS} FROM {{journal}}_attempts WHERE attempt_id = $1");
        let query = self.query(&select).bind(attempt_id.to_owned());
        let row = transaction.row(query).await?;
        row.as_ref().map(AttemptRow::read).transpose()
    }
}
