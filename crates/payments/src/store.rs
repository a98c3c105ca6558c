//! Both sides of a store in one process.

use std::time::Duration;

use crate::{
    account::AccountClient,
    charge::ChargeClient,
    error::Error,
    model::{ChargeAttempt, ChargeLookup, Order, OrderId, OrderPayments, Payment, Receipt},
    send::ChargeOptions,
};

/// Both sides of a store in one process. A handle costs no connection, and clones are cheap.
///
/// ```no_run
/// use bigcommerce_payments::{OrderId, Payment, StoreClient};
///
/// # async fn pay(store: StoreClient, payment: Payment) -> Result<(), bigcommerce_payments::Error> {
/// let receipt = store.charge(OrderId::new(215)?, &payment).await?;
/// if receipt.is_final() {
///     println!("paid by transaction {}", receipt.transaction_id);
/// }
/// # Ok(())
/// # }
/// ```
///
/// An error of the kind [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) is no failure: see
/// [what to do on each error](crate#what-to-do-on-each-error).
#[derive(Clone, Debug)]
pub struct StoreClient {
    account: AccountClient,
    charges: ChargeClient,
}

impl StoreClient {
    pub(crate) fn new(account: AccountClient, charges: ChargeClient) -> Self {
        Self { account, charges }
    }

    /// The store's hash.
    pub fn store_hash(&self) -> &str {
        self.account.store_hash()
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
        self.charge_with(order, payment, ChargeOptions::new()).await
    }

    /// The same, with a correlation id of the caller's, a hook before each try, or what a look-up
    /// should know.
    ///
    /// # Errors
    ///
    /// As [`charge`](Self::charge); [`InvalidInput`](crate::ErrorKind::InvalidInput) for a
    /// `correlation_id` that fits no header.
    pub async fn charge_with(
        &self,
        order: impl Into<Order>,
        payment: &Payment,
        options: ChargeOptions<'_>,
    ) -> Result<Receipt, Error> {
        let order = order.into();
        let call = self.account.sender().begin_call(options.correlation_id)?;
        let token = self.account.create_token_in(&call, order).await?;
        self.charges
            .charge_in(&call, order.id, token, payment, options)
            .await
    }

    /// Looks once what became of an attempt to charge.
    ///
    /// # Errors
    ///
    /// As [`AccountClient::look_up`].
    pub async fn look_up(&self, attempt: &ChargeAttempt) -> Result<ChargeLookup, Error> {
        self.account.look_up(attempt).await
    }

    /// Looks until the answer is final, or `at_most` is over.
    ///
    /// # Errors
    ///
    /// As [`AccountClient::look_up_until`].
    pub async fn look_up_until(
        &self,
        attempt: &ChargeAttempt,
        at_most: Duration,
    ) -> Result<ChargeLookup, Error> {
        self.account.look_up_until(attempt, at_most).await
    }

    /// Tells what happened to the money of an order, charge by charge.
    ///
    /// # Errors
    ///
    /// As [`AccountClient::order_payments`].
    pub async fn order_payments(&self, order: OrderId) -> Result<OrderPayments, Error> {
        self.account.order_payments(order).await
    }
}
