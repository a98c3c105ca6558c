//! One order: its attempts, held against its charges and against what its callers were told.
//!
//! An attempt and its charge are told by the correlation id that both have.

use std::collections::BTreeSet;

use crate::{
    fleet::{
        audit::Rule,
        history::{KeyAnswer, OrderHistory},
        journal_rows::JournalAttempt,
        protocol::{AnsweredCharge, ChargeAnswer},
    },
    ledger_facts::{ChargeFacts, OrderFacts},
};

/// What is known of one order.
pub(super) struct Order<'a> {
    pub(super) history: &'a OrderHistory,
    pub(super) ledger: &'a OrderFacts,
    pub(super) attempts: Vec<&'a JournalAttempt>,
}

impl Order<'_> {
    /// The rules that its history breaks.
    pub(super) fn broken(&self, total: u64) -> Vec<Rule> {
        let mut broken = Vec::new();
        if self.ledger.highest_balance() > i128::from(total) {
            broken.push(Rule::Overcharged);
        }
        for (correlation_id, facts) in self.ledger.calls() {
            broken.extend(self.of_charge(correlation_id, facts));
        }
        for attempt in &self.attempts {
            broken.extend(self.of_attempt(attempt));
        }
        let answers = self.history.answers.iter();
        broken.extend(answers.filter_map(|answer| self.of_answer(answer)));
        let not_charged: BTreeSet<_> = self.history.not_charged.iter().collect();
        let charged_all_the_same = not_charged.into_iter().filter(|id| {
            self.attempt(id)
                .is_some_and(|it| it.has_charged() || self.has_charged(it))
        });
        broken.extend(charged_all_the_same.map(|_| Rule::ToldNotChargedAndWas));
        broken.extend((0..self.history.unanswered).map(|_| Rule::NoAnswer));
        broken
    }

    /// Whether a look-up may take another attempt's charge for this one's: a person decides.
    pub(super) fn is_ambiguous(&self, attempt: &JournalAttempt) -> bool {
        self.attempts.iter().any(|other| {
            other.attempt_id != attempt.attempt_id
                && other.payment_method_id == attempt.payment_method_id
                && self.has_charged(other)
        })
    }

    /// Nothing was charged, something was, or all of it was given back.
    pub(super) fn column(&self) -> usize {
        let mut charges = self.ledger.calls().peekable();
        if charges.peek().is_none() {
            0
        } else if charges.any(|(_, it)| it.reversed_at().is_none()) {
            1
        } else {
            2
        }
    }

    fn of_charge(&self, correlation_id: Option<&str>, facts: &ChargeFacts) -> Option<Rule> {
        let is_known = self
            .attempts
            .iter()
            .any(|it| Some(it.correlation_id.as_str()) == correlation_id && it.has_charged());
        if !is_known {
            Some(Rule::ChargeNotInJournal)
        } else if facts.charged_at.len() > 1 {
            Some(Rule::ChargedTwice)
        } else {
            None
        }
    }

    fn of_attempt(&self, attempt: &JournalAttempt) -> Vec<Rule> {
        let mut broken = Vec::new();
        if attempt.is_open() {
            broken.push(Rule::Open);
        } else if attempt.due_at.is_some() {
            broken.push(Rule::StillDue);
        }
        if attempt.has_charged() && !self.has_charged(attempt) {
            broken.push(Rule::ChargeNotInLedger);
        } else if attempt.is_reversed() && !self.was_given_back(attempt) {
            broken.push(Rule::ReversalNotInLedger);
        }
        if attempt.attention.is_some() && !self.is_ambiguous(attempt) {
            broken.push(Rule::NeedsPerson);
        }
        broken
    }

    fn of_answer(&self, answer: &KeyAnswer) -> Option<Rule> {
        if answer.is_misuse != (answer.told == ChargeAnswer::KeyReused) {
            return Some(Rule::KeyMistaken);
        }
        match &answer.told {
            ChargeAnswer::Charged(charge) | ChargeAnswer::AlreadyPaid(charge)
                if !self.was_made(charge) =>
            {
                Some(Rule::ToldChargedAndWasNot)
            }
            ChargeAnswer::Charged(charge) if self.is_told_otherwise(answer, charge) => {
                Some(Rule::DifferentAnswers)
            }
            ChargeAnswer::AlreadyPaid(charge) if self.has_other_id(charge) => {
                Some(Rule::DifferentAnswers)
            }
            ChargeAnswer::Reversed if !self.was_key_given_back(&answer.key) => {
                Some(Rule::ToldReversedAndWasNot)
            }
            _ => None,
        }
    }

    /// Whether the ledger has a charge that was told. A look-up tells the gateway's number of it,
    /// which the ledger has not.
    fn was_made(&self, charge: &AnsweredCharge) -> bool {
        self.attempt(&charge.attempt_id).is_some_and(|attempt| {
            let made = self.ledger.of_call(&attempt.correlation_id).payment_ids;
            !made.is_empty() && (!charge.by_receipt || made.contains(&charge.transaction_id))
        })
    }

    /// Whether another caller was told of another charge under the same key, or the journal tells
    /// of another.
    fn is_told_otherwise(&self, answer: &KeyAnswer, charge: &AnsweredCharge) -> bool {
        let mut others = self.history.answers.iter();
        let differs = |other: &KeyAnswer| {
            matches!(&other.told, ChargeAnswer::Charged(it)
                if other.key == answer.key && it.attempt_id != charge.attempt_id)
        };
        let attempt = self.attempt(&charge.attempt_id);
        others.any(differs)
            || self.has_other_id(charge)
            || !attempt.is_some_and(|it| it.key == answer.key && it.has_charged())
    }

    /// Whether another caller was told another id of the same charge, known in the same way.
    fn has_other_id(&self, charge: &AnsweredCharge) -> bool {
        self.history.answers.iter().any(|other| {
            matches!(&other.told, ChargeAnswer::Charged(it) | ChargeAnswer::AlreadyPaid(it)
                if it.attempt_id == charge.attempt_id
                    && it.by_receipt == charge.by_receipt
                    && it.transaction_id != charge.transaction_id)
        })
    }

    fn was_key_given_back(&self, key: &str) -> bool {
        let mut of_key = self.attempts.iter().filter(|it| it.key == key);
        of_key.any(|it| self.was_given_back(it))
    }

    fn has_charged(&self, attempt: &JournalAttempt) -> bool {
        let facts = self.ledger.of_call(&attempt.correlation_id);
        !facts.charged_at.is_empty()
    }

    fn was_given_back(&self, attempt: &JournalAttempt) -> bool {
        let facts = self.ledger.of_call(&attempt.correlation_id);
        facts.reversed_at().is_some()
    }

    fn attempt(&self, attempt_id: &str) -> Option<&JournalAttempt> {
        let mut attempts = self.attempts.iter().copied();
        attempts.find(|it| it.attempt_id == attempt_id)
    }
}
