//! Both sides of a store in one process.

use crate::{
    account::Tokens,
    charge::Processor,
    error::Error,
    model::{
        order::{Order, OrderId},
        payment::Payment,
        receipt::Receipt,
        transaction::Reconciliation,
    },
};

/// Both sides of a store in one process. A handle costs no connection, and clones are cheap.
#[derive(Clone, Debug)]
pub struct Store {
    tokens: Tokens,
    processor: Processor,
}

impl Store {
    pub(crate) fn new(tokens: Tokens, processor: Processor) -> Self {
        Self { tokens, processor }
    }

    /// The side that holds the account token.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The side that charges.
    pub fn processor(&self) -> &Processor {
        &self.processor
    }

    /// Pays an order: makes a payment access token and hands it to the payments host. Both
    /// requests carry one correlation id, and share one deadline.
    ///
    /// # Errors
    ///
    /// As [`Tokens::create_token`], after which nothing was charged, and [`Processor::process`].
    pub async fn charge(
        &self,
        order: impl Into<Order>,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        let order = order.into();
        let correlation = self.tokens.transport().correlation();
        let token = self.tokens.create_token_in(&correlation, order).await?;
        self.processor
            .process_in(&correlation, order.id, token, payment)
            .await
    }

    /// Finds out what became of a charge whose outcome is unknown.
    ///
    /// # Errors
    ///
    /// As [`Tokens::reconcile`].
    pub async fn reconcile(&self, order: OrderId) -> Result<Reconciliation, Error> {
        self.tokens.reconcile(order).await
    }
}
