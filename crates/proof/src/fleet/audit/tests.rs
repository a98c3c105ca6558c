//! Each rule of the audit is broken once: whatever is promised can be missed.

mod case;

use std::slice;

use self::case::{
    Case, ORDER, TOTAL, attempt, charge, declined, due, found, given_back, history, ledger,
    needs_person, of_amount, receipt, unnamed,
};
use super::{Audit, Ledger, Rule};
use crate::fleet::{
    journal_rows::JournalAttempt,
    protocol::{AnsweredCharge, ChargeAnswer},
};

#[test]
fn what_is_as_promised_breaks_nothing() {
    let both = [charge("one"), given_back(charge("one"))];
    let table = [
        Case::charged(),
        Case::charged().told("key", ChargeAnswer::Charged(found("one"))),
        Case::charged().told("other", ChargeAnswer::AlreadyPaid(receipt("one"))),
        Case::silent([], &[]),
        Case::silent([attempt("one", "declined")], &[])
            .told("key", declined())
            .not_charged("one"),
        Case::silent([attempt("one", "charged")], &both),
        Case::silent([attempt("one", "reversed")], &both).told("key", ChargeAnswer::Reversed),
        // Two parts of what the order costs.
        Case::silent(
            [attempt("one", "charged"), attempt("two", "charged")],
            &[charge("one"), charge("two")],
        ),
        // The charge that is seen may be of either.
        Case::silent(
            [needs_person("one", "released"), attempt("two", "charged")],
            &[charge("two")],
        ),
        // An attempt of which nobody knows: its claim was not written.
        Case::charged().not_charged("none"),
    ];
    for case in table {
        let text = format!("{:?}", case.attempts);
        assert_eq!(case.broken(), [], "{text}");
    }
}

#[test]
fn each_rule_of_journal_and_ledger_can_be_broken() {
    let released = || attempt("one", "released");
    let whole = |id| of_amount(charge(id), TOTAL);
    let charged = |id| attempt(id, "charged");
    assert_broken([
        // Overcharged, for a moment only.
        (
            Case::silent(
                [charged("one"), charged("two")],
                &[whole("one"), charge("two"), given_back(whole("one"))],
            ),
            vec![Rule::Overcharged],
        ),
        (
            Case::silent([released()], &[charge("one")]),
            vec![Rule::ChargeNotInJournal],
        ),
        (
            Case::silent([], &[charge("one")]),
            vec![Rule::ChargeNotInJournal],
        ),
        (
            Case::silent([], &[unnamed(charge("one"))]),
            vec![Rule::ChargeNotInJournal],
        ),
        (
            Case::silent([charged("one")], &[]),
            vec![Rule::ChargeNotInLedger],
        ),
        // As many charges as charged attempts, by one method, but not theirs.
        (
            Case::silent([released(), charged("two")], &[charge("one")]),
            vec![Rule::ChargeNotInJournal, Rule::ChargeNotInLedger],
        ),
        (
            Case::silent([charged("one")], &[charge("one"), charge("one")]),
            vec![Rule::ChargedTwice],
        ),
        (
            Case::silent([attempt("one", "reversed")], &[charge("one")]),
            vec![Rule::ReversalNotInLedger],
        ),
        (
            Case::silent(
                [attempt("one", "reversed")],
                &[charge("one"), of_amount(given_back(charge("one")), 1)],
            ),
            vec![Rule::ReversalNotInLedger],
        ),
        (
            Case::silent([attempt("one", "unknown")], &[]),
            vec![Rule::Open],
        ),
        (
            Case::silent([attempt("one", "pending")], &[]),
            vec![Rule::Open],
        ),
        (
            Case::silent([due("one", "released")], &[]),
            vec![Rule::StillDue],
        ),
        (
            Case::silent([needs_person("one", "released")], &[]),
            vec![Rule::NeedsPerson],
        ),
        // Another attempt was sent, but moved no money that could be taken for this one's.
        (
            Case::silent(
                [needs_person("one", "charged"), attempt("two", "declined")],
                &[charge("one")],
            ),
            vec![Rule::NeedsPerson],
        ),
    ]);
}

#[test]
fn each_rule_of_what_became_of_a_charge_can_be_broken() {
    let released = || attempt("one", "released");
    let charged = |id| attempt(id, "charged");
    assert_broken([
        (
            Case::silent([attempt("one", "declined")], &[])
                .told("key", ChargeAnswer::Charged(found("one"))),
            vec![Rule::ToldChargedAndWasNot],
        ),
        // Another attempt's charge.
        (
            Case::silent([released(), charged("two")], &[charge("two")])
                .told("key", ChargeAnswer::Charged(found("one"))),
            vec![Rule::ToldChargedAndWasNot],
        ),
        (
            Case::silent([released(), charged("two")], &[charge("two")])
                .told("other", ChargeAnswer::AlreadyPaid(found("one"))),
            vec![Rule::ToldChargedAndWasNot],
        ),
        (
            Case::charged().told(
                "key",
                ChargeAnswer::Charged(AnsweredCharge {
                    transaction_id: "another".to_owned(),
                    ..receipt("one")
                }),
            ),
            // The first caller's id is not the second's either.
            vec![Rule::DifferentAnswers, Rule::ToldChargedAndWasNot],
        ),
        (
            Case::charged().not_charged("one").not_charged("one"),
            vec![Rule::ToldNotChargedAndWas],
        ),
        // What was given back was charged all the same.
        (
            Case::silent(
                [attempt("one", "reversed")],
                &[charge("one"), given_back(charge("one"))],
            )
            .not_charged("one"),
            vec![Rule::ToldNotChargedAndWas],
        ),
        // The journal alone says so.
        (
            Case::silent([charged("one")], &[]).not_charged("one"),
            vec![Rule::ChargeNotInLedger, Rule::ToldNotChargedAndWas],
        ),
        (
            Case::charged().told("key", ChargeAnswer::Reversed),
            vec![Rule::ToldReversedAndWasNot],
        ),
        // It was given back, but to another key.
        (
            Case::silent(
                [attempt("one", "reversed")],
                &[charge("one"), given_back(charge("one"))],
            )
            .told("other", ChargeAnswer::Reversed),
            vec![Rule::ToldReversedAndWasNot],
        ),
    ]);
}

#[test]
fn each_rule_of_keys_can_be_broken() {
    let charged = |id| attempt(id, "charged");
    let mut unanswered = Case::charged();
    unanswered.unanswered = 2;
    let mut misused = Case::charged();
    misused.answers[0].is_misuse = true;
    let other_key = JournalAttempt {
        key: "other".to_owned(),
        ..charged("one")
    };
    assert_broken([
        // Two attempts under one key.
        (
            Case::silent(
                [charged("one"), charged("two")],
                &[charge("one"), charge("two")],
            )
            .told("key", ChargeAnswer::Charged(receipt("one")))
            .told("key", ChargeAnswer::Charged(receipt("two"))),
            vec![Rule::DifferentAnswers, Rule::DifferentAnswers],
        ),
        // Two ids of one charge.
        (
            Case::silent([charged("one")], &[charge("one")])
                .told("key", ChargeAnswer::Charged(found("one")))
                .told(
                    "other",
                    ChargeAnswer::AlreadyPaid(AnsweredCharge {
                        transaction_id: "another".to_owned(),
                        ..found("one")
                    }),
                ),
            vec![Rule::DifferentAnswers, Rule::DifferentAnswers],
        ),
        // The charge of another key.
        (
            Case::silent([other_key], &[charge("one")])
                .told("key", ChargeAnswer::Charged(receipt("one"))),
            vec![Rule::DifferentAnswers],
        ),
        (
            Case::charged().told("key", ChargeAnswer::KeyReused),
            vec![Rule::KeyMistaken],
        ),
        (misused, vec![Rule::KeyMistaken]),
        (unanswered, vec![Rule::NoAnswer, Rule::NoAnswer]),
    ]);
}

#[test]
fn orders_that_nobody_wanted_paid_are_reported() {
    let history = history();
    let histories = slice::from_ref(&history);
    let other = JournalAttempt {
        order: ORDER + 1,
        ..attempt("one", "declined")
    };
    let journal = [other];
    let audit = Audit::new(histories, &journal, &Ledger::default(), TOTAL);
    assert!(!audit.is_right());
    assert!(audit.to_string().contains("nobody's order: 8 of store"));

    let audit = Audit::new(&[], &[], &ledger(&[charge("one")]), TOTAL);
    assert!(!audit.is_right());
    assert!(audit.to_string().contains("nobody's order: 7 of store"));
}

#[test]
fn charges_that_have_not_landed_are_reported() {
    let outstanding = Ledger {
        outstanding: 2,
        ..Ledger::default()
    };
    let audit = Audit::new(&[], &[], &outstanding, TOTAL);
    assert!(!audit.is_right());
    assert!(audit.to_string().contains("violations: 2"));
}

fn assert_broken(table: impl IntoIterator<Item = (Case, Vec<Rule>)>) {
    for (case, expected) in table {
        let text = format!("{:?} {:?}", case.attempts, case.answers);
        assert_eq!(case.broken(), expected, "{text}");
    }
}
