//! An order and all that is said of it, made up.

use std::slice;

use crate::{
    fleet::{
        audit::{Audit, Ledger, Rule},
        history::{KeyAnswer, OrderHistory},
        journal_rows::JournalAttempt,
        plan::OrderPlan,
        protocol::{AnsweredCharge, ChargeAnswer},
    },
    ledger_facts::{Movement, OrderFacts},
};

pub(super) const STORE: &str = "store";
pub(super) const ORDER: u64 = 7;
pub(super) const TOTAL: u64 = 6098;

/// An order and all that is said of it.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) answers: Vec<KeyAnswer>,
    not_charged: Vec<&'static str>,
    pub(super) unanswered: usize,
    pub(super) attempts: Vec<JournalAttempt>,
    movements: Vec<Movement>,
}

impl Case {
    /// An order that was charged by one attempt, as its caller was told.
    pub(super) fn charged() -> Self {
        Self {
            answers: vec![told("key", ChargeAnswer::Charged(receipt("one")))],
            not_charged: Vec::new(),
            unanswered: 0,
            attempts: vec![attempt("one", "charged")],
            movements: vec![charge("one")],
        }
    }

    /// An order with these attempts, of which nobody was told anything.
    pub(super) fn silent(
        attempts: impl IntoIterator<Item = JournalAttempt>,
        movements: &[Movement],
    ) -> Self {
        Self {
            answers: Vec::new(),
            not_charged: Vec::new(),
            unanswered: 0,
            attempts: attempts.into_iter().collect(),
            movements: movements.to_vec(),
        }
    }

    pub(super) fn told(mut self, key: &str, answer: ChargeAnswer) -> Self {
        self.answers.push(told(key, answer));
        self
    }

    pub(super) fn not_charged(mut self, attempt_id: &'static str) -> Self {
        self.not_charged.push(attempt_id);
        self
    }

    /// The rules that it breaks.
    pub(super) fn broken(self) -> Vec<Rule> {
        let history = OrderHistory {
            answers: self.answers,
            not_charged: self.not_charged.iter().map(ToString::to_string).collect(),
            unanswered: self.unanswered,
            ..history()
        };
        let ledger = ledger(&self.movements);
        let audit = Audit::new(slice::from_ref(&history), &self.attempts, &ledger, TOTAL);
        assert_eq!(audit.is_right(), audit.violations.is_empty());
        audit.violations.iter().map(|it| it.rule).collect()
    }
}

pub(super) fn history() -> OrderHistory {
    OrderHistory {
        store: STORE.to_owned(),
        order: ORDER,
        plan: OrderPlan::new(1, 0, "", false),
        answers: Vec::new(),
        not_charged: Vec::new(),
        unanswered: 0,
        events: Vec::new(),
    }
}

pub(super) fn ledger(movements: &[Movement]) -> Ledger {
    let mut facts = OrderFacts::default();
    for movement in movements {
        facts.add(movement);
    }
    Ledger {
        orders: [(STORE.to_owned(), [(ORDER, facts)].into())].into(),
        outstanding: 0,
    }
}

/// All attempts of these tests name one payment method.
pub(super) fn attempt(id: &str, state: &str) -> JournalAttempt {
    JournalAttempt {
        store: STORE.to_owned(),
        order: ORDER,
        attempt_id: id.to_owned(),
        key: "key".to_owned(),
        payment_method_id: "card.0".to_owned(),
        correlation_id: format!("call-{id}"),
        state: state.to_owned(),
        epoch: 1,
        owner: "instance".to_owned(),
        created_at: 1,
        sending_at: Some(2),
        finished_at: Some(3),
        due_at: None,
        outcome: None,
        attention: None,
    }
}

pub(super) fn needs_person(id: &str, state: &str) -> JournalAttempt {
    JournalAttempt {
        attention: Some("look".to_owned()),
        ..attempt(id, state)
    }
}

pub(super) fn due(id: &str, state: &str) -> JournalAttempt {
    JournalAttempt {
        due_at: Some(9),
        ..attempt(id, state)
    }
}

/// A charge of half of what an order costs, so that two of them are no overcharge.
pub(super) fn charge(attempt_id: &str) -> Movement {
    Movement {
        payment_method_id: "card.0".to_owned(),
        correlation_id: Some(format!("call-{attempt_id}")),
        payment_id: format!("payment-{attempt_id}"),
        amount: TOTAL / 2,
        is_reversal: false,
        at: 2,
    }
}

pub(super) fn of_amount(movement: Movement, amount: u64) -> Movement {
    Movement { amount, ..movement }
}

pub(super) fn given_back(movement: Movement) -> Movement {
    Movement {
        is_reversal: true,
        ..movement
    }
}

pub(super) fn unnamed(movement: Movement) -> Movement {
    Movement {
        correlation_id: None,
        ..movement
    }
}

pub(super) fn told(key: &str, told: ChargeAnswer) -> KeyAnswer {
    KeyAnswer {
        key: key.to_owned(),
        told,
        is_misuse: false,
    }
}

pub(super) fn receipt(attempt_id: &str) -> AnsweredCharge {
    AnsweredCharge {
        attempt_id: attempt_id.to_owned(),
        transaction_id: format!("payment-{attempt_id}"),
        by_receipt: true,
    }
}

/// What a look-up tells has an id that the ledger has not.
pub(super) fn found(attempt_id: &str) -> AnsweredCharge {
    AnsweredCharge {
        transaction_id: format!("gateway-{attempt_id}"),
        by_receipt: false,
        ..receipt(attempt_id)
    }
}

pub(super) fn declined() -> ChargeAnswer {
    ChargeAnswer::Declined("no".to_owned())
}
