//! Outcomes: written by whoever holds the attempt, and by nobody else but who has the receipt.

use crate::{
    attempt_state::AttemptState,
    database::{
        Database, Transaction,
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
    /// How often recovery has looked.
    pub(crate) looks: i64,
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
    /// The journal has no such attempt.
    NoRow,
}

impl Written {
    /// Where a statement has changed the row, or found that another holds it.
    pub(super) fn if_changed(changed: bool) -> Self {
        if changed { Self::Yes } else { Self::Fenced }
    }
}

const FINISH: &str = "UPDATE {journal}_attempts SET state = $3, outcome = $4, \
     due_at = {now} + $5, attention = $6, looks = $7, lease_until = 0, \
     finished_at = CASE WHEN $3 IN ('unknown', 'pending') THEN NULL ELSE {now} END \
     WHERE attempt_id = $1 AND epoch = $2 \
     AND state IN ('claimed', 'sending', 'unknown', 'pending', 'released')";

const OVERRULE: &str = "UPDATE {journal}_attempts SET state = $3, outcome = $4, \
     due_at = {now} + $5, attention = $6, lease_until = 0, epoch = epoch + 1, \
     finished_at = CASE WHEN $3 = 'pending' THEN NULL ELSE {now} END \
     WHERE attempt_id = $1 AND epoch = $2";

impl Database {
    /// Writes the outcome of an attempt that is held with this epoch. Writing it again is
    /// harmless.
    pub(crate) async fn finish(
        &self,
        attempt_id: &str,
        epoch: i64,
        finished: &FinishedAs,
    ) -> Result<Written, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let update = self
                .query(FINISH)
                .bind(attempt_id.to_owned())
                .bind(epoch)
                .bind(finished.state.as_str())
                .bind(finished.outcome.clone())
                .bind(finished.due_in_ms)
                .bind(finished.attention.clone())
                .bind(finished.looks);
            if transaction.execute(update).await? == 1 {
                transaction.commit().await?;
                return Ok(Written::Yes);
            }
            let found = self.find_attempt(&mut transaction, attempt_id).await?;
            transaction.rollback().await?;
            Ok(match found {
                None => Written::NoRow,
                Some(row) if row.epoch == epoch && row.state == finished.state => Written::Yes,
                Some(_) => Written::Fenced,
            })
        })
        .await
    }

    /// Writes that the service answered with a receipt, whatever recovery or a person made of the
    /// attempt in the meantime: nothing is better known. Where its order was free again by then, a
    /// person has to see it, and a payment that is pending takes the order again, unless another
    /// attempt has it.
    pub(crate) async fn overrule(
        &self,
        attempt_id: &str,
        receipt: &FinishedAs,
    ) -> Result<(), DatabaseError> {
        self.bounded(|| async {
            let write = |state| self.write_receipt(attempt_id, receipt, state);
            match write(receipt.state).await {
                Err(taken) if taken.is_unique_violation() => write(AttemptState::Released).await,
                written => written,
            }
        })
        .await
    }

    /// Writes a receipt, and that the attempt is in this state by it.
    async fn write_receipt(
        &self,
        attempt_id: &str,
        receipt: &FinishedAs,
        state: AttemptState,
    ) -> Result<(), DatabaseError> {
        let mut transaction = self.begin().await?;
        let found = self.find_attempt(&mut transaction, attempt_id).await?;
        let is_known = |row: &AttemptRow| {
            let is_written = row.outcome.as_ref() == Some(&receipt.outcome);
            row.state.moved_money() || row.state == state && is_written
        };
        let Some(row) = found.filter(|row| !is_known(row)) else {
            return transaction.rollback().await;
        };
        let attention = (!row.state.is_open()).then(|| {
            let (status, was) = (receipt.state.as_str(), row.state.as_str());
            format!("its receipt, {status}, came when it was {was}: see the order's other attempts")
        });
        let update = self.query(OVERRULE).bind(attempt_id.to_owned());
        let update = update.bind(row.epoch);
        let update = match row.state {
            // It was pending, and its failure was seen since.
            AttemptState::Declined if receipt.state != AttemptState::Charged => update
                .bind(row.state.as_str())
                .bind(row.outcome)
                .bind(None::<i64>),
            _ => update
                .bind(state.as_str())
                .bind(Some(receipt.outcome.clone()))
                .bind(receipt.due_in_ms),
        };
        if transaction.execute(update.bind(attention)).await? == 0 {
            return Err(DatabaseError::busy("the attempt is being changed"));
        }
        transaction.commit().await
    }

    pub(super) async fn find_attempt(
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
