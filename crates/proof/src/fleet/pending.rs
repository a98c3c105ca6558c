//! What becomes of an order's payments that the service first calls pending.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use bigcommerce_sandbox::TestStore;

use crate::fleet::{plan::PendingPlan, rules::PENDING_FOR};

/// The pending payments of one order, for all its callers.
pub(super) struct PendingPayments {
    store: TestStore,
    order: u64,
    plan: PendingPlan,
    /// When a caller was told first of the one that is pending.
    since: Mutex<Option<Instant>>,
}

impl PendingPayments {
    pub(super) fn new(store: TestStore, order: u64, plan: PendingPlan) -> Self {
        Self {
            store,
            order,
            plan,
            since: Mutex::default(),
        }
    }

    /// Takes note that a caller was told of one.
    pub(super) fn told(&self) {
        self.since().get_or_insert_with(Instant::now);
    }

    /// Decides them, once it is time. Says how, where there were any.
    pub(super) fn decide(&self) -> Option<bool> {
        let mut since = self.since();
        let is_time = self.plan == PendingPlan::AtOnce
            || since.is_some_and(|since| since.elapsed() >= PENDING_FOR);
        if !is_time {
            return None;
        }
        let decided = self.decide_now();
        if decided.is_some() {
            // The next one is pending for as long.
            *since = None;
        }
        decided
    }

    /// Decides them now. Says how, where there were any.
    pub(super) fn decide_now(&self) -> Option<bool> {
        let succeeds = self.plan != PendingPlan::LateFailure;
        let decided = self.store.settle_pending(self.order, succeeds);
        decided.is_ok().then_some(succeeds)
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
