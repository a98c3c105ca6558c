//! What operators list, settle and remove.

use sqlx::Row;

use crate::database::{
    Database,
    error::DatabaseError,
    outcome::{FinishedAs, Written},
    row::{AttemptRow, COLUMNS, OPEN},
};

/// What a person found out, and who and why.
#[derive(Debug)]
pub(crate) struct SettledBy<'a> {
    pub(crate) found: FinishedAs,
    pub(crate) person: &'a str,
    pub(crate) reason: &'a str,
}

/// How many attempts are read, and at most removed, in one step.
const STEP: i64 = 500;

/// Where a walk through the attempts is, and what it has removed.
#[derive(Debug)]
pub(crate) struct Pruned {
    /// The last attempt of the step; none when there are no more.
    pub(crate) last: Option<String>,
    pub(crate) removed: u64,
}

/// Nobody may hold the attempt; whoever held it is fenced.
const SETTLE: &str = "UPDATE {journal}_attempts SET state = $3, outcome = $4, \
     due_at = {now} + $5, attention = NULL, looks = 0, lease_until = 0, epoch = epoch + 1, \
     finished_at = {now}, settled_at = {now}, settled_by = $6, settled_because = $7 \
     WHERE attempt_id = $1 AND epoch = $2 AND lease_until <= {now}";

/// The next attempts by their ids, and how many of them were finished so long ago.
const STEP_OF_PRUNING: &str = "SELECT MAX(attempt_id) AS last, \
     COUNT(CASE WHEN finished_at < {now} - $2 THEN 1 END) AS old FROM \
     (SELECT attempt_id, finished_at FROM {journal}_attempts \
     WHERE attempt_id > $1 ORDER BY attempt_id LIMIT $3) AS step";

/// What is due is open, or was released and is looked up again: it needs the order's other
/// attempts, too. So does a person.
const PRUNE: &str = "DELETE FROM {journal}_attempts \
     WHERE attempt_id > $2 AND attempt_id <= $3 \
     AND state IN ('charged', 'reversed', 'declined', 'not_sent', 'released') \
     AND finished_at < {now} - $1 \
     AND (store_hash, order_id) NOT IN \
     (SELECT store_hash, order_id FROM {journal}_attempts WHERE due_at IS NOT NULL) \
     AND (store_hash, order_id) NOT IN \
     (SELECT store_hash, order_id FROM {journal}_attempts WHERE attention IS NOT NULL) \
     RETURNING attempt_id, store_hash, idempotency_key";

const PRUNE_KEY: &str = "DELETE FROM {journal}_keys \
     WHERE store_hash = $1 AND idempotency_key = $2 AND attempt_id = $3";

impl Database {
    /// The open attempts, the oldest first.
    pub(crate) async fn open_attempts(&self, most: u32) -> Result<Vec<AttemptRow>, DatabaseError> {
        self.list(&format!("state IN ({OPEN})"), most).await
    }

    /// Those that need a person, the oldest first.
    pub(crate) async fn attempts_with_attention(
        &self,
        most: u32,
    ) -> Result<Vec<AttemptRow>, DatabaseError> {
        self.list("attention IS NOT NULL", most).await
    }

    async fn list(&self, which: &str, most: u32) -> Result<Vec<AttemptRow>, DatabaseError> {
        let select = format!(
            "SELECT {COLUMNS} FROM {{journal}}_attempts WHERE {which} ORDER BY created_at LIMIT $1"
        );
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let query = self.query(&select).bind(i64::from(most));
            let rows = transaction.rows(query).await?;
            transaction.rollback().await?;
            rows.iter().map(AttemptRow::read).collect()
        })
        .await
    }

    pub(crate) async fn attempt(
        &self,
        attempt_id: &str,
    ) -> Result<Option<AttemptRow>, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let found = self.find_attempt(&mut transaction, attempt_id).await?;
            transaction.rollback().await?;
            Ok(found)
        })
        .await
    }

    /// Writes what a person found out of an attempt that is as it was read, and that nobody holds.
    pub(crate) async fn settle(
        &self,
        row: &AttemptRow,
        settled: &SettledBy<'_>,
    ) -> Result<Written, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let update = self
                .query(SETTLE)
                .bind(row.attempt_id.clone())
                .bind(row.epoch)
                .bind(settled.found.state.as_str())
                .bind(settled.found.outcome.clone())
                .bind(settled.found.due_in_ms)
                .bind(settled.person.to_owned())
                .bind(settled.reason.to_owned());
            if transaction.execute(update).await? == 1 {
                transaction.commit().await?;
                return Ok(Written::Yes);
            }
            let now = self.find_attempt(&mut transaction, &row.attempt_id).await?;
            transaction.rollback().await?;
            // Its commit was not confirmed, and it was written.
            let same = |now: AttemptRow| {
                now.epoch == row.epoch + 1
                    && now.settled_by.as_deref() == Some(settled.person)
                    && now.settled_because.as_deref() == Some(settled.reason)
            };
            Ok(Written::if_changed(now.is_some_and(same)))
        })
        .await
    }

    /// Removes, of the next attempts after that one, those that were finished so long ago, with
    /// their keys. Where there are none, nothing is locked.
    pub(crate) async fn prune(&self, after: &str, age_ms: i64) -> Result<Pruned, DatabaseError> {
        self.bounded(|| async {
            let step = self.query(STEP_OF_PRUNING);
            let step = step.bind(after.to_owned()).bind(age_ms).bind(STEP);
            let mut transaction = self.begin_reading().await?;
            let step = transaction.row(step).await?;
            transaction.rollback().await?;
            let step = step.ok_or_else(|| DatabaseError::unreadable("a step of pruning"))?;
            let last: Option<String> = step.try_get("last")?;
            let removed = match &last {
                Some(last) if step.try_get::<i64, _>("old")? > 0 => {
                    self.prune_between(after, last, age_ms).await?
                }
                _ => 0,
            };
            Ok(Pruned { last, removed })
        })
        .await
    }

    async fn prune_between(
        &self,
        after: &str,
        last: &str,
        age_ms: i64,
    ) -> Result<u64, DatabaseError> {
        let mut transaction = self.begin().await?;
        let prune = self.query(PRUNE).bind(age_ms);
        let prune = prune.bind(after.to_owned()).bind(last.to_owned());
        let pruned = transaction.rows(prune).await?;
        for row in &pruned {
            let key = self
                .query(PRUNE_KEY)
                .bind(row.try_get::<String, _>("store_hash")?)
                .bind(row.try_get::<String, _>("idempotency_key")?)
                .bind(row.try_get::<String, _>("attempt_id")?);
            transaction.execute(key).await?;
        }
        transaction.commit().await?;
        Ok(pruned.len() as u64)
    }
}
