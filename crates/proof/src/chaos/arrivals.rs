//! How many payments arrived at the stores, and how close to each other.

use std::fmt;

use crate::chaos::{
    environment::{Environment, LIMIT, WINDOW},
    stores::store_hashes,
};

/// The payments that arrived at the stores, by the stores' own count.
#[derive(Debug)]
pub(crate) struct Arrivals {
    payments: usize,
    /// The most that arrived at one store within any window.
    most: usize,
}

impl Arrivals {
    pub(crate) fn of(environment: &Environment) -> Self {
        let stores = store_hashes(environment.store_count);
        let counts = stores.map(|hash| {
            let (store, _) = environment.store(&hash);
            let most = store.most_payment_arrivals_within(WINDOW);
            (store.payment_arrivals().len(), most)
        });
        let counts: Vec<_> = counts.collect();
        Self {
            payments: counts.iter().map(|(payments, _)| payments).sum(),
            most: counts.iter().map(|(_, most)| *most).max().unwrap_or(0),
        }
    }

    /// Whether more arrived within a window than the limit allows.
    pub(crate) fn are_crowded(&self) -> bool {
        self.most > LIMIT
    }
}

impl fmt::Display for Arrivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} payments arrived, at most {} of {LIMIT} at one store within any {WINDOW:?}",
            self.payments, self.most
        )
    }
}
