//! Claims: a key stands for one submission, and an order takes one attempt at a time.

use std::time::Instant;

use crate::{
    attempt_state::AttemptState,
    database::{
        Database, Transaction,
        error::DatabaseError,
        row::{AttemptRow, CHARGED, COLUMNS, OPEN},
        schema::LATEST,
    },
};

/// An attempt that is to be claimed. Its ids are made by the client, so that claiming twice is
/// claiming once.
#[derive(Clone, Debug)]
pub(crate) struct NewAttempt {
    pub(crate) attempt_id: String,
    pub(crate) store_hash: String,
    pub(crate) order_id: i64,
    pub(crate) idempotency_key: String,
    pub(crate) payment_method_id: String,
    pub(crate) instrument_type: String,
    pub(crate) correlation_id: String,
    /// Whether an order that was charged may take it.
    pub(crate) further_tender: bool,
    pub(crate) owner: String,
    pub(crate) lease_ms: i64,
    /// By this machine's clock.
    pub(crate) began_at: Instant,
}

/// What a claim comes to.
#[derive(Debug)]
pub(crate) enum Claim {
    /// The attempt is the caller's. `may_have_landed` says that an earlier attempt of the order
    /// was released, of which a charge may have landed since.
    Claimed { may_have_landed: bool },
    /// The key stands for this attempt already.
    Existing(AttemptRow),
    /// The key stands for something else.
    OtherParameters(AttemptRow),
    /// Another attempt has the order.
    OrderTaken(AttemptRow),
    /// The order was charged.
    AlreadyPaid(AttemptRow),
    /// What stood in the way is gone by now.
    Again,
}

const INSERT_KEY: &str = "INSERT INTO {journal}_keys (store_hash, idempotency_key, order_id, \
     payment_method_id, instrument_type, attempt_id, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, {now}) ON CONFLICT DO NOTHING";

const TAKE_KEY: &str = "UPDATE {journal}_keys SET attempt_id = $1 \
     WHERE store_hash = $2 AND idempotency_key = $3 AND attempt_id = $4";

const INSERT_ATTEMPT: &str = "INSERT INTO {journal}_attempts (attempt_id, store_hash, order_id, \
     idempotency_key, payment_method_id, instrument_type, correlation_id, further_tender, state, \
     epoch, owner, lease_until, due_at, looks, created_at) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'claimed', 1, $9, {now} + $10, {now} + $10, 0, {now} \
     WHERE (SELECT oldest_served FROM {journal}_schema) <= $11 ON CONFLICT DO NOTHING";

impl Database {
    /// Claims a key and its order, by the unique constraints on both. The row is on the disk
    /// when this returns `Claimed`.
    pub(crate) async fn claim(&self, new: &NewAttempt) -> Result<Claim, DatabaseError> {
        for _ in 0..8 {
            match self.bounded(|| self.try_claim(new)).await? {
                Claim::Again => {}
                claim => return Ok(claim),
            }
        }
        Err(DatabaseError::unreadable(
            "its claims contradict each other",
        ))
    }

    /// The attempt that a key stands for.
    pub(crate) async fn attempt_of_key(
        &self,
        store_hash: &str,
        key: &str,
    ) -> Result<Option<AttemptRow>, DatabaseError> {
        self.bounded(|| async {
            let mut transaction = self.begin().await?;
            let found = self.find_key(&mut transaction, store_hash, key).await?;
            transaction.rollback().await?;
            Ok(found)
        })
        .await
    }

    async fn try_claim(&self, new: &NewAttempt) -> Result<Claim, DatabaseError> {
        let mut transaction = self.begin().await?;
        if let Some(claim) = self.claim_key(&mut transaction, new).await? {
            transaction.rollback().await?;
            return Ok(claim);
        }
        let claim = self.claim_order(&mut transaction, new).await?;
        match claim {
            Claim::Claimed { .. } => transaction.commit().await?,
            _ => transaction.rollback().await?,
        }
        Ok(claim)
    }

    /// Nothing when the key is the attempt's.
    async fn claim_key(
        &self,
        transaction: &mut Transaction,
        new: &NewAttempt,
    ) -> Result<Option<Claim>, DatabaseError> {
        if self.insert_key(transaction, new).await? {
            return Ok(None);
        }
        let (store, key) = (&new.store_hash, &new.idempotency_key);
        let Some(existing) = self.find_key(transaction, store, key).await? else {
            return Ok(Some(Claim::Again));
        };
        if existing.attempt_id == new.attempt_id {
            // Its commit was not confirmed, and what it saw then is not known any more.
            return Ok(Some(Claim::Claimed {
                may_have_landed: true,
            }));
        }
        if !new.has_parameters_of(&existing) {
            return Ok(Some(Claim::OtherParameters(existing)));
        }
        if !existing.state.leaves_key_free() {
            return Ok(Some(Claim::Existing(existing)));
        }
        let take = self
            .query(TAKE_KEY)
            .bind(new.attempt_id.clone())
            .bind(store.clone())
            .bind(key.clone())
            .bind(existing.attempt_id);
        let taken = transaction.execute(take).await? == 1;
        Ok((!taken).then_some(Claim::Again))
    }

    /// Takes the order. No other attempt can come to hold it between the two statements.
    async fn claim_order(
        &self,
        transaction: &mut Transaction,
        new: &NewAttempt,
    ) -> Result<Claim, DatabaseError> {
        let insert = self
            .query(INSERT_ATTEMPT)
            .bind(new.attempt_id.clone())
            .bind(new.store_hash.clone())
            .bind(new.order_id)
            .bind(new.idempotency_key.clone())
            .bind(new.payment_method_id.clone())
            .bind(new.instrument_type.clone())
            .bind(new.correlation_id.clone())
            .bind(i64::from(new.further_tender))
            .bind(new.owner.clone())
            .bind(new.lease_ms)
            .bind(LATEST);
        if transaction.execute(insert).await? == 0 {
            self.assert_served(transaction).await?;
            let holder = self.find_holder(transaction, new).await?;
            return Ok(holder.map_or(Claim::Again, Claim::OrderTaken));
        }
        let mut may_have_landed = false;
        for earlier in self.find_charged_or_released(transaction, new).await? {
            if earlier.state == AttemptState::Released {
                may_have_landed = true;
            } else if !new.further_tender {
                return Ok(Claim::AlreadyPaid(earlier));
            }
        }
        Ok(Claim::Claimed { may_have_landed })
    }

    /// Whether the key was not taken yet.
    pub(super) async fn insert_key(
        &self,
        transaction: &mut Transaction,
        new: &NewAttempt,
    ) -> Result<bool, DatabaseError> {
        let insert = self
            .query(INSERT_KEY)
            .bind(new.store_hash.clone())
            .bind(new.idempotency_key.clone())
            .bind(new.order_id)
            .bind(new.payment_method_id.clone())
            .bind(new.instrument_type.clone())
            .bind(new.attempt_id.clone());
        Ok(transaction.execute(insert).await? == 1)
    }

    async fn find_key(
        &self,
        transaction: &mut Transaction,
        store_hash: &str,
        key: &str,
    ) -> Result<Option<AttemptRow>, DatabaseError> {
        let select = format!(
            "SELECT {COLUMNS} FROM {{journal}}_attempts WHERE attempt_id = \
             (SELECT attempt_id FROM {{journal}}_keys \
             WHERE store_hash = $1 AND idempotency_key = $2)"
        );
        let query = self
            .query(&select)
            .bind(store_hash.to_owned())
            .bind(key.to_owned());
        let row = transaction.row(query).await?;
        row.as_ref().map(AttemptRow::read).transpose()
    }

    /// The attempt that has the order.
    async fn find_holder(
        &self,
        transaction: &mut Transaction,
        new: &NewAttempt,
    ) -> Result<Option<AttemptRow>, DatabaseError> {
        let select = format!(
            "SELECT {COLUMNS} FROM {{journal}}_attempts \
             WHERE store_hash = $1 AND order_id = $2 AND state IN ({OPEN})"
        );
        let query = self
            .query(&select)
            .bind(new.store_hash.clone())
            .bind(new.order_id);
        let row = transaction.row(query).await?;
        row.as_ref().map(AttemptRow::read).transpose()
    }

    /// The order's first charged attempt and its first released one: one statement, by the index
    /// of each.
    async fn find_charged_or_released(
        &self,
        transaction: &mut Transaction,
        new: &NewAttempt,
    ) -> Result<Vec<AttemptRow>, DatabaseError> {
        let first = |states: &str| {
            format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM {{journal}}_attempts \
                 WHERE store_hash = $1 AND order_id = $2 AND {states} \
                 ORDER BY created_at LIMIT 1) AS earlier"
            )
        };
        let charged = first(&format!("state IN ({CHARGED}) AND state = 'charged'"));
        let released = first("state = 'released'");
        let query = self
            .query(&format!("{charged} UNION ALL {released}"))
            .bind(new.store_hash.clone())
            .bind(new.order_id);
        let rows = transaction.rows(query).await?;
        rows.iter().map(AttemptRow::read).collect()
    }
}

impl NewAttempt {
    fn has_parameters_of(&self, other: &AttemptRow) -> bool {
        self.order_id == other.order_id
            && self.payment_method_id == other.payment_method_id
            && self.instrument_type == other.instrument_type
    }
}
