//! A store: who may call it, what it sells on, and its data.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

use super::{
    definition::{PaymentMethod, Scope, StoreDefinition, StoredInstrument},
    ledger::LedgerEntry,
    money,
    order::Order,
};
use crate::{
    clock::Timestamp,
    random::{Purpose, SeededRandom},
    rate_limit::Window,
};

/// Orders that the sandbox makes are numbered from here, out of the way of defined ones.
const FIRST_ORDER_ID: u64 = 100_001;

pub(crate) struct Store {
    pub(crate) hash: String,
    pub(crate) id: u64,
    pub(crate) currency: String,
    /// The API tokens, the first of which the sandbox hands out.
    pub(crate) default_token: String,
    tokens: HashMap<String, HashSet<Scope>>,
    pub(crate) payments_window: Mutex<Window>,
    /// Everything that changes. One lock per store makes every payment atomic: the order's
    /// status, the PAT, the balances and the ledger change together or not at all.
    pub(crate) data: Mutex<StoreData>,
}

pub(crate) struct StoreData {
    pub(crate) methods: Vec<PaymentMethod>,
    pub(crate) customers: BTreeMap<u64, Customer>,
    /// Balances by code, in minor units.
    pub(crate) gift_certificates: BTreeMap<String, u64>,
    pub(crate) orders: HashMap<u64, Order>,
    pub(crate) ledger: Vec<LedgerEntry>,
    next_order_id: u64,
    next_transaction_id: u64,
}

#[derive(Default)]
pub(crate) struct Customer {
    /// In minor units of the store's currency.
    pub(crate) store_credit: u64,
    pub(crate) stored_instruments: Vec<StoredInstrument>,
}

impl Store {
    pub(crate) fn new(definition: &StoreDefinition, now: Timestamp, random: SeededRandom) -> Self {
        Self {
            hash: definition.hash.clone(),
            id: definition.id,
            currency: definition.currency.clone(),
            default_token: definition
                .tokens
                .first()
                .map(|token| token.token.clone())
                .unwrap_or_default(),
            tokens: definition
                .tokens
                .iter()
                .map(|it| (it.token.clone(), it.scopes.iter().copied().collect()))
                .collect(),
            payments_window: Mutex::default(),
            data: Mutex::new(StoreData::new(definition, now, random)),
        }
    }

    /// The number that names an order of this store in the draws of chance.
    pub(crate) fn subject(&self, order_id: u64) -> u64 {
        self.id.rotate_left(32) ^ order_id
    }

    /// The scopes of an API token, or `None` where the store does not know the token.
    pub(crate) fn scopes_of(&self, token: &str) -> Option<&HashSet<Scope>> {
        self.tokens.get(token)
    }
}

impl StoreData {
    fn new(definition: &StoreDefinition, now: Timestamp, random: SeededRandom) -> Self {
        let currency = definition.currency.as_str();
        // The definition was checked: its amounts can be read.
        let amount = |value| money::from_json(value, currency).unwrap_or_default();
        let customers = definition.customers.iter().map(|it| {
            let customer = Customer {
                store_credit: it.store_credit.as_ref().map_or(0, amount),
                stored_instruments: it.stored_instruments.clone(),
            };
            (it.id, customer)
        });
        let orders = definition.orders.iter().map(|it| {
            let checkout = random.uuid(Purpose::CheckoutId, definition.id, it.id);
            (it.id, Order::from_definition(it, currency, now, checkout))
        });
        Self {
            methods: definition.payment_methods.clone(),
            customers: customers.collect(),
            gift_certificates: definition
                .gift_certificates
                .iter()
                .map(|it| (it.code.clone(), amount(&it.balance)))
                .collect(),
            orders: orders.collect(),
            ledger: Vec::new(),
            next_order_id: FIRST_ORDER_ID,
            next_transaction_id: 1,
        }
    }

    pub(crate) fn method(&self, id: &str) -> Option<&PaymentMethod> {
        self.methods.iter().find(|method| method.id == id)
    }

    pub(crate) fn next_order_id(&mut self) -> u64 {
        while self.orders.contains_key(&self.next_order_id) {
            self.next_order_id += 1;
        }
        self.next_order_id += 1;
        self.next_order_id - 1
    }

    pub(crate) fn next_transaction_id(&mut self) -> u64 {
        self.next_transaction_id += 1;
        self.next_transaction_id - 1
    }
}
