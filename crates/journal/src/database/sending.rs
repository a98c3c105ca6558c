//! The fence before each try: only who holds the attempt may send, and only for a moment.

use std::time::Duration;

use bigcommerce_payments::SendDeadline;
use sqlx::Row;

use crate::{
    database::{Database, Transaction, error::DatabaseError, limit::Places},
    rules::{WindowLimit, milliseconds},
};

/// A try that wants to leave.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    pub(crate) attempt_id: String,
    pub(crate) epoch: i64,
    pub(crate) token_lifetime_ms: i64,
    /// How long after its place the request may leave.
    pub(crate) send_within_ms: i64,
    /// How long after that the attempt stays the caller's.
    pub(crate) lease_ms: i64,
    pub(crate) place: Option<SendingPlace>,
}

/// What is asked of the limit that all instances share.
#[derive(Clone, Debug)]
pub(crate) struct SendingPlace {
    pub(crate) store_hash: String,
    pub(crate) limit: WindowLimit,
    pub(crate) longest_wait: Duration,
}

/// Whether a try may leave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// After waiting so long, and within `send_within_ms` of then; both count from when the
    /// database was asked, which was before it read its clock.
    Granted { asked: SendDeadline, wait: Duration },
    /// The attempt is another's by now, or its lease is over.
    Fenced,
    /// The next place of the store is farther away than the caller waits.
    NoPlace { wait: Duration },
}

const PLACES: &str = "SELECT places, {now} AS now FROM {journal}_limits \
     WHERE store_hash = $1 {for update}";
const INSERT_PLACES: &str = "INSERT INTO {journal}_limits (store_hash, places) VALUES ($1, '') \
     ON CONFLICT DO NOTHING";
const UPDATE_PLACES: &str = "UPDATE {journal}_limits SET places = $1 WHERE store_hash = $2";

const FENCE: &str = "UPDATE {journal}_attempts SET state = 'sending', \
     sending_at = COALESCE(sending_at, {now}), \
     token_expires_at = COALESCE(token_expires_at, {now} + $3), \
     last_moment_to_send = {now} + $4, \
     lease_until = {now} + $5, due_at = {now} + $5 \
     WHERE attempt_id = $1 AND epoch = $2 AND lease_until > {now} \
     AND state IN ('claimed', 'sending')";

impl Database {
    /// Stores that the charge may leave, with its place among the store's requests.
    pub(crate) async fn permit_sending(
        &self,
        sending: &Sending,
    ) -> Result<Permission, DatabaseError> {
        self.bounded(|| self.try_permit_sending(sending)).await
    }

    async fn try_permit_sending(&self, sending: &Sending) -> Result<Permission, DatabaseError> {
        let mut transaction = self.begin().await?;
        // Not before: waiting for a connection takes nothing of the time to leave.
        let asked = SendDeadline::now();
        let wait = match &sending.place {
            None => Duration::ZERO,
            Some(place) => self.take_place(&mut transaction, place).await?,
        };
        if sending
            .place
            .as_ref()
            .is_some_and(|place| wait > place.longest_wait)
        {
            transaction.rollback().await?;
            return Ok(Permission::NoPlace { wait });
        }
        let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let last_moment = wait_ms + sending.send_within_ms;
        let fence = self
            .query(FENCE)
            .bind(sending.attempt_id.clone())
            .bind(sending.epoch)
            .bind(sending.token_lifetime_ms)
            .bind(last_moment)
            .bind(last_moment + sending.lease_ms);
        if transaction.execute(fence).await? == 0 {
            transaction.rollback().await?;
            return Ok(Permission::Fenced);
        }
        transaction.commit().await?;
        Ok(Permission::Granted { asked, wait })
    }

    /// Takes the store's next place; the row's lock is held until the commit, so that no other
    /// instance takes the same.
    async fn take_place(
        &self,
        transaction: &mut Transaction,
        place: &SendingPlace,
    ) -> Result<Duration, DatabaseError> {
        let store = &place.store_hash;
        let select = || self.query(PLACES).bind(store.clone());
        let row = if let Some(row) = transaction.row(select()).await? {
            row
        } else {
            let insert = self.query(INSERT_PLACES).bind(store.clone());
            transaction.execute(insert).await?;
            let row = transaction.row(select()).await?;
            row.ok_or_else(|| DatabaseError::unreadable("the store's limit"))?
        };
        let now = row.try_get("now")?;
        let farthest = milliseconds(place.longest_wait).saturating_add(place.limit.window_ms);
        let mut places = Places::read(row.try_get("places")?, now, farthest);
        let time = places.next(place.limit, now);
        places.take(place.limit, time);
        let update = self
            .query(UPDATE_PLACES)
            .bind(places.text())
            .bind(store.clone());
        transaction.execute(update).await?;
        Ok(Duration::from_millis(
            u64::try_from(time - now).unwrap_or_default(),
        ))
    }
}
