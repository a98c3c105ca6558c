//! A charge through the facade.

use bigcommerce_payments::{Card, Error, OrderId, Payment, Payments, StoreClient};

use crate::{
    charge::{Charge, Outcome},
    sandbox::Sandbox,
    wire,
};

pub(crate) struct Client(StoreClient);

/// Without a rate limit, which would be all that is measured.
pub(crate) fn payments(sandbox: &Sandbox) -> Result<Payments, Error> {
    Payments::builder()
        .api_url(&sandbox.api_url)
        .payments_url(&sandbox.payments_url)
        .without_rate_limit()
        .build()
}

impl Client {
    pub(crate) fn new(sandbox: &Sandbox) -> Result<Self, Error> {
        let store = payments(sandbox)?.store(&sandbox.store_hash, &*sandbox.access_token)?;
        Ok(Self(store))
    }
}

impl Charge for Client {
    async fn charge(&self, order: u32) -> Outcome {
        let card = Card::new(wire::NAME, wire::NUMBER, wire::MONTH, wire::YEAR);
        let card = card.verification_value(wire::VERIFICATION_VALUE);
        let payment = Payment::new(card, wire::METHOD)?;
        let receipt = self.0.charge(OrderId::new(order)?, &payment).await?;
        wire::check(&receipt.transaction_id, receipt.status.as_str())
    }
}
