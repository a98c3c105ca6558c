//! What happened to one order, as its caller saw it.

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{answer::Answer, environment::Environment, plan::OrderPlan};
use crate::requests::concerns;

/// All that happened to one order, as its caller saw it.
#[derive(Debug)]
pub(crate) struct OrderHistory {
    pub(crate) store: String,
    pub(crate) order: u64,
    pub(crate) plan: OrderPlan,
    pub(crate) charges: Vec<ChargeRecord>,
    events: Vec<(Duration, String)>,
}

/// One charge, as its caller saw it. Times are in milliseconds since the Unix epoch.
#[derive(Clone, Debug)]
pub(crate) struct ChargeRecord {
    /// By it, the ledger tells this charge from the others of the order.
    pub(crate) payment_method_id: String,
    /// It cannot have been sent before.
    pub(crate) began_at: i64,
    /// When it was sent, as far as the client knows.
    pub(crate) sent_at: Option<i64>,
    /// When the last look-up was begun.
    pub(crate) asked_at: Option<i64>,
    pub(crate) answer: Answer,
}

impl OrderHistory {
    pub(crate) fn new(store: String, order: u64, plan: OrderPlan) -> Self {
        Self {
            store,
            order,
            plan,
            charges: Vec::new(),
            events: Vec::new(),
        }
    }

    pub(crate) fn note(&mut self, at: Duration, what: &str) {
        self.events.push((at, what.to_owned()));
    }

    /// Everything that is known of the order, for a person to replay it.
    pub(crate) fn report(&self, seed: u64, environment: &Environment) -> String {
        let mut text = format!("order {} of {} (seed {seed})\n", self.order, self.store);
        let _ = writeln!(text, "  {:?}", self.plan);
        for (at, event) in &self.events {
            let _ = writeln!(text, "  {at:>12.3?}  {event}");
        }
        for charge in &self.charges {
            let _ = writeln!(text, "  {charge:?}");
        }
        let requests = environment.sandbox.requests();
        for request in requests
            .iter()
            .filter(|it| concerns(it, &self.store, self.order))
        {
            let _ = writeln!(text, "  {} {request:?}", request.at_unix_ms);
        }
        let (store, _) = environment.store(&self.store);
        for entry in store.ledger_of(self.order) {
            let _ = writeln!(text, "  {} {entry:?}", entry.at_unix_ms);
        }
        text
    }
}

/// A time as the ledger tells it.
pub(crate) fn unix_millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
