//! All that the listeners of one sandbox share.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::{
    clock::Clock,
    faults::Faults,
    pat::TokenIssuer,
    random::{Purpose, SeededRandom, Subject},
    rate_limit::RateLimit,
    recorder::{RecordLimits, Recorder},
    state::{definition::StoreDefinition, landings::Landings, store::Store},
    wire::forms::WireForms,
};

pub(crate) struct SharedState {
    pub(crate) clock: Arc<Clock>,
    pub(crate) random: SeededRandom,
    pub(crate) landings: Landings,
    pub(crate) issuer: TokenIssuer,
    pub(crate) faults: Faults,
    pub(crate) recorder: Recorder,
    pub(crate) rate_limit: Option<RateLimit>,
    /// Whether an order that is paid can be paid again.
    pub(crate) pays_orders_again: bool,
    /// Whether a partly paid order gets another token; otherwise 409 with 30101.
    pub(crate) partly_paid_orders_are_payable: bool,
    correlation_ids: AtomicU64,
    /// When the sandbox was started.
    pub(crate) started: Instant,
    /// How long a client may take to send a request's head, and then its body.
    pub(crate) read_timeout: Duration,
    most_orders: Option<usize>,
    /// As it was in the beginning.
    first_forms: WireForms,
    definitions: Vec<StoreDefinition>,
    forms: RwLock<WireForms>,
    stores: RwLock<BTreeMap<String, Arc<Store>>>,
}

/// What a world is made of, apart from its stores.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) random: SeededRandom,
    pub(crate) rate_limit: Option<RateLimit>,
    /// Whether an order that is paid can be paid again.
    pub(crate) pays_orders_again: bool,
    pub(crate) partly_paid_orders_are_payable: bool,
    pub(crate) most_orders: Option<usize>,
    pub(crate) token_lifetime: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) forms: WireForms,
    pub(crate) recorded: RecordLimits,
}

impl SharedState {
    pub(crate) fn new(settings: Settings, definitions: Vec<StoreDefinition>) -> Self {
        let random = settings.random;
        let now = settings.clock.now();
        let stores = definitions
            .iter()
            .map(|it| {
                let store = Store::new(it, now, random, settings.most_orders);
                (it.hash.clone(), Arc::new(store))
            })
            .collect();
        Self {
            clock: Arc::new(settings.clock),
            random,
            landings: Landings::default(),
            issuer: TokenIssuer::new(random, settings.token_lifetime),
            faults: Faults::new(random),
            recorder: Recorder::new(settings.recorded),
            rate_limit: settings.rate_limit,
            pays_orders_again: settings.pays_orders_again,
            partly_paid_orders_are_payable: settings.partly_paid_orders_are_payable,
            correlation_ids: AtomicU64::new(0),
            started: Instant::now(),
            read_timeout: settings.read_timeout,
            most_orders: settings.most_orders,
            first_forms: settings.forms,
            forms: RwLock::new(settings.forms),
            stores: RwLock::new(stores),
            definitions,
        }
    }

    /// An id for a request that came without one.
    pub(crate) fn next_correlation_id(&self) -> Uuid {
        let n = self.correlation_ids.fetch_add(1, Ordering::Relaxed);
        self.random
            .uuid(Purpose::CorrelationId, Subject::default(), n)
    }

    pub(crate) fn store(&self, hash: &str) -> Option<Arc<Store>> {
        let stores = self.stores.read().unwrap_or_else(PoisonError::into_inner);
        stores.get(hash).cloned()
    }

    /// All stores, by hash.
    pub(crate) fn stores(&self) -> Vec<Arc<Store>> {
        let stores = self.stores.read().unwrap_or_else(PoisonError::into_inner);
        stores.values().cloned().collect()
    }

    /// Makes everything as it was in the beginning, except for faults: stores that were added are
    /// gone, and so is what was recorded and what has yet to land.
    pub(crate) fn reset(&self) {
        self.landings.forget_all();
        self.clock.reset();
        self.recorder.clear();
        self.correlation_ids.store(0, Ordering::Relaxed);
        self.set_forms(self.first_forms);
        let now = self.clock.now();
        let mut stores = self.stores.write().unwrap_or_else(PoisonError::into_inner);
        stores.retain(|hash, _| self.definitions.iter().any(|it| it.hash == *hash));
        for definition in &self.definitions {
            if let Some(store) = stores.get(&definition.hash) {
                store.reset(definition, now);
            }
        }
    }

    /// The hash of the first store that was defined.
    pub(crate) fn first_store(&self) -> Option<Arc<Store>> {
        self.store(&self.definitions.first()?.hash)
    }

    /// Adds a store under an id of its own, or gives `None` where its hash is taken.
    pub(crate) fn add_store(&self, mut definition: StoreDefinition) -> Option<Arc<Store>> {
        let mut stores = self.stores.write().unwrap_or_else(PoisonError::into_inner);
        if stores.contains_key(&definition.hash) {
            return None;
        }
        let largest = stores.values().map(|store| store.id).max();
        definition.id = largest.map_or(definition.id, |id| id + 1);
        let store = Arc::new(Store::new(
            &definition,
            self.clock.now(),
            self.random,
            self.most_orders,
        ));
        stores.insert(store.hash.clone(), Arc::clone(&store));
        Some(store)
    }

    pub(crate) fn forms(&self) -> WireForms {
        *self.forms.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_forms(&self, forms: WireForms) {
        *self.forms.write().unwrap_or_else(PoisonError::into_inner) = forms;
    }
}
