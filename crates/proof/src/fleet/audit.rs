//! The journal against the ledger against what the callers were told.

mod order;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use self::order::Order;
use crate::{
    fleet::{history::OrderHistory, journal_rows::JournalAttempt, protocol::ChargeAnswer},
    ledger_facts::OrderFacts,
};

/// What is wrong, order by order.
#[derive(Debug, Default)]
pub(super) struct Audit<'a> {
    /// Answers by what the ledger says of the order: nothing, charged, charged and given back.
    answers: BTreeMap<&'static str, [usize; 3]>,
    /// Attempts by their state.
    states: BTreeMap<String, usize>,
    /// Attempts that wait for a person, as they may.
    for_a_person: usize,
    pub(super) violations: Vec<Violation<'a>>,
    /// Orders of the journal or the ledger that nobody wanted paid.
    strays: HashSet<(String, u64)>,
    /// Charges that were sent and have not landed yet, so that nothing is known of them.
    outstanding: usize,
}

/// Something that the journal's promises rule out.
#[derive(Debug)]
pub(super) struct Violation<'a> {
    pub(super) history: &'a OrderHistory,
    pub(super) rule: Rule,
}

/// What the journal's promises rule out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// An order was charged more than it costs.
    Overcharged,
    /// The ledger has a charge of which the journal says that it was not made.
    ChargeNotInJournal,
    /// The journal has a charge that the ledger has not.
    ChargeNotInLedger,
    /// One attempt was charged more than once.
    ChargedTwice,
    /// The journal says that a charge was given back, and it was not.
    ReversalNotInLedger,
    /// An attempt is open after recovery.
    Open,
    /// A released attempt is still to be looked at.
    StillDue,
    /// An attempt waits for a person, in a run in which a program can decide everything.
    NeedsPerson,
    /// A caller was told that the order is paid, and it was not charged.
    ToldChargedAndWasNot,
    /// A caller was told that an attempt charged nothing, and it did.
    ToldNotChargedAndWas,
    /// A caller was told that it got its money back, and it did not.
    ToldReversedAndWasNot,
    /// Two callers were told of different charges under one key.
    DifferentAnswers,
    /// A key was taken for something else than it stands for.
    KeyMistaken,
    /// A caller got no answer.
    NoAnswer,
}

/// What the stores say.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Of each order, by store.
    pub(super) orders: HashMap<String, HashMap<u64, OrderFacts>>,
    /// Charges that were sent and have not landed yet.
    pub(super) outstanding: usize,
}

impl<'a> Audit<'a> {
    /// Holds the histories of all orders, which cost `total` in minor units, against the rest.
    pub(super) fn new(
        histories: &'a [OrderHistory],
        journal: &[JournalAttempt],
        ledger: &Ledger,
        total: u64,
    ) -> Self {
        let mut audit = Self {
            outstanding: ledger.outstanding,
            strays: orders_of(journal, ledger),
            ..Self::default()
        };
        let mut attempts = HashMap::<(&str, u64), Vec<&JournalAttempt>>::new();
        for attempt in journal {
            *audit.states.entry(attempt.state.clone()).or_default() += 1;
            let order = (attempt.store.as_str(), attempt.order);
            attempts.entry(order).or_default().push(attempt);
        }
        let nothing = OrderFacts::default();
        for history in histories {
            audit.strays.remove(&(history.store.clone(), history.order));
            let of_store = ledger.orders.get(&history.store);
            let order = Order {
                history,
                ledger: of_store
                    .and_then(|it| it.get(&history.order))
                    .unwrap_or(&nothing),
                attempts: attempts
                    .remove(&(history.store.as_str(), history.order))
                    .unwrap_or_default(),
            };
            for answer in &history.answers {
                let column = order.column();
                audit.answers.entry(name(&answer.told)).or_default()[column] += 1;
            }
            let for_a_person = order.attempts.iter().filter(|it| it.attention.is_some());
            audit.for_a_person += for_a_person.filter(|it| order.is_ambiguous(it)).count();
            let broken = order.broken(total).into_iter();
            audit
                .violations
                .extend(broken.map(|rule| Violation { history, rule }));
        }
        audit
    }

    /// Whether everything is as it is promised.
    pub(super) fn is_right(&self) -> bool {
        self.count() == 0
    }

    /// The first two violations of each rule.
    pub(super) fn examples(&self) -> Vec<&Violation<'a>> {
        let mut shown = BTreeMap::<Rule, usize>::new();
        let is_shown = |violation: &&Violation<'a>| {
            let count = shown.entry(violation.rule).or_default();
            *count += 1;
            *count <= 2
        };
        self.violations.iter().filter(is_shown).collect()
    }

    /// Whether an order was charged more than it costs.
    pub(super) fn has_overcharges(&self) -> bool {
        let mut rules = self.violations.iter().map(|it| it.rule);
        rules.any(|rule| rule == Rule::Overcharged)
    }

    fn count(&self) -> usize {
        self.violations.len() + self.strays.len() + self.outstanding
    }
}

/// The orders of which there is something.
fn orders_of(journal: &[JournalAttempt], ledger: &Ledger) -> HashSet<(String, u64)> {
    let claimed = journal.iter().map(|it| (it.store.clone(), it.order));
    let stores = ledger.orders.iter();
    let charged = stores.flat_map(|(store, orders)| orders.keys().map(|it| (store.clone(), *it)));
    claimed.chain(charged).collect()
}

fn name(told: &ChargeAnswer) -> &'static str {
    match told {
        ChargeAnswer::Charged(charge) if charge.by_receipt => "charged",
        ChargeAnswer::Charged(_) => "charged, found by look-up",
        ChargeAnswer::AlreadyPaid(_) => "already paid",
        ChargeAnswer::Declined(_) => "declined",
        ChargeAnswer::Reversed => "charged, and given back",
        ChargeAnswer::KeyReused => "the key stands for something else",
        ChargeAnswer::Pending | ChargeAnswer::NotSent(_) | ChargeAnswer::AskAgain(_) => {
            "nothing that is final"
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overcharged => "order charged more than it costs",
            Self::ChargeNotInJournal => "charge that is not in the journal",
            Self::ChargeNotInLedger => "charge that is in the journal only",
            Self::ChargedTwice => "attempt charged more than once",
            Self::ReversalNotInLedger => "given back in the journal only",
            Self::Open => "attempt open after recovery",
            Self::StillDue => "released attempt still to be looked at",
            Self::NeedsPerson => "attempt that waits for a person",
            Self::ToldChargedAndWasNot => "told charged, and was not",
            Self::ToldNotChargedAndWas => "told not charged, and was",
            Self::ToldReversedAndWasNot => "told given back, and was not",
            Self::DifferentAnswers => "different charges under one key",
            Self::KeyMistaken => "key taken for what it does not stand for",
            Self::NoAnswer => "no answer",
        })
    }
}

impl fmt::Display for Audit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| {:<34} | {:>12} | {:>12} | {:>12} |",
            "told of a key, by its order", "not charged", "charged", "given back"
        )?;
        writeln!(f, "|{:-<36}|{:->13}:|{:->13}:|{:->13}:|", "", "", "", "")?;
        for (answer, [none, charged, reversed]) in &self.answers {
            writeln!(
                f,
                "| {answer:<34} | {none:>12} | {charged:>12} | {reversed:>12} |"
            )?;
        }
        let states = self
            .states
            .iter()
            .map(|(state, count)| format!("{count} {state}"));
        writeln!(f, "\nattempts: {}", states.collect::<Vec<_>>().join(", "))?;
        let mut rules = BTreeMap::<Rule, usize>::new();
        for violation in &self.violations {
            *rules.entry(violation.rule).or_default() += 1;
        }
        writeln!(
            f,
            "attempts that wait for a person, since what is seen may be another attempt's: {}",
            self.for_a_person
        )?;
        writeln!(f, "violations: {}", self.count())?;
        for (rule, count) in rules {
            writeln!(f, "  {rule}: {count}")?;
        }
        if self.outstanding > 0 {
            writeln!(f, "  charges that have not landed: {}", self.outstanding)?;
        }
        self.strays
            .iter()
            .try_for_each(|(store, order)| writeln!(f, "  nobody's order: {order} of {store}"))
    }
}
