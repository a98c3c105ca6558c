//! What the callers were told, held against the ledger.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use bigcommerce_sandbox::LedgerEntry;

use super::{history::OrderHistory, reported_outcome::ReportedOutcome};

/// What was told, against what was charged.
#[derive(Debug)]
pub struct Audit<'a> {
    /// Orders by what was told last, then by number of charges: none, one, more.
    counts: BTreeMap<ReportedOutcome, [usize; 3]>,
    violations: Vec<&'a OrderHistory>,
}

impl<'a> Audit<'a> {
    /// Counts each order's captures and authorizations: each takes or holds the shopper's money.
    pub fn new(ledger: &[LedgerEntry], histories: &'a [OrderHistory]) -> Self {
        let mut charges = HashMap::<u64, usize>::new();
        for entry in ledger {
            *charges.entry(entry.order_id).or_default() += 1;
        }
        let mut counts = BTreeMap::<ReportedOutcome, [usize; 3]>::new();
        let mut violations = Vec::new();
        for history in histories {
            let charges = charges.get(&history.order()).copied().unwrap_or(0);
            counts.entry(history.last()).or_default()[charges.min(2)] += 1;
            if !history.agrees_with(charges) {
                violations.push(history);
            }
        }
        Self { counts, violations }
    }

    /// Orders whose caller was told something else than what happened, or that were charged
    /// more than once.
    pub fn violations(&self) -> &[&'a OrderHistory] {
        &self.violations
    }

    /// Orders that were charged more than once.
    pub fn charged_more_than_once(&self) -> usize {
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
