//! Taking over what was left behind.

use crate::database::{
    Database,
    error::DatabaseError,
    outcome::{FinishedAs, Written},
    row::{AttemptRow, CHARGED, COLUMNS, OPEN},
};

const TAKE_OVER: &str = "UPDATE {journal}_attempts SET epoch = epoch + 1, owner = $1, \
     lease_until = {now} + $2, due_at = {now} + $2 \
     WHERE attempt_id = (SELECT attempt_id FROM {journal}_attempts \
     WHERE due_at <= (SELECT {now}) AND lease_until <= (SELECT {now}) \
     ORDER BY due_at LIMIT 1 {skip locked})";

const LOOK_AGAIN: &str = "UPDATE {journal}_attempts SET state = $3, outcome = $4, \
     looks = $7, due_at = {now} + $5, attention = $6, lease_until = 0 \
     WHERE attempt_id = $1 AND epoch = $2";

const LOOK_AT_RELEASED: &str = "UPDATE {journal}_attempts SET due_at = {now} \
     WHERE store_hash = $1 AND order_id = $2 AND state = 'released'";

impl Database {
    /// Takes over the attempt that is due the longest and that nobody holds. The epoch it comes
    /// with is the caller's alone.
    pub(crate) async fn take_over(
        &self,
        owner: &str,
        lease_ms: i64,
    ) -> Result<Option<AttemptRow>, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let query = self
                .query(&format!("{TAKE_OVER} RETURNING {COLUMNS}"))
                .bind(owner.to_owned())
                .bind(lease_ms);
            let row = transaction.row(query).await?;
            let taken = row.as_ref().map(AttemptRow::read).transpose()?;
            transaction.commit().await?;
            Ok(taken)
        })
        .await
    }

    /// The other attempts of an order that have it, were charged or released: all of which the
    /// order's transactions may tell.
    pub(crate) async fn others_of_order(
        &self,
        store_hash: &str,
        order_id: i64,
        attempt_id: &str,
    ) -> Result<Vec<AttemptRow>, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let mut others = Vec::new();
            // Each in the words of its index: SQLite knows it by them.
            let states = [
                format!("state IN ({OPEN})"),
                format!("state IN ({CHARGED})"),
                "state = 'released'".to_owned(),
            ];
            for states in states {
                let select = format!(
                    "SELECT {COLUMNS} FROM {{journal}}_attempts WHERE store_hash = $1 \
                     AND order_id = $2 AND {states} AND attempt_id <> $3 \
                     ORDER BY created_at"
                );
                let query = self
                    .query(&select)
                    .bind(store_hash.to_owned())
                    .bind(order_id)
                    .bind(attempt_id.to_owned());
                for row in transaction.rows(query).await? {
                    others.push(AttemptRow::read(&row)?);
                }
            }
            transaction.rollback().await?;
            Ok(others)
        })
        .await
    }

    /// Lets recovery look at the order's released attempts now: a charge of theirs may have landed.
    pub(crate) async fn look_at_released(
        &self,
        store_hash: &str,
        order_id: i64,
    ) -> Result<(), DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let update = self
                .query(LOOK_AT_RELEASED)
                .bind(store_hash.to_owned())
                .bind(order_id);
            transaction.execute(update).await?;
            transaction.commit().await
        })
        .await
    }

    /// Gives an attempt back that is not settled, to be looked at later.
    pub(crate) async fn look_again(
        &self,
        attempt: &AttemptRow,
        found: &FinishedAs,
    ) -> Result<Written, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let update = self
                .query(LOOK_AGAIN)
                .bind(attempt.attempt_id.clone())
                .bind(attempt.epoch)
                .bind(found.state.as_str())
                .bind(found.outcome.clone())
                .bind(found.due_in_ms)
                .bind(found.attention.clone())
                .bind(found.looks);
            let written = transaction.execute(update).await? == 1;
            transaction.commit().await?;
            Ok(Written::if_changed(written))
        })
        .await
    }
}
