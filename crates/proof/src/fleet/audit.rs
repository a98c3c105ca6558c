//! The journal against the ledger against what the callers were told.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use crate::{
    fleet::{
        history::{KeyAnswer, OrderHistory},
        journal_rows::JournalAttempt,
        protocol::{AnsweredCharge, ChargeAnswer},
    },
    ledger_facts::{ChargeFacts, OrderFacts},
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
    /// An attempt is open after recovery.
    Open,
    /// An attempt waits for a person, in a run in which a program can decide everything.
    NeedsPerson,
    /// A caller was told that the order is paid, and it was not charged.
    ToldChargedAndWasNot,
    /// A caller was told that its key charged nothing, and it did.
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

/// What the ledgers say of each order, by store.
pub(super) type Ledger = HashMap<String, HashMap<u64, OrderFacts>>;

impl<'a> Audit<'a> {
    /// Holds the histories of all orders, which cost `total` in minor units, against the rest.
    pub(super) fn new(
        histories: &'a [OrderHistory],
        journal: &[JournalAttempt],
        ledger: &Ledger,
        total: u64,
    ) -> Self {
        let mut audit = Self::default();
        let mut attempts = HashMap::<(&str, u64), Vec<&JournalAttempt>>::new();
        for attempt in journal {
            *audit.states.entry(attempt.state.clone()).or_default() += 1;
            let order = (attempt.store.as_str(), attempt.order);
            attempts.entry(order).or_default().push(attempt);
        }
        let nothing = OrderFacts::default();
        for history in histories {
            let of_store = ledger.get(&history.store);
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
}

/// What is known of one order.
struct Order<'a> {
    history: &'a OrderHistory,
    ledger: &'a OrderFacts,
    attempts: Vec<&'a JournalAttempt>,
}

impl Order<'_> {
    /// The rules that its history breaks.
    fn broken(&self, total: u64) -> Vec<Rule> {
        let mut broken = Vec::new();
        if self.ledger.highest_balance() > i128::from(total) {
            broken.push(Rule::Overcharged);
        }
        broken.extend(
            self.methods()
                .into_iter()
                .filter_map(|it| self.of_method(it)),
        );
        for attempt in &self.attempts {
            if attempt.is_open() {
                broken.push(Rule::Open);
            }
            if attempt.attention.is_some() && !self.is_ambiguous(attempt) {
                broken.push(Rule::NeedsPerson);
            }
        }
        let answers = self.history.answers.iter();
        broken.extend(answers.filter_map(|answer| self.of_answer(answer)));
        broken.extend((0..self.history.unanswered).map(|_| Rule::NoAnswer));
        broken
    }

    /// Whether a look-up may take another attempt's charge for this one's: a person decides.
    fn is_ambiguous(&self, attempt: &JournalAttempt) -> bool {
        let of_method = |it: &&&JournalAttempt| {
            it.payment_method_id == attempt.payment_method_id && it.sending_at.is_some()
        };
        self.attempts.iter().filter(of_method).count() > 1
    }

    /// The payment methods by which the order was tried to be paid.
    fn methods(&self) -> Vec<&str> {
        let mut methods: Vec<_> = self.ledger.methods().collect();
        let of_attempts = self.attempts.iter().map(|it| it.payment_method_id.as_str());
        methods.extend(of_attempts);
        methods.sort_unstable();
        methods.dedup();
        methods
    }

    /// Each charge of a method is that of one attempt, and the other way around.
    fn of_method(&self, method: &str) -> Option<Rule> {
        let in_ledger = self.ledger.of(method).charged_at.len();
        let of_method = |it: &&&JournalAttempt| it.payment_method_id == method && it.has_charged();
        let in_journal = self.attempts.iter().filter(of_method).count();
        match in_ledger.cmp(&in_journal) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Rule::ChargeNotInJournal),
            std::cmp::Ordering::Less => Some(Rule::ChargeNotInLedger),
        }
    }

    fn of_answer(&self, answer: &KeyAnswer) -> Option<Rule> {
        if answer.is_misuse != (answer.told == ChargeAnswer::KeyReused) {
            return Some(Rule::KeyMistaken);
        }
        let own = self.ledger.of(&answer.payment_method_id);
        match &answer.told {
            ChargeAnswer::Charged(charge) if !is_in(&own, charge) => {
                Some(Rule::ToldChargedAndWasNot)
            }
            ChargeAnswer::Charged(charge) if self.is_told_otherwise(answer, charge) => {
                Some(Rule::DifferentAnswers)
            }
            ChargeAnswer::AlreadyPaid(charge) => {
                let mut methods = self.ledger.methods().map(|it| self.ledger.of(it));
                (!methods.any(|facts| is_in(&facts, charge))).then_some(Rule::ToldChargedAndWasNot)
            }
            // Where several keys have one method, its charges are held against the journal's.
            ChargeAnswer::Declined(_)
                if self.has_own_method(answer) && !own.charged_at.is_empty() =>
            {
                Some(Rule::ToldNotChargedAndWas)
            }
            ChargeAnswer::Reversed if !own.has_reversal() => Some(Rule::ToldReversedAndWasNot),
            _ => None,
        }
    }

    /// Whether no other key names its payment method.
    fn has_own_method(&self, answer: &KeyAnswer) -> bool {
        let mut of_method = self
            .attempts
            .iter()
            .filter(|it| it.payment_method_id == answer.payment_method_id);
        of_method.all(|it| it.key == answer.key)
    }

    /// Whether another caller was told of another charge under the same key, or the journal tells
    /// of another.
    fn is_told_otherwise(&self, answer: &KeyAnswer, charge: &AnsweredCharge) -> bool {
        let mut others = self
            .history
            .answers
            .iter()
            .filter(|it| it.key == answer.key);
        let differs = |other: &KeyAnswer| {
            matches!(&other.told, ChargeAnswer::Charged(other)
                if other.attempt_id != charge.attempt_id)
        };
        let is_attempt = |attempt: &&JournalAttempt| {
            attempt.attempt_id == charge.attempt_id
                && attempt.key == answer.key
                && attempt.has_charged()
        };
        others.any(differs) || !self.attempts.iter().any(is_attempt)
    }

    fn column(&self) -> usize {
        let charged = self.ledger.methods().map(|it| self.ledger.of(it));
        let charged: Vec<_> = charged.filter(|it| !it.charged_at.is_empty()).collect();
        if charged.is_empty() {
            0
        } else if charged.iter().any(|it| it.reversed_at().is_none()) {
            1
        } else {
            2
        }
    }
}

/// Whether the ledger has a charge. A look-up tells the gateway's number of it, which the ledger
/// has not.
fn is_in(facts: &ChargeFacts, charge: &AnsweredCharge) -> bool {
    if charge.by_receipt {
        facts.payment_ids.contains(&charge.transaction_id)
    } else {
        !facts.payment_ids.is_empty()
    }
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
            Self::Open => "attempt open after recovery",
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
        writeln!(f, "violations: {}", self.violations.len())?;
        rules
            .iter()
            .try_for_each(|(rule, count)| writeln!(f, "  {rule}: {count}"))
    }
}
