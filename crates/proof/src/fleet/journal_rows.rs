//! What the journal holds, read beside it.

use std::fmt;

use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use crate::{error::ProofError, fleet::rules::JOURNAL};

/// An attempt, as its row tells it.
#[derive(Clone, Debug)]
pub(super) struct JournalAttempt {
    pub(super) store: String,
    pub(super) order: u64,
    pub(super) attempt_id: String,
    pub(super) key: String,
    pub(super) payment_method_id: String,
    pub(super) correlation_id: String,
    pub(super) state: String,
    pub(super) epoch: i64,
    pub(super) owner: String,
    pub(super) created_at: i64,
    pub(super) sending_at: Option<i64>,
    pub(super) finished_at: Option<i64>,
    pub(super) due_at: Option<i64>,
    pub(super) outcome: Option<String>,
    pub(super) attention: Option<String>,
}

/// The states in which an attempt has its order.
const OPEN: &str = "'claimed', 'sending', 'unknown', 'pending'";

impl JournalAttempt {
    /// All of them, the earliest first.
    pub(super) async fn all(connection: &mut AnyConnection) -> Result<Vec<Self>, ProofError> {
        let select = format!(
            "SELECT store_hash, order_id, attempt_id, idempotency_key, payment_method_id, \
             correlation_id, state, epoch, owner, created_at, sending_at, finished_at, due_at, \
             outcome, attention \
             FROM {JOURNAL}_attempts ORDER BY created_at"
        );
        let rows = sqlx::query(AssertSqlSafe(select));
        let rows = rows.fetch_all(connection).await?;
        rows.iter().map(Self::read).collect()
    }

    /// How many are open, and how many more recovery will look at.
    pub(super) async fn unsettled(
        connection: &mut AnyConnection,
    ) -> Result<(i64, i64), ProofError> {
        let select = format!(
            "SELECT CAST(COALESCE(SUM(CASE WHEN state IN ({OPEN}) THEN 1 ELSE 0 END), 0) \
             AS BIGINT) AS open, COUNT(*) AS unsettled FROM {JOURNAL}_attempts \
             WHERE state IN ({OPEN}) OR due_at IS NOT NULL"
        );
        let row = sqlx::query(AssertSqlSafe(select));
        let row = row.fetch_one(connection).await?;
        let open: i64 = row.try_get("open")?;
        let all: i64 = row.try_get("unsettled")?;
        Ok((open, all - open))
    }

    pub(super) fn is_open(&self) -> bool {
        OPEN.contains(&format!("'{}'", self.state))
    }

    /// Whether it says that money was moved.
    pub(super) fn has_charged(&self) -> bool {
        matches!(self.state.as_str(), "charged" | "reversed")
    }

    /// Whether it says that the money was given back.
    pub(super) fn is_reversed(&self) -> bool {
        self.state == "reversed"
    }

    fn read(row: &AnyRow) -> Result<Self, ProofError> {
        let order: i64 = row.try_get("order_id")?;
        Ok(Self {
            store: row.try_get("store_hash")?,
            order: u64::try_from(order).unwrap_or_default(),
            attempt_id: row.try_get("attempt_id")?,
            key: row.try_get("idempotency_key")?,
            payment_method_id: row.try_get("payment_method_id")?,
            correlation_id: row.try_get("correlation_id")?,
            state: row.try_get("state")?,
            epoch: row.try_get("epoch")?,
            owner: row.try_get("owner")?,
            created_at: row.try_get("created_at")?,
            sending_at: row.try_get("sending_at")?,
            finished_at: row.try_get("finished_at")?,
            due_at: row.try_get("due_at")?,
            outcome: row.try_get("outcome")?,
            attention: row.try_get("attention")?,
        })
    }
}

impl fmt::Display for JournalAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |at: Option<i64>| at.map_or("never".to_owned(), |at| at.to_string());
        write!(
            f,
            "attempt {} under {} by {}: {}, epoch {} of {}, sending {}, finished {}, due {}",
            self.attempt_id,
            self.key,
            self.payment_method_id,
            self.state,
            self.epoch,
            self.owner,
            time(self.sending_at),
            time(self.finished_at),
            time(self.due_at),
        )?;
        let texts = [("outcome", &self.outcome), ("attention", &self.attention)];
        let mut texts = texts
            .iter()
            .filter_map(|(name, text)| Some((name, text.as_ref()?)));
        texts.try_for_each(|(name, text)| write!(f, ", {name} {text}"))
    }
}
