//! What happened to one order, as its caller saw it.

use std::{fmt::Write as _, time::Duration};

use bigcommerce_payments::PaymentAccessToken;
use bigcommerce_sandbox::{Endpoint, RecordedRequest, Sandbox};

use super::reported_outcome::ReportedOutcome;

/// All that happened to one order, as its caller saw it.
#[derive(Debug)]
pub struct OrderHistory {
    order: u64,
    plan: String,
    events: Vec<(Duration, String)>,
    told: Vec<ReportedOutcome>,
    told_wrong: bool,
}

impl OrderHistory {
    pub(crate) fn new(order: u64, plan: String) -> Self {
        Self {
            order,
            plan,
            events: Vec::new(),
            told: Vec::new(),
            told_wrong: false,
        }
    }

    pub(crate) fn note(&mut self, at: Duration, what: &str) {
        self.events.push((at, what.to_owned()));
    }

    pub(crate) fn tell(&mut self, told: ReportedOutcome) {
        self.told.push(told);
    }

    /// What was told before was not true, whatever is told in the end.
    pub(crate) fn was_told_wrong(&mut self) {
        self.told_wrong = true;
    }

    /// Whether all that was told fits this number of charges.
    pub(crate) fn agrees_with(&self, charges: usize) -> bool {
        !self.told_wrong && self.last().agrees_with(charges)
    }

    pub(crate) fn order(&self) -> u64 {
        self.order
    }

    pub(crate) fn last(&self) -> ReportedOutcome {
        self.told
            .last()
            .copied()
            .unwrap_or(ReportedOutcome::NeverAnswered)
    }

    /// Everything that is known of the order, for a person to replay it.
    pub(crate) fn report(&self, seed: u64, sandbox: &Sandbox) -> String {
        let mut text = format!("order {} (seed {seed})\n  {}\n", self.order, self.plan);
        for (at, event) in &self.events {
            let _ = writeln!(text, "  {at:>12.3?}  {event}");
        }
        let _ = writeln!(text, "  in the end it was told: {}", self.last());
        let requests = sandbox.requests();
        for request in requests.iter().filter(|it| concerns(it, self.order)) {
            let _ = writeln!(text, "  {} {request:?}", request.at_unix_ms);
        }
        let ledger = sandbox.store().ledger();
        for entry in ledger.iter().filter(|it| it.order_id == self.order) {
            let _ = writeln!(text, "  {} {entry:?}", entry.at_unix_ms);
        }
        text
    }
}

fn concerns(request: &RecordedRequest, order: u64) -> bool {
    match request.endpoint {
        Some(Endpoint::CreateAccessToken) => {
            serde_json::from_slice::<serde_json::Value>(&request.body)
                .is_ok_and(|body| body["order"]["id"] == order)
        }
        Some(Endpoint::ListTransactions) => request.path.contains(&format!("/orders/{order}/")),
        Some(Endpoint::ProcessPayment) => {
            let token = request.header("authorization").unwrap_or_default();
            PaymentAccessToken::new(token)
                .is_ok_and(|it| it.claims().and_then(|it| it.order_id) == Some(order))
        }
        _ => false,
    }
}
