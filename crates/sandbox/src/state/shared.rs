//! All that the listeners of one sandbox share.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use super::{definition::StoreDefinition, landings::Landings, store::Store};
use crate::{
    clock::Clock, faults::Faults, pat::TokenIssuer, random::SeededRandom, rate_limit::RateLimit,
    recorder::Recorder, wire::forms::WireForms,
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
    /// When the sandbox was started.
    pub(crate) started: Instant,
    /// How long a client may take to send a request's head, and then its body.
    pub(crate) read_timeout: Duration,
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
    pub(crate) read_timeout: Duration,
    pub(crate) forms: WireForms,
    pub(crate) recorded_requests: usize,
}

impl SharedState {
    pub(crate) fn new(settings: Settings, definitions: &[StoreDefinition]) -> Self {
        let random = settings.random;
        let now = settings.clock.now();
        let stores = definitions
            .iter()
            .map(|it| (it.hash.clone(), Arc::new(Store::new(it, now, random))));
        Self {
            clock: Arc::new(settings.clock),
            random,
            landings: Landings::default(),
            issuer: TokenIssuer::new(random),
            faults: Faults::new(random),
            recorder: Recorder::new(settings.recorded_requests),
            rate_limit: settings.rate_limit,
            pays_orders_again: settings.pays_orders_again,
            partly_paid_orders_are_payable: settings.partly_paid_orders_are_payable,
            started: Instant::now(),
            read_timeout: settings.read_timeout,
            forms: RwLock::new(settings.forms),
            stores: RwLock::new(stores.collect()),
        }
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

    /// Adds a store under an id of its own, or gives `None` where its hash is taken.
    pub(crate) fn add_store(&self, mut definition: StoreDefinition) -> Option<Arc<Store>> {
        let mut stores = self.stores.write().unwrap_or_else(PoisonError::into_inner);
        if stores.contains_key(&definition.hash) {
            return None;
        }
        let largest = stores.values().map(|store| store.id).max();
        definition.id = largest.map_or(definition.id, |id| id + 1);
        let store = Arc::new(Store::new(&definition, self.clock.now(), self.random));
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
