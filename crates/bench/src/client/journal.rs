//! A charge through the journal.

use std::time::Duration;

use bigcommerce_payments::OrderId;
use bigcommerce_payments_journal::{IdempotencyKey, Journal, JournaledStore};

use crate::client::{
    charge::{Charge, Outcome},
    facade,
    test_store::TestStore,
    wire,
};

pub(super) struct Client(JournaledStore);

impl Client {
    /// Without a rate limit, which would be all that is measured, and with time for a disk that
    /// other processes keep busy.
    pub(super) async fn open(store: &TestStore, database: &str) -> Outcome<Self> {
        let journal = Journal::builder(database).without_rate_limit();
        let journal = journal.database_timeout(Duration::from_secs(60));
        let client = facade::store(store)?;
        Ok(Self(journal.open().await?.store(client)))
    }
}

impl Charge for Client {
    async fn charge(&self, order: u32) -> Outcome {
        let key = IdempotencyKey::new(format!("order-{order}"))?;
        let payment = facade::payment()?;
        let charge = self.0.charge(&key, OrderId::new(order)?, &payment).await?;
        wire::check(&charge.transaction_id, charge.status.as_str())
    }
}
