//! All that the listeners of one sandbox share.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::definition::StoreDefinition;
use super::store::Store;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::limits::RateLimit;
use crate::pat::PatMint;
use crate::recorder::Recorder;
use crate::wire::forms::WireForms;

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) mint: PatMint,
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
pub(crate) struct Ingredients {
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) rate_limit: Option<RateLimit>,
    /// Whether an order that is paid can be paid again.
    pub(crate) pays_orders_again: bool,
    pub(crate) read_timeout: Duration,
    pub(crate) forms: WireForms,
    pub(crate) recorded_requests: usize,
}

impl World {
    pub(crate) fn new(ingredients: Ingredients, definitions: &[StoreDefinition]) -> Self {
        let chance = ingredients.chance;
        let now = ingredients.clock.now();
        let stores = definitions
            .iter()
            .map(|it| (it.hash.clone(), Arc::new(Store::new(it, now, chance))));
        Self {
            clock: ingredients.clock,
            chance,
            mint: PatMint::new(chance),
            faults: Faults::new(chance),
            recorder: Recorder::new(ingredients.recorded_requests),
            rate_limit: ingredients.rate_limit,
            pays_orders_again: ingredients.pays_orders_again,
            read_timeout: ingredients.read_timeout,
            forms: RwLock::new(ingredients.forms),
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
        let store = Arc::new(Store::new(definition, self.clock.now(), self.chance));
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
