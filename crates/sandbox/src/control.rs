//! Control of a store from inside the test's process.

use std::sync::Arc;

use crate::{
    random::Purpose,
    state::{
        definition::{Scope, TokenDefinition},
        ledger::{LedgerEntry, LedgerKind},
        lock, money,
        order::{Order, PaymentState, Transaction, status},
        shared::SharedState,
        store::Store,
        store_file,
    },
};

/// A store of a running sandbox.
#[derive(Clone)]
pub struct TestStore {
    shared: Arc<SharedState>,
    store: Arc<Store>,
}

/// Why a store could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddStoreError {
    /// Another store has this hash.
    #[error("the sandbox has a store `{0}` already")]
    HashTaken(String),
    /// A hash is made of letters and digits.
    #[error("a store hash is made of letters and digits, not `{0}`")]
    Hash(String),
}

/// Why an order could not be made or settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The amount is no decimal number such as `60.98`.
    #[error("`{0}` is not an amount such as 60.98")]
    Amount(String),
    /// The store has no such customer.
    #[error("the store has no customer {0}")]
    UnknownCustomer(u64),
    /// The store has no such order.
    #[error("the store has no order {0}")]
    UnknownOrder(u64),
    /// The order has no payment that is pending.
    #[error("order {0} has no pending payment")]
    NotPending(u64),
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderState {
    /// The platform's status id: 0 is Incomplete, 11 is Awaiting Fulfillment.
    pub status_id: u8,
    /// The customer's id, or 0 for a guest.
    pub customer_id: u64,
    /// The grand total in minor units.
    pub total: u64,
    /// Payments that reached the gateway, declines among them.
    pub attempts: usize,
}

impl TestStore {
    pub(crate) fn new(shared: Arc<SharedState>, store: Arc<Store>) -> Self {
        Self { shared, store }
    }

    pub(crate) fn find(shared: &Arc<SharedState>, hash: &str) -> Option<Self> {
        Some(Self::new(Arc::clone(shared), shared.store(hash)?))
    }

    /// The store's hash.
    pub fn hash(&self) -> &str {
        &self.store.hash
    }

    /// The store's first API account token.
    pub fn access_token(&self) -> &str {
        &self.store.default_token
    }

    /// Makes an Incomplete order of a guest over this amount in major units, such as `60.98`,
    /// and gives its id.
    ///
    /// # Errors
    ///
    /// Fails where the amount cannot be read.
    pub fn create_order(&self, total: &str) -> Result<u64, ControlError> {
        self.create_order_for(0, total)
    }

    /// Makes an Incomplete order of a customer; 0 is a guest.
    ///
    /// # Errors
    ///
    /// Fails where the amount cannot be read or the store has no such customer.
    pub fn create_order_for(&self, customer_id: u64, total: &str) -> Result<u64, ControlError> {
        let currency = &self.store.currency;
        let amount =
            money::parse(total, currency).ok_or_else(|| ControlError::Amount(total.to_owned()))?;
        let mut data = lock(&self.store.data);
        if customer_id != 0 && !data.customers.contains_key(&customer_id) {
            return Err(ControlError::UnknownCustomer(customer_id));
        }
        let id = data.next_order_id();
        let checkout = self
            .shared
            .random
            .uuid(Purpose::CheckoutId, self.store.id, id);
        let order = Order {
            customer_id,
            ..Order::new(id, amount, currency, self.shared.clock.now(), checkout)
        };
        data.orders.insert(id, order);
        Ok(id)
    }

    /// Where an order stands, or `None` for an unknown order.
    pub fn order(&self, order_id: u64) -> Option<OrderState> {
        let data = lock(&self.store.data);
        let order = data.orders.get(&order_id)?;
        Some(OrderState {
            status_id: order.status_id,
            customer_id: order.customer_id,
            total: order.total,
            attempts: order.transactions.len(),
        })
    }

    /// Moves an order to another status, as a merchant would in the control panel.
    ///
    /// # Errors
    ///
    /// Fails where the store has no such order.
    pub fn set_order_status(&self, order_id: u64, status_id: u8) -> Result<(), ControlError> {
        let mut data = lock(&self.store.data);
        let order = data
            .orders
            .get_mut(&order_id)
            .ok_or(ControlError::UnknownOrder(order_id))?;
        order.status_id = status_id;
        Ok(())
    }

    /// Makes a payment access token without a request, whatever the order's status.
    ///
    /// # Errors
    ///
    /// Fails where the store has no such order.
    pub fn issue_pat(&self, order_id: u64) -> Result<String, ControlError> {
        let mut data = lock(&self.store.data);
        let order = data
            .orders
            .get_mut(&order_id)
            .ok_or(ControlError::UnknownOrder(order_id))?;
        let SharedState { issuer, clock, .. } = &*self.shared;
        let made = issuer.make(&self.store, order, self.shared.forms().claims, clock.now());
        Ok(made.expect("HS256 signs any claims"))
    }

    /// Decides a pending payment: captured, or failed and the order Incomplete again.
    ///
    /// # Errors
    ///
    /// Fails where the order has no pending payment.
    pub fn settle_pending(&self, order_id: u64, succeeds: bool) -> Result<(), ControlError> {
        let now = self.shared.clock.now();
        let mut data = lock(&self.store.data);
        let transaction_id = data.next_transaction_id();
        let order = data
            .orders
            .get_mut(&order_id)
            .ok_or(ControlError::UnknownOrder(order_id))?;
        let pending = order.transactions.last().cloned();
        let (PaymentState::Pending, Some(pending)) = (order.payment, pending) else {
            return Err(ControlError::NotPending(order_id));
        };
        let (payment, status_id) = if succeeds {
            (PaymentState::Captured, status::AWAITING_FULFILLMENT)
        } else {
            (PaymentState::Unpaid, status::INCOMPLETE)
        };
        order.payment = payment;
        order.status_id = status_id;
        let entry = LedgerEntry {
            order_id,
            kind: LedgerKind::Capture,
            amount: order.total,
            currency: order.currency.clone(),
            payment_id: pending.payment_id.to_string(),
            payment_method_id: pending.payment_method_id.clone(),
            at_unix_ms: now.unix_millis(),
        };
        order.transactions.push(Transaction {
            id: transaction_id,
            event: "settled",
            succeeded: succeeds,
            created: now,
            ..pending
        });
        data.ledger.extend(succeeds.then_some(entry));
        Ok(())
    }

    /// Every capture and authorization of the store, in the order they happened.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        lock(&self.store.data).ledger.clone()
    }

    /// The captures of one order. More than one is a double charge.
    pub fn captures(&self, order_id: u64) -> Vec<LedgerEntry> {
        let data = lock(&self.store.data);
        let is_wanted =
            |it: &&LedgerEntry| it.order_id == order_id && it.kind == LedgerKind::Capture;
        data.ledger.iter().filter(is_wanted).cloned().collect()
    }
}

impl std::fmt::Debug for TestStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hash = self.hash();
        f.debug_struct("TestStore")
            .field("hash", &hash)
            .finish_non_exhaustive()
    }
}

pub(crate) fn add_store(
    shared: &Arc<SharedState>,
    hash: &str,
    access_token: &str,
) -> Result<TestStore, AddStoreError> {
    if hash.is_empty() || !hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(AddStoreError::Hash(hash.to_owned()));
    }
    let mut definitions = store_file::default_stores().expect("the built-in store is valid");
    let mut definition = definitions.remove(0);
    hash.clone_into(&mut definition.hash);
    definition.id += shared.stores().len() as u64;
    definition.tokens = vec![TokenDefinition {
        token: access_token.to_owned(),
        scopes: Scope::ALL.to_vec(),
    }];
    let store = shared
        .add_store(&definition)
        .ok_or_else(|| AddStoreError::HashTaken(hash.to_owned()))?;
    Ok(TestStore::new(Arc::clone(shared), store))
}
