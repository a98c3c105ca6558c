//! What the callers were told, held against the ledger.
//!
//! The promise: no charge is sent again unless it is known that the first was not processed; what a
//! caller is told is true; and *nothing seen* means that nothing was there, so long after the
//! sending. A charge that lands later than a caller waits for is not covered by it, and is counted
//! apart.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    time::Duration,
};

use crate::{
    chaos::{
        answer::Answer,
        history::{ChargeRecord, OrderHistory},
        sends::Sends,
    },
    ledger_facts::{ChargeFacts, OrderFacts},
    stores::TOTAL_CENTS,
};

/// What was told, against what was charged.
#[derive(Debug, Default)]
pub(crate) struct Audit<'a> {
    /// Charges by what was told of them last: not charged, charged, charged and given back.
    counts: BTreeMap<Answer, [usize; 3]>,
    /// What is wrong.
    pub(crate) violations: Vec<Violation<'a>>,
    /// Charges that landed after the time within which they are promised to.
    pub(crate) landed_late: usize,
    /// Orders with such a charge that were charged more than they cost.
    pub(crate) overcharged_by_late_landings: usize,
}

/// Something that the promise rules out.
#[derive(Debug)]
pub(crate) struct Violation<'a> {
    pub(crate) history: &'a OrderHistory,
    pub(crate) rule: Rule,
}

/// What the promise rules out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// A caller was told that it charged, and it did not.
    ToldChargedAndWasNot,
    /// A caller was told that it did not charge, and it did.
    ToldNotChargedAndWas,
    /// A caller was told that it charged, and the money had been given back before it asked.
    ToldChargedAndWasReversed,
    /// A caller was told that its money was given back, and it was not.
    ToldReversedAndWasNot,
    /// A caller got no answer where there was one.
    NoAnswer,
    /// One charge was made more than once.
    ChargedTwiceByOneCharge,
    /// One charge was sent again that may have been processed.
    SentAgain,
    /// A caller was told that something else is owed than what is.
    ToldOwedAndIsNot,
    /// An order was charged more than it costs.
    Overcharged,
}

/// How an answer stands to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    True,
    /// The charge landed later than promised.
    LandedLate,
    Breaks(Rule),
}

impl<'a> Audit<'a> {
    /// Holds every answer against the ledger, and against what was sent. A charge may land for as
    /// long as `settle` after it was sent.
    pub(crate) fn new(
        ledger: &HashMap<String, HashMap<u64, OrderFacts>>,
        sends: &Sends,
        histories: &'a [OrderHistory],
        settle: Duration,
    ) -> Self {
        let mut audit = Self::default();
        let nothing = OrderFacts::default();
        for history in histories {
            let order = ledger
                .get(&history.store)
                .and_then(|it| it.get(&history.order));
            audit.add(history, order.unwrap_or(&nothing), settle);
            let ids = history.charges.iter().map(|it| &it.correlation_id);
            for _ in ids.filter(|id| sends.was_sent_again(id)) {
                let rule = Rule::SentAgain;
                audit.violations.push(Violation { history, rule });
            }
        }
        audit
    }

    /// The first two violations of each rule.
    pub(crate) fn examples(&self) -> Vec<&Violation<'a>> {
        let mut shown = BTreeMap::<Rule, usize>::new();
        let is_shown = |violation: &&Violation<'a>| {
            let count = shown.entry(violation.rule).or_default();
            *count += 1;
            *count <= 2
        };
        self.violations.iter().filter(is_shown).collect()
    }

    /// Whether some caller was told something that is not true.
    pub(crate) fn has_wrong_answers(&self) -> bool {
        let mut rules = self.violations.iter().map(|it| it.rule);
        rules.any(|rule| !matches!(rule, Rule::Overcharged | Rule::SentAgain))
    }

    pub(crate) fn breaks(&self, rule: Rule) -> bool {
        self.violations.iter().any(|it| it.rule == rule)
    }

    fn add(&mut self, history: &'a OrderHistory, order: &OrderFacts, settle: Duration) {
        let verdicts: Vec<_> = history
            .charges
            .iter()
            .map(|charge| {
                let facts = order.of(&charge.payment_method_id);
                self.count(charge, &facts);
                verdict(charge, &facts, settle)
            })
            .collect();
        let late = verdicts.iter().filter(|it| **it == Verdict::LandedLate);
        let late = late.count();
        self.landed_late += late;
        let transactions = history.at_the_end.map_or(0, |it| it.transactions);
        let is_doubtful = history.plan.is_doubtful(transactions);
        for (charge, verdict) in history.charges.iter().zip(verdicts) {
            if let Verdict::Breaks(rule) = verdict {
                let rule_is_off = match rule {
                    // What landed late may be taken for a later charge of the order.
                    Rule::ToldChargedAndWasNot
                    | Rule::ToldChargedAndWasReversed
                    | Rule::ToldReversedAndWasNot => late > 0,
                    Rule::NoAnswer => {
                        charge.answer == Answer::CannotTell && (is_doubtful || late > 0)
                    }
                    _ => false,
                };
                if !rule_is_off {
                    self.violations.push(Violation { history, rule });
                }
            }
        }
        let total = i128::from(TOTAL_CENTS);
        let owed = history.at_the_end.and_then(|it| it.owed);
        let is_told = match owed {
            Some(owed) => owed == (total - order.balance()).max(0),
            None => is_doubtful,
        };
        if !is_told {
            let rule = Rule::ToldOwedAndIsNot;
            self.violations.push(Violation { history, rule });
        }
        if order.highest_balance() > total {
            if late > 0 {
                self.overcharged_by_late_landings += 1;
            } else {
                let rule = Rule::Overcharged;
                self.violations.push(Violation { history, rule });
            }
        }
    }

    fn count(&mut self, charge: &ChargeRecord, facts: &ChargeFacts) {
        let column = match (facts.charged_at.is_empty(), facts.reversed_at()) {
            (true, _) => 0,
            (false, None) => 1,
            (false, Some(_)) => 2,
        };
        self.counts.entry(charge.answer).or_default()[column] += 1;
    }
}

fn verdict(charge: &ChargeRecord, facts: &ChargeFacts, settle: Duration) -> Verdict {
    let was_charged = !facts.charged_at.is_empty();
    if facts.charged_at.len() > 1 {
        return Verdict::Breaks(Rule::ChargedTwiceByOneCharge);
    }
    match charge.answer {
        Answer::Paid | Answer::LookedUpCharged if !was_charged => {
            Verdict::Breaks(Rule::ToldChargedAndWasNot)
        }
        Answer::LookedUpCharged if was_reversed_before(charge, facts) => {
            Verdict::Breaks(Rule::ToldChargedAndWasReversed)
        }
        Answer::LookedUpReversed if !was_reversed_when_told(charge, facts) => {
            Verdict::Breaks(Rule::ToldReversedAndWasNot)
        }
        Answer::Declined | Answer::NotProcessed if was_charged => {
            Verdict::Breaks(Rule::ToldNotChargedAndWas)
        }
        Answer::LookedUpDeclined | Answer::NothingSeen if was_charged => {
            if had_to_be_seen(charge, facts, settle) {
                Verdict::Breaks(Rule::ToldNotChargedAndWas)
            } else {
                Verdict::LandedLate
            }
        }
        Answer::CannotTell | Answer::NeverAnswered => Verdict::Breaks(Rule::NoAnswer),
        _ => Verdict::True,
    }
}

fn was_reversed_before(charge: &ChargeRecord, facts: &ChargeFacts) -> bool {
    let reversed = facts.reversed_at().zip(charge.asked_at);
    reversed.is_some_and(|(reversed, asked)| reversed <= asked)
}

fn was_reversed_when_told(charge: &ChargeRecord, facts: &ChargeFacts) -> bool {
    let reversed_at = facts.reversed_at();
    reversed_at.is_some_and(|reversed| reversed <= charge.told_at)
}

/// Whether the charge was made before it was looked for, or within the time after its sending, for
/// which the later of what the caller and what the client knows counts.
fn had_to_be_seen(charge: &ChargeRecord, facts: &ChargeFacts, settle: Duration) -> bool {
    let sent = charge.sent_at.unwrap_or(i64::MIN).max(charge.began_at);
    let settle = i64::try_from(settle.as_millis()).unwrap_or(i64::MAX);
    let latest = sent.saturating_add(settle);
    let latest = latest.max(charge.asked_at.unwrap_or(i64::MIN));
    facts.charged_at.iter().any(|landed| *landed <= latest)
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ToldChargedAndWasNot => "told charged, and was not",
            Self::ToldNotChargedAndWas => "told not charged, and was",
            Self::ToldChargedAndWasReversed => "told charged, and was given back before",
            Self::ToldReversedAndWasNot => "told given back, and was not",
            Self::NoAnswer => "no answer where there was one",
            Self::ChargedTwiceByOneCharge => "one charge made more than once",
            Self::SentAgain => "one charge sent again that may have been processed",
            Self::ToldOwedAndIsNot => "told what is owed, and it is not",
            Self::Overcharged => "order charged more than it costs",
        })
    }
}

impl fmt::Display for Audit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| {:<40} | {:>12} | {:>12} | {:>12} |",
            "told of a charge", "not charged", "charged", "given back"
        )?;
        writeln!(f, "|{:-<42}|{:->13}:|{:->13}:|{:->13}:|", "", "", "", "")?;
        for (answer, [none, charged, reversed]) in &self.counts {
            writeln!(
                f,
                "| {answer:<40} | {none:>12} | {charged:>12} | {reversed:>12} |"
            )?;
        }
        let mut rules = BTreeMap::<Rule, usize>::new();
        for violation in &self.violations {
            *rules.entry(violation.rule).or_default() += 1;
        }
        writeln!(f, "\nviolations of the promise: {}", self.violations.len())?;
        for (rule, count) in rules {
            writeln!(f, "  {rule}: {count}")?;
        }
        writeln!(
            f,
            "not covered by the promise: {} charges landed later than it waits for, {} orders \
             charged more than they cost by that",
            self.landed_late, self.overcharged_by_late_landings
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Answer, ChargeFacts, ChargeRecord, Rule, Verdict, verdict};

    fn told(answer: Answer, facts: &ChargeFacts) -> Verdict {
        verdict(&record(answer), facts, Duration::from_secs(3))
    }

    fn record(answer: Answer) -> ChargeRecord {
        ChargeRecord {
            payment_method_id: "card.0".to_owned(),
            correlation_id: "id".to_owned(),
            began_at: 1_000,
            sent_at: Some(1_200),
            asked_at: Some(3_900),
            told_at: 5_000,
            answer,
        }
    }

    /// A look-up of the next day sees what landed meanwhile, whatever the bound.
    #[test]
    fn what_was_there_when_it_was_asked_had_to_be_seen() {
        let charge = ChargeRecord {
            asked_at: Some(90_000),
            told_at: 90_001,
            ..record(Answer::NothingSeen)
        };
        let settle = Duration::from_secs(3);
        for (landed, expected) in [
            (89_999, Verdict::Breaks(Rule::ToldNotChargedAndWas)),
            (90_001, Verdict::LandedLate),
        ] {
            let facts = ChargeFacts::new(&[landed], 0, 0);
            assert_eq!(verdict(&charge, &facts, settle), expected);
        }
    }

    #[test]
    fn every_untrue_answer_breaks_its_rule() {
        use Answer::{
            CannotTell, Declined, LookedUpCharged, LookedUpDeclined, LookedUpReversed,
            NeverAnswered, NotProcessed, NothingSeen, Paid,
        };
        let none = ChargeFacts::default();
        let one = ChargeFacts::new(&[1_300], 0, 0);
        let late = ChargeFacts::new(&[4_201], 0, 0);
        let at_the_bound = ChargeFacts::new(&[4_200], 0, 0);
        let reversed = ChargeFacts::new(&[1_300], 1, 3_800);
        let reversed_since = ChargeFacts::new(&[1_300], 1, 6_000);
        let twice = ChargeFacts::new(&[1_300, 1_400], 0, 0);
        let rows = [
            (Paid, &one, Verdict::True),
            (Paid, &reversed, Verdict::True),
            (Paid, &none, Verdict::Breaks(Rule::ToldChargedAndWasNot)),
            (Paid, &twice, Verdict::Breaks(Rule::ChargedTwiceByOneCharge)),
            (Declined, &none, Verdict::True),
            (Declined, &one, Verdict::Breaks(Rule::ToldNotChargedAndWas)),
            (Declined, &late, Verdict::Breaks(Rule::ToldNotChargedAndWas)),
            (
                NotProcessed,
                &late,
                Verdict::Breaks(Rule::ToldNotChargedAndWas),
            ),
            (LookedUpCharged, &one, Verdict::True),
            (LookedUpCharged, &reversed_since, Verdict::True),
            (
                LookedUpCharged,
                &reversed,
                Verdict::Breaks(Rule::ToldChargedAndWasReversed),
            ),
            (
                LookedUpCharged,
                &none,
                Verdict::Breaks(Rule::ToldChargedAndWasNot),
            ),
            (LookedUpReversed, &reversed, Verdict::True),
            (
                LookedUpReversed,
                &one,
                Verdict::Breaks(Rule::ToldReversedAndWasNot),
            ),
            (
                LookedUpReversed,
                &reversed_since,
                Verdict::Breaks(Rule::ToldReversedAndWasNot),
            ),
            (
                LookedUpReversed,
                &none,
                Verdict::Breaks(Rule::ToldReversedAndWasNot),
            ),
            (NothingSeen, &none, Verdict::True),
            (
                NothingSeen,
                &one,
                Verdict::Breaks(Rule::ToldNotChargedAndWas),
            ),
            (
                NothingSeen,
                &at_the_bound,
                Verdict::Breaks(Rule::ToldNotChargedAndWas),
            ),
            (NothingSeen, &late, Verdict::LandedLate),
            (LookedUpDeclined, &late, Verdict::LandedLate),
            (
                LookedUpDeclined,
                &one,
                Verdict::Breaks(Rule::ToldNotChargedAndWas),
            ),
            (CannotTell, &none, Verdict::Breaks(Rule::NoAnswer)),
            (NeverAnswered, &one, Verdict::Breaks(Rule::NoAnswer)),
        ];
        for (answer, facts, expected) in rows {
            assert_eq!(told(answer, facts), expected, "{answer:?} {facts:?}");
        }
    }
}
