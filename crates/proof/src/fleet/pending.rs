//! What becomes of an order's payments that the service first calls pending.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use bigcommerce_sandbox::TestStore;

use crate::{
    error::ProofError,
    fleet::{plan::PendingPlan, rules::PENDING_FOR},
};

/// The pending payments of one order, for all its callers.
pub(super) struct PendingPayments {
    store: TestStore,
    order: u64,
    plan: PendingPlan,
    progress: Mutex<Progress>,
}

struct Progress {
    /// When a caller was told first that a payment is pending; until then, when they began.
    since: Instant,
    is_told: bool,
    is_decided: bool,
}

impl PendingPayments {
    pub(super) fn new(store: TestStore, order: u64, plan: PendingPlan) -> Self {
        Self {
            store,
            order,
            plan,
            progress: Mutex::new(Progress {
                since: Instant::now(),
                is_told: false,
                is_decided: false,
            }),
        }
    }

    /// Takes note that a caller was told of one.
    pub(super) fn told(&self) {
        let mut progress = self.progress();
        if !progress.is_told {
            progress.since = Instant::now();
            progress.is_told = true;
        }
    }

    /// Shows none of the order's transactions any more, where that is planned: the journal has the
    /// payment by now. Says whether it did.
    pub(super) fn hide(&self) -> Result<bool, ProofError> {
        let progress = self.progress();
        let is_hidden = self.plan == PendingPlan::Hidden && !progress.is_decided;
        if is_hidden {
            let none = r#"{"data": []}"#.to_owned();
            self.store.serve_transactions(self.order, vec![none])?;
        }
        Ok(is_hidden)
    }

    /// Decides them, once it is time. Says how, where there were any.
    pub(super) fn decide(&self) -> Result<Option<bool>, ProofError> {
        let mut progress = self.progress();
        let is_time = self.plan == PendingPlan::AtOnce || progress.since.elapsed() >= PENDING_FOR;
        if !is_time {
            return Ok(None);
        }
        progress.is_decided = true;
        let decided = self.decide_now()?;
        if decided.is_some() {
            // The next one is pending for as long.
            progress.since = Instant::now();
            progress.is_told = false;
        }
        Ok(decided)
    }

    /// Decides them where nobody waits any longer.
    pub(super) fn end(&self) -> Result<Option<bool>, ProofError> {
        self.progress().is_decided = true;
        self.decide_now()
    }

    fn decide_now(&self) -> Result<Option<bool>, ProofError> {
        if self.plan == PendingPlan::Hidden {
            self.store.serve_transactions(self.order, Vec::new())?;
        }
        let succeeds = self.plan != PendingPlan::LateFailure;
        let decided = self.store.settle_pending(self.order, succeeds);
        Ok(decided.is_ok().then_some(succeeds))
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
