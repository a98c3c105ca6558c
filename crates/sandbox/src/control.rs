//! Control of a store from inside the test's process.

use std::{sync::Arc, time::Duration};

use crate::{
    state::{
        definition::{Scope, TokenDefinition},
        error::ControlError,
        ledger::{LedgerEntry, LedgerKind},
        lock, money,
        order::Order,
        shared::SharedState,
        store::Store,
        store_file,
    },
    wire::forms::TransactionForm,
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
    /// What is neither taken nor reserved of it, in minor units.
    pub owed: u64,
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
        let amount = self.amount(total)?;
        let mut data = lock(&self.store.data);
        if customer_id != 0 && !data.customers.contains_key(&customer_id) {
            return Err(ControlError::UnknownCustomer(customer_id));
        }
        let id = data.next_order_id();
        let now = self.shared.clock.now();
        let order = Order {
            customer_id,
            ..Order::new(id, amount, self.store.currency, now)
        };
        data.add_order(order);
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
            owed: order.owed(),
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

    /// Decides the order's pending payment. Where it succeeds, it becomes a purchase, or an
    /// authorization where its method only authorizes; where it fails, the order can be paid
    /// again.
    ///
    /// # Errors
    ///
    /// Fails where the order has no pending payment.
    pub fn settle_pending(&self, order_id: u64, succeeds: bool) -> Result<(), ControlError> {
        let now = self.shared.clock.now();
        lock(&self.store.data).resolve_pending(order_id, succeeds, now)?;
        Ok(())
    }

    /// Captures an authorization: the one of this transaction id, or the last that is open. Gives
    /// the id of the new transaction.
    ///
    /// # Errors
    ///
    /// Fails where there is no such authorization.
    pub fn capture(&self, order_id: u64, authorization: Option<u64>) -> Result<u64, ControlError> {
        let now = self.shared.clock.now();
        lock(&self.store.data).capture(order_id, authorization, now)
    }

    /// Voids a payment that is authorized, captured or pending: the one of this transaction id,
    /// or the last that can be voided. Gives the id of the new transaction.
    ///
    /// # Errors
    ///
    /// Fails where there is no such payment.
    pub fn void(&self, order_id: u64, transaction: Option<u64>) -> Result<u64, ControlError> {
        let now = self.shared.clock.now();
        lock(&self.store.data).void(order_id, transaction, now)
    }

    /// Refunds a captured payment, or this much of it in major units, such as `10.00`: the one of
    /// this transaction id, or the last of which there is so much left. Gives the id of the new
    /// transaction.
    ///
    /// # Errors
    ///
    /// Fails where the amount cannot be read, or there is no such payment.
    pub fn refund(
        &self,
        order_id: u64,
        transaction: Option<u64>,
        amount: Option<&str>,
    ) -> Result<u64, ControlError> {
        let amount = amount.map(|amount| self.amount(amount)).transpose()?;
        let now = self.shared.clock.now();
        lock(&self.store.data).refund(order_id, transaction, amount, now)
    }

    /// Serves these texts, whatever they are, as the pages of an order's transactions, in place
    /// of its own. None at all serves its own again.
    ///
    /// # Errors
    ///
    /// Fails where the store has no such order.
    pub fn serve_transactions(
        &self,
        order_id: u64,
        pages: Vec<String>,
    ) -> Result<(), ControlError> {
        let mut data = lock(&self.store.data);
        if !data.orders.contains_key(&order_id) {
            return Err(ControlError::UnknownOrder(order_id));
        }
        let served = &mut data.served_instead;
        if pages.is_empty() {
            served.transaction_pages.remove(&order_id);
            served.more_transactions.remove(&order_id);
        } else {
            served.transaction_pages.insert(order_id, pages);
        }
        Ok(())
    }

    /// Serves the transactions of this order in a form of their own, or in the sandbox's again.
    ///
    /// # Errors
    ///
    /// Fails where the store has no such order.
    pub fn set_transaction_form(
        &self,
        order_id: u64,
        form: Option<TransactionForm>,
    ) -> Result<(), ControlError> {
        let mut data = lock(&self.store.data);
        if !data.orders.contains_key(&order_id) {
            return Err(ControlError::UnknownOrder(order_id));
        }
        let forms = &mut data.served_instead.transaction_forms;
        match form {
            Some(form) => forms.insert(order_id, form),
            None => forms.remove(&order_id),
        };
        Ok(())
    }

    /// Serves this JSON after an order's own transactions, byte for byte.
    ///
    /// # Errors
    ///
    /// Fails where the store has no such order, or the text is not JSON.
    pub fn add_raw_transaction(&self, order_id: u64, json: &str) -> Result<(), ControlError> {
        serde_json::from_str::<serde::de::IgnoredAny>(json)
            .map_err(|error| ControlError::Json(error.to_string()))?;
        let mut data = lock(&self.store.data);
        if !data.orders.contains_key(&order_id) {
            return Err(ControlError::UnknownOrder(order_id));
        }
        let more = &mut data.served_instead.more_transactions;
        more.entry(order_id).or_default().push(json.to_owned());
        Ok(())
    }

    /// Serves this text, whatever it is, as the accepted payment methods of every order. `None`
    /// serves the store's own again.
    pub fn serve_methods(&self, body: Option<String>) {
        lock(&self.store.data).served_instead.methods = body;
    }

    /// When payment requests of this store arrived: the first byte of each, as the time since the
    /// sandbox was started, earliest first. The last million are kept.
    pub fn payment_arrivals(&self) -> Vec<Duration> {
        let arrivals = lock(&self.store.arrivals).sorted();
        arrivals.into_iter().map(Duration::from_micros).collect()
    }

    /// The most payment requests that arrived within any window of this length.
    pub fn most_payment_arrivals_within(&self, window: Duration) -> usize {
        let arrivals = self.payment_arrivals();
        let mut first = 0;
        let counts = arrivals.iter().enumerate().map(|(last, &at)| {
            while at.saturating_sub(arrivals[first]) >= window {
                first += 1;
            }
            last + 1 - first
        });
        counts.max().unwrap_or(0)
    }

    /// Every movement of money in the store, in the order they happened.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        let data = lock(&self.store.data);
        let rows = data.ledger.iter();
        rows.filter_map(|row| self.store.ledger_entry(&data, *row))
            .collect()
    }

    /// The movements of one order's money, in the order they happened.
    pub fn ledger_of(&self, order_id: u64) -> Vec<LedgerEntry> {
        let data = lock(&self.store.data);
        let Some(order) = data.orders.get(&order_id) else {
            return Vec::new();
        };
        let transactions = order.transactions.iter();
        transactions
            .filter_map(|it| self.store.entry_of(order, it))
            .collect()
    }

    /// The captures of one order. More than it costs is a double charge.
    pub fn captures(&self, order_id: u64) -> Vec<LedgerEntry> {
        let mut entries = self.ledger_of(order_id);
        entries.retain(|entry| entry.kind == LedgerKind::Capture);
        entries
    }

    fn amount(&self, text: &str) -> Result<u64, ControlError> {
        money::parse(text, self.store.currency).ok_or_else(|| ControlError::Amount(text.to_owned()))
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
    definition.tokens = vec![TokenDefinition {
        token: access_token.to_owned(),
        scopes: Scope::ALL.to_vec(),
    }];
    let store = shared
        .add_store(definition)
        .ok_or_else(|| AddStoreError::HashTaken(hash.to_owned()))?;
    Ok(TestStore::new(Arc::clone(shared), store))
}
