//! What happened to one order, as its callers, the journal, the service and the ledger saw it.

use std::{fmt::Write as _, time::Duration};

use crate::{
    fleet::{
        environment::Environment, journal_rows::JournalAttempt, plan::OrderPlan,
        protocol::ChargeAnswer,
    },
    requests::concerns,
};

/// All that happened to one order, as its callers saw it.
#[derive(Debug)]
pub(super) struct OrderHistory {
    pub(super) store: String,
    pub(super) order: u64,
    pub(super) plan: OrderPlan,
    /// What each of its callers was told, key by key.
    pub(super) answers: Vec<KeyAnswer>,
    /// The attempts of which some caller was told that they charged nothing.
    pub(super) not_charged: Vec<String>,
    /// The callers that got no answer in all the time.
    pub(super) unanswered: usize,
    pub(super) events: Vec<(Duration, String)>,
}

/// What a caller was told for good of a key.
#[derive(Clone, Debug)]
pub(super) struct KeyAnswer {
    pub(super) key: String,
    pub(super) told: ChargeAnswer,
    /// The caller named another payment method on purpose.
    pub(super) is_misuse: bool,
}

impl OrderHistory {
    /// Everything that is known of the order.
    pub(super) fn report(
        &self,
        seed: u64,
        environment: &Environment,
        journal: &[JournalAttempt],
    ) -> String {
        let mut text = format!("order {} of {} (seed {seed})\n", self.order, self.store);
        let _ = writeln!(text, "  {:?}", self.plan);
        let mut events = self.events.clone();
        if let (Some((first, _)), Some((last, _))) = (events.first(), events.last()) {
            events.extend(environment.trouble.within(*first, *last));
        }
        events.sort_by_key(|(at, _)| *at);
        for (at, event) in &events {
            let _ = writeln!(text, "  {at:>12.3?}  {event}");
        }
        let own = |it: &&JournalAttempt| it.store == self.store && it.order == self.order;
        for attempt in journal.iter().filter(own) {
            let _ = writeln!(text, "  {} {attempt}", attempt.created_at);
        }
        let requests = environment.sandbox.requests();
        let own = requests
            .iter()
            .filter(|it| concerns(it, &self.store, self.order));
        for request in own {
            let _ = writeln!(text, "  {} {request:?}", request.at_unix_ms);
        }
        let store = environment.sandbox.find_store(&self.store);
        for entry in store.map(|it| it.ledger_of(self.order)).unwrap_or_default() {
            let _ = writeln!(text, "  {} {entry:?}", entry.at_unix_ms);
        }
        text
    }
}
