//! A store: who may call it, what it sells on, and its data.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Mutex,
};

use uuid::Uuid;

use super::{
    currency::Currency,
    definition::{PaymentMethod, Scope, StoreDefinition, StoredInstrument},
    ledger::{LedgerEntry, LedgerKind, LedgerRow},
    money,
    order::Order,
    served::ServedInstead,
    transaction::{PendingPayment, Transaction},
};
use crate::{
    clock::Timestamp,
    random::{Purpose, SeededRandom, Subject},
    rate_limit::Window,
};

/// Orders that the sandbox makes are numbered from here, out of the way of defined ones.
const FIRST_ORDER_ID: u64 = 100_001;

/// Bits of a UUID's second half that hold no variant.
const ORDER_BITS: u64 = (1 << 62) - 1;

pub(crate) struct Store {
    pub(crate) hash: String,
    pub(crate) id: u64,
    pub(crate) currency: Currency,
    /// The API tokens, the first of which the sandbox hands out.
    pub(crate) default_token: String,
    tokens: HashMap<String, HashSet<Scope>>,
    pub(crate) payments_window: Mutex<Window>,
    pub(crate) arrivals: Mutex<Arrivals>,
    random: SeededRandom,
    /// Everything that changes. One lock per store makes every payment atomic: the order's
    /// status, the PAT, the balances and the ledger change together or not at all.
    pub(crate) data: Mutex<StoreData>,
}

pub(crate) struct StoreData {
    pub(crate) methods: Vec<PaymentMethod>,
    pub(crate) customers: BTreeMap<u64, Customer>,
    /// Balances by code, in minor units.
    pub(crate) gift_certificates: BTreeMap<String, u64>,
    pub(crate) orders: BTreeMap<u64, Box<Order>>,
    pub(crate) ledger: Vec<LedgerRow>,
    /// Pending payments by the id of their transaction.
    pub(crate) pending: HashMap<u64, PendingPayment>,
    pub(crate) served_instead: ServedInstead,
    next_order_id: u64,
    next_transaction_id: u64,
}

#[derive(Default)]
pub(crate) struct Customer {
    /// In minor units of the store's currency.
    pub(crate) store_credit: u64,
    pub(crate) stored_instruments: Vec<StoredInstrument>,
}

/// When the last payment requests arrived, in microseconds since the sandbox was started.
#[derive(Default)]
pub(crate) struct Arrivals(VecDeque<u64>);

impl Arrivals {
    /// As many as are kept.
    const CAPACITY: usize = 1_000_000;

    pub(crate) fn add(&mut self, micros: u64) {
        if self.0.len() == Self::CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(micros);
    }

    /// The arrivals that are kept, earliest first.
    pub(crate) fn sorted(&self) -> Vec<u64> {
        let mut arrivals: Vec<u64> = self.0.iter().copied().collect();
        arrivals.sort_unstable();
        arrivals
    }
}

impl Store {
    pub(crate) fn new(definition: &StoreDefinition, now: Timestamp, random: SeededRandom) -> Self {
        // The definition was checked: its currency is one.
        let currency = Currency::parse(&definition.currency).expect("a checked currency");
        Self {
            hash: definition.hash.clone(),
            id: definition.id,
            currency,
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
            arrivals: Mutex::default(),
            random,
            data: Mutex::new(StoreData::new(definition, currency, now)),
        }
    }

    /// What names an order of this store in the draws of chance.
    pub(crate) fn subject(&self, order_id: u64) -> Subject {
        Subject {
            store: self.id,
            order: order_id,
        }
    }

    /// The scopes of an API token, or `None` where the store does not know the token.
    pub(crate) fn scopes_of(&self, token: &str) -> Option<&HashSet<Scope>> {
        self.tokens.get(token)
    }

    /// The id of an order's checkout. It holds the order's id, so that it can be read back.
    pub(crate) fn checkout_id(&self, order_id: u64) -> Uuid {
        let drawn = self
            .random
            .uuid(Purpose::CheckoutId, self.subject(order_id), 0);
        let (first, second) = drawn.as_u64_pair();
        Uuid::from_u64_pair(first, second & !ORDER_BITS | order_id & ORDER_BITS)
    }

    /// The order that a checkout became.
    pub(crate) fn order_of_checkout(&self, checkout_id: Uuid) -> Option<u64> {
        let order_id = checkout_id.as_u64_pair().1 & ORDER_BITS;
        (self.checkout_id(order_id) == checkout_id).then_some(order_id)
    }

    /// The id of the payment that a transaction is a part of.
    pub(crate) fn payment_id(&self, order_id: u64, transaction: &Transaction) -> Uuid {
        let attempt = transaction.attempt.into();
        let subject = self.subject(order_id);
        self.random.uuid(Purpose::PaymentId, subject, attempt)
    }

    /// The id that the gateway gave to a transaction.
    pub(crate) fn gateway_transaction_id(&self, order_id: u64, transaction: &Transaction) -> Uuid {
        let attempt = transaction.attempt.into();
        let subject = self.subject(order_id);
        self.random
            .uuid(Purpose::GatewayReference, subject, attempt)
    }

    /// An entry of the ledger in full, unless its order is gone.
    pub(crate) fn ledger_entry(&self, data: &StoreData, row: LedgerRow) -> Option<LedgerEntry> {
        let order = data.orders.get(&row.order_id)?;
        self.entry_of(order, order.transactions.get(row.place as usize)?)
    }

    /// The entry that a transaction makes in the ledger, if it moved money.
    pub(crate) fn entry_of(&self, order: &Order, transaction: &Transaction) -> Option<LedgerEntry> {
        Some(LedgerEntry {
            order_id: order.id,
            kind: LedgerKind::of(transaction)?,
            amount: transaction.amount,
            currency: order.currency.code().to_owned(),
            payment_id: self.payment_id(order.id, transaction).to_string(),
            payment_method_id: transaction.tender.payment_method_id.to_string(),
            transaction_id: transaction.id,
            reference_transaction_id: transaction.reference,
            at_unix_ms: transaction.created.unix_millis(),
        })
    }
}

impl StoreData {
    fn new(definition: &StoreDefinition, currency: Currency, now: Timestamp) -> Self {
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
            let order = Order::from_definition(it, currency, now);
            (it.id, Box::new(order))
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
            pending: HashMap::new(),
            served_instead: ServedInstead::default(),
            next_order_id: FIRST_ORDER_ID,
            next_transaction_id: 1,
        }
    }

    pub(crate) fn method(&self, id: &str) -> Option<&PaymentMethod> {
        self.methods.iter().find(|method| &*method.id == id)
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

    /// Adds a transaction to its order, whose status follows, and to the ledger.
    pub(crate) fn post(&mut self, order_id: u64, transaction: Transaction) {
        let Some(order) = self.orders.get_mut(&order_id) else {
            return;
        };
        let place = u32::try_from(order.transactions.len()).unwrap_or(u32::MAX);
        let moves_money = LedgerKind::of(&transaction).is_some();
        let changes_order = transaction.succeeded || transaction.reference.is_some();
        // Most orders have but one transaction.
        order.transactions.reserve_exact(1);
        order.transactions.push(transaction);
        if changes_order {
            order.update_status();
        }
        if moves_money {
            self.ledger.push(LedgerRow { order_id, place });
        }
    }
}
