//! A store: who may call it, what it sells on, and its data.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Mutex,
};

use uuid::Uuid;

use crate::{
    clock::Timestamp,
    random::{Purpose, SeededRandom, Subject},
    rate_limit::Window,
    state::{
        currency::Currency,
        definition::{PaymentMethod, Scope, StoreDefinition, StoredInstrument},
        ledger::{LedgerEntry, LedgerKind, LedgerRow},
        lock, money,
        order::Order,
        served::ServedInstead,
        transaction::{PendingPayment, Transaction},
    },
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
    /// The store's hash, for the log.
    hash: String,
    pub(crate) methods: Vec<PaymentMethod>,
    pub(crate) customers: BTreeMap<u64, Customer>,
    /// Balances by code, in minor units.
    pub(crate) gift_certificates: BTreeMap<String, u64>,
    pub(crate) orders: BTreeMap<u64, Box<Order>>,
    pub(crate) ledger: VecDeque<LedgerRow>,
    /// Entries of the ledger that were forgotten: the place of the first that is kept.
    forgotten_rows: u64,
    /// Orders that were forgotten since there were too many.
    pub(crate) forgotten_orders: u64,
    /// How many orders are kept, where there is a bound.
    most_orders: Option<usize>,
    /// Orders in the order in which they were finished, where there is a bound.
    finished: VecDeque<u64>,
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

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The arrivals that are kept, earliest first.
    pub(crate) fn sorted(&self) -> Vec<u64> {
        let mut arrivals: Vec<u64> = self.0.iter().copied().collect();
        arrivals.sort_unstable();
        arrivals
    }
}

impl Store {
    pub(crate) fn new(
        definition: &StoreDefinition,
        now: Timestamp,
        random: SeededRandom,
        most_orders: Option<usize>,
    ) -> Self {
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
            data: Mutex::new(StoreData::new(definition, currency, now, most_orders)),
        }
    }

    /// Makes everything as it was in the beginning.
    pub(crate) fn reset(&self, definition: &StoreDefinition, now: Timestamp) {
        *lock(&self.payments_window) = Window::default();
        *lock(&self.arrivals) = Arrivals::default();
        let mut data = lock(&self.data);
        *data = StoreData::new(definition, self.currency, now, data.most_orders);
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
            correlation_id: transaction.correlation_id.map(|it| it.to_string()),
            at_unix_ms: transaction.created.unix_millis(),
        })
    }
}

impl StoreData {
    fn new(
        definition: &StoreDefinition,
        currency: Currency,
        now: Timestamp,
        most_orders: Option<usize>,
    ) -> Self {
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
            hash: definition.hash.clone(),
            methods: definition.payment_methods.clone(),
            customers: customers.collect(),
            gift_certificates: definition
                .gift_certificates
                .iter()
                .map(|it| (it.code.clone(), amount(&it.balance)))
                .collect(),
            orders: orders.collect(),
            ledger: VecDeque::new(),
            forgotten_rows: 0,
            forgotten_orders: 0,
            most_orders,
            finished: VecDeque::new(),
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

    pub(crate) fn add_order(&mut self, order: Order) {
        self.orders.insert(order.id, Box::new(order));
        self.forget_beyond_bound();
    }

    /// A page of the ledger, oldest entry first, and the place of its first entry: the entries
    /// after a place, or the last ones before a place.
    pub(crate) fn ledger_page(
        &self,
        after: Option<u64>,
        before: Option<u64>,
        most: usize,
    ) -> (u64, impl Iterator<Item = &LedgerRow>) {
        let kept = self.ledger.len();
        let index = |place: u64| {
            let index = usize::try_from(place.saturating_sub(self.forgotten_rows));
            index.unwrap_or(kept).min(kept)
        };
        let range = match (after, before) {
            (Some(after), _) => {
                let first = index(after.saturating_add(1));
                first..first.saturating_add(most).min(kept)
            }
            (None, Some(before)) => {
                let end = index(before);
                end.saturating_sub(most)..end
            }
            (None, None) => 0..most.min(kept),
        };
        let first = self.forgotten_rows + range.start as u64;
        (first, self.ledger.range(range))
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
        let was_finished = order.is_finished();
        if changes_order {
            order.update_status();
        }
        let is_newly_finished = order.is_finished() && !was_finished;
        if moves_money {
            self.ledger.push_back(LedgerRow { order_id, place });
        }
        if is_newly_finished && self.most_orders.is_some() {
            self.finished.push_back(order_id);
            self.forget_beyond_bound();
        }
    }

    /// Forgets the orders that were finished first, while there are more than are to be kept.
    fn forget_beyond_bound(&mut self) {
        let most = self.most_orders.unwrap_or(usize::MAX);
        while self.orders.len() > most {
            let Some(oldest) = self.finished.pop_front() else {
                break;
            };
            if self.orders.remove(&oldest).is_none() {
                continue;
            }
            self.served_instead.forget(oldest);
            self.forgotten_orders += 1;
            // Payments wait for this lock, so that it is said ever more rarely.
            if self.forgotten_orders.is_power_of_two() {
                tracing::warn!(
                    store = self.hash,
                    order = oldest,
                    forgotten = self.forgotten_orders,
                    kept = most,
                    "the order that was finished first is forgotten, since there are too many"
                );
            }
        }
        while let Some(row) = self.ledger.front() {
            if self.orders.contains_key(&row.order_id) {
                break;
            }
            self.ledger.pop_front();
            self.forgotten_rows += 1;
        }
    }
}
