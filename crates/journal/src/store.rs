//! A store whose charges go through the journal.

use std::time::Duration;

use bigcommerce_payments::{Money, Order, Payment, StoreClient};
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use crate::{
    answer::JournaledCharge,
    attempt::Attempt,
    database::{AttemptRow, DatabaseError},
    error::ChargeError,
    journal::Journal,
    key::IdempotencyKey,
    replay::answer,
    submission::Submission,
};

/// A store whose charges go through the journal. Clones are cheap.
#[derive(Clone, Debug)]
pub struct JournaledStore {
    journal: Journal,
    store: StoreClient,
}

/// The first pause of one who waits for another's attempt; it doubles up to a second.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

impl Journal {
    /// The store, behind this journal.
    pub fn store(&self, store: StoreClient) -> JournaledStore {
        JournaledStore {
            journal: self.clone(),
            store,
        }
    }
}

impl JournaledStore {
    /// The store's client. What is charged by it directly is not in the journal.
    pub fn client(&self) -> &StoreClient {
        &self.store
    }

    /// Charges an order, once for a key, whatever happens to this process.
    ///
    /// A key that was used before gives the same answer without a request. Dropping the future
    /// gives the answer up, not the charge: it goes on, and its outcome is written.
    ///
    /// # Errors
    ///
    /// [`ChargeError`]. [`Refused`](ChargeError::Refused) says that nothing was charged under the
    /// key. [`OutcomeUnknown`](ChargeError::OutcomeUnknown),
    /// [`InProgress`](ChargeError::InProgress) and [`LeaseLost`](ChargeError::LeaseLost) leave open
    /// whether the shopper was charged. What else charges nothing says so of this call alone: an
    /// [earlier one](ChargeError#what-is-said-of-earlier-calls) may have.
    pub async fn charge(
        &self,
        key: &IdempotencyKey,
        order: impl Into<Order>,
        payment: &Payment,
    ) -> Result<JournaledCharge, ChargeError> {
        self.submit(key, order.into(), payment, None).await
    }

    /// Charges what an order still owes: a further tender of a split payment, such as a card for
    /// what a gift certificate did not cover.
    ///
    /// The order may have been charged before. Under the new claim, before a token is made, its
    /// transactions are looked up: it is charged only if they show every charge that the journal
    /// knows, nothing pending or unclear, and less than `total` paid. The total is the order's as
    /// the store says it, in the currency that it is paid in: transactions do not hold it. The
    /// request holds no amount; the service takes what the order owes.
    ///
    /// # Errors
    ///
    /// As [`charge`](Self::charge). [`AlreadyPaid`](ChargeError::AlreadyPaid), with the first
    /// charge of the order, where nothing is owed;
    /// [`CannotTell`](ChargeError::CannotTell) where that is not known.
    pub async fn charge_further_tender(
        &self,
        key: &IdempotencyKey,
        order: impl Into<Order>,
        payment: &Payment,
        total: &Money,
    ) -> Result<JournaledCharge, ChargeError> {
        self.submit(key, order.into(), payment, Some(total.clone()))
            .await
    }

    /// The attempt that a key stands for.
    ///
    /// # Errors
    ///
    /// When the database cannot be asked.
    pub async fn attempt(&self, key: &IdempotencyKey) -> Result<Option<Attempt>, DatabaseError> {
        let row = self.find(key).await?;
        Ok(row.map(Attempt::from_row))
    }

    /// Waits until the attempt of a key has its answer, or the time is over. None when the key
    /// is not in the journal.
    ///
    /// # Errors
    ///
    /// As [`charge`](Self::charge).
    pub async fn wait(
        &self,
        key: &IdempotencyKey,
        within: Duration,
    ) -> Result<Option<JournaledCharge>, ChargeError> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let Some(row) = self.find(key).await? else {
                return Ok(None);
            };
            if !row.state.is_open() || start.elapsed() + pause > within {
                return answer(row).map(Some);
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    async fn submit(
        &self,
        key: &IdempotencyKey,
        order: Order,
        payment: &Payment,
        total: Option<Money>,
    ) -> Result<JournaledCharge, ChargeError> {
        let Some(running) = self.journal.begin_attempt() else {
            return Err(ChargeError::ShuttingDown);
        };
        let submission = Submission {
            journal: self.journal.clone(),
            store: self.store.clone(),
            key: key.clone(),
            order,
            payment: payment.clone(),
            total,
        };
        let attempt = submission.new_attempt();
        let charge = submission.run(attempt.clone(), running);
        let running = tokio::spawn(charge.in_current_span());
        // Where the task did not come to its end, nobody knows how far it came.
        running.await.unwrap_or_else(|_| {
            let attempt = Attempt::of_unknown_outcome(&attempt);
            Err(ChargeError::OutcomeUnknown(Box::new(attempt)))
        })
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<AttemptRow>, DatabaseError> {
        let hash = self.store.store_hash();
        self.journal
            .database()
            .attempt_of_key(hash, key.as_str())
            .await
    }
}
