//! All that the listeners of one sandbox share.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
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

    /// Adds a store, or gives `None` where its hash is taken.
    pub(crate) fn add_store(&self, definition: &StoreDefinition) -> Option<Arc<Store>> {
        let store = Arc::new(Store::new(definition, self.clock.now(), self.random));
        let mut stores = self.stores.write().unwrap_or_else(PoisonError::into_inner);
        if stores.contains_key(&store.hash) {
            return None;
        }
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
