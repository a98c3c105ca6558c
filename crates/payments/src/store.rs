//! Both sides of a store in one process.

use crate::{
    account::AccountClient,
    charge::ChargeClient,
    error::Error,
    model::{Order, OrderId, Payment, Receipt, Reconciliation},
};

/// Both sides of a store in one process. A handle costs no connection, and clones are cheap.
#[derive(Clone, Debug)]
pub struct StoreClient {
    account: AccountClient,
    charges: ChargeClient,
}

impl StoreClient {
    pub(crate) fn new(account: AccountClient, charges: ChargeClient) -> Self {
        Self { account, charges }
    }

    /// The side that holds the account token.
    pub fn account(&self) -> &AccountClient {
        &self.account
    }

    /// The side that charges.
    pub fn charges(&self) -> &ChargeClient {
        &self.charges
    }

    /// Pays an order: makes a payment access token and hands it to the payments host. Both
    /// requests carry one correlation id, and share one deadline.
    ///
    /// # Errors
    ///
    /// As [`AccountClient::create_token`], after which nothing was charged, and
    /// [`ChargeClient::charge`].
    pub async fn charge(
        &self,
        order: impl Into<Order>,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        let order = order.into();
        let call = self.account.sender().begin_call();
        let token = self.account.create_token_in(&call, order).await?;
        self.charges
            .charge_in(&call, order.id, token, payment, None)
            .await
    }

    /// Finds out what became of a charge whose outcome is unknown.
    ///
    /// # Errors
    ///
    /// As [`AccountClient::reconcile`].
    pub async fn reconcile(&self, order: OrderId) -> Result<Reconciliation, Error> {
        self.account.reconcile(order).await
    }
}
