//! What the callers were told, held against the ledger.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::{self, Write as _},
    time::Duration,
};

use bigcommerce_payments::PaymentAccessToken;
use bigcommerce_sandbox::{Endpoint, LedgerEntry, RecordedRequest, Sandbox};

/// The last thing a caller was told about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// A receipt.
    Paid,
    /// A decline.
    Declined,
    /// An error after which nothing was charged.
    NotProcessed,
    /// Unknown first; then the look-up found a charge.
    ReconciledPaid,
    /// Unknown first; then the look-up found none.
    ReconciledNotPaid,
    /// Unknown, and no look-up gave an answer.
    Nothing,
}

impl Told {
    fn is_true(self, charges: usize) -> bool {
        match self {
            Self::Paid | Self::ReconciledPaid => charges == 1,
            Self::Declined | Self::NotProcessed | Self::ReconciledNotPaid => charges == 0,
            Self::Nothing => false,
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::NotProcessed => "not processed",
            Self::ReconciledPaid => "unknown, then reconciled: paid",
            Self::ReconciledNotPaid => "unknown, then reconciled: not paid",
            Self::Nothing => "unknown, and never answered",
        })
    }
}

/// All that happened to one order, as its caller saw it.
#[derive(Debug)]
pub struct History {
    order: u64,
    plan: String,
    events: Vec<(Duration, String)>,
    told: Vec<Told>,
    told_wrong: bool,
}

impl History {
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

    pub(crate) fn tell(&mut self, told: Told) {
        self.told.push(told);
    }

    /// What was told before was not true, whatever is told in the end.
    pub(crate) fn was_told_wrong(&mut self) {
        self.told_wrong = true;
    }

    fn last(&self) -> Told {
        self.told.last().copied().unwrap_or(Told::Nothing)
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

/// What was told, against what was charged.
#[derive(Debug)]
pub struct Audit<'a> {
    /// Orders by what was told last, then by number of charges: none, one, more.
    counts: BTreeMap<Told, [usize; 3]>,
    violations: Vec<&'a History>,
}

impl<'a> Audit<'a> {
    /// Counts each order's captures and authorizations: each takes or holds the shopper's money.
    pub fn new(ledger: &[LedgerEntry], histories: &'a [History]) -> Self {
        let mut charges = HashMap::<u64, usize>::new();
        for entry in ledger {
            *charges.entry(entry.order_id).or_default() += 1;
        }
        let mut counts = BTreeMap::<Told, [usize; 3]>::new();
        let mut violations = Vec::new();
        for history in histories {
            let charges = charges.get(&history.order).copied().unwrap_or(0);
            counts.entry(history.last()).or_default()[charges.min(2)] += 1;
            if history.told_wrong || !history.last().is_true(charges) {
                violations.push(history);
            }
        }
        Self { counts, violations }
    }

    /// Orders whose caller was told something else than what happened, or that were charged
    /// more than once.
    pub fn violations(&self) -> &[&'a History] {
        &self.violations
    }

    /// Orders that were charged more than once.
    pub fn double_captures(&self) -> usize {
        self.counts.values().map(|counts| counts[2]).sum()
    }
}

impl fmt::Display for Audit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| {:<35} | {:>12} | {:>12} | {:>17} |",
            "told", "not charged", "charged once", "charged more often"
        )?;
        writeln!(f, "|{:-<37}|{:->13}:|{:->13}:|{:->18}:|", "", "", "", "")?;
        for (told, [none, once, more]) in &self.counts {
            writeln!(f, "| {told:<35} | {none:>12} | {once:>12} | {more:>17} |")?;
        }
        Ok(())
    }
}
