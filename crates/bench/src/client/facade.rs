//! A charge through the facade.

use bigcommerce_payments::{Card, Error, OrderId, Payment, Payments, StoreClient};

use crate::client::{
    charge::{Charge, Outcome},
    test_store::TestStore,
    wire,
};

pub(super) struct Client(StoreClient);

/// Without a rate limit, which would be all that is measured.
pub(super) fn payments(store: &TestStore) -> Result<Payments, Error> {
    Payments::builder()
        .api_url(&store.api_url)
        .payments_url(&store.payments_url)
        .without_rate_limit()
        .build()
}

pub(super) fn store(store: &TestStore) -> Result<StoreClient, Error> {
    payments(store)?.store(&store.store_hash, &*store.access_token)
}

pub(super) fn payment() -> Result<Payment, Error> {
    let card = Card::new(wire::NAME, wire::NUMBER, wire::MONTH, wire::YEAR);
    let card = card.verification_value(wire::VERIFICATION_VALUE);
    Ok(Payment::new(card, wire::METHOD)?)
}

impl Client {
    pub(super) fn new(of: &TestStore) -> Result<Self, Error> {
        Ok(Self(store(of)?))
    }
}

impl Charge for Client {
    async fn charge(&self, order: u32) -> Outcome {
        let receipt = self.0.charge(OrderId::new(order)?, &payment()?).await?;
        wire::check(&receipt.transaction_id, receipt.status.as_str())
    }
}
