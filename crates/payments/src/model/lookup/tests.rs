//! The rules of a look-up, history by history.

mod histories;

use std::time::{Duration, SystemTime};

use bigcommerce_client_core::RawJson;
use jiff::Timestamp;

use self::histories::HISTORIES;
use super::ChargeLookup;
use crate::model::{ChargeAttempt, Fields, Money, OrderPayments, Transaction, read_items};

#[test]
fn every_history_has_its_answer() {
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let settle = Duration::from_secs(60);
    let total = Money::new("100.00".parse().unwrap(), "USD");
    let mut wrong = Vec::new();
    for history in HISTORIES {
        let sent_at = now - Duration::from_secs(history.sent_before());
        let attempt = history.attempt("abc123", 215, &sent_at.to_string());
        let attempt: ChargeAttempt = serde_json::from_value(attempt).unwrap();
        let items: Vec<RawJson> =
            serde_json::from_str(&format!("[{}]", history.items().join(","))).unwrap();
        let read = |fields: &Fields<'_>| Transaction::read(fields, attempt.order);
        let (transactions, unreadable) = read_items(&items, read);

        let order = OrderPayments::of(attempt.order, transactions, unreadable, true);
        let owed = order.owed(&total).map(|owed| owed.amount.to_string());
        let answer = ChargeLookup::of(&attempt, order, SystemTime::from(now), settle);
        wrong.extend(history.wrong(&serde_json::to_value(&answer).unwrap(), owed));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(HISTORIES.len() >= 40);
}

#[test]
fn a_list_that_may_go_on_tells_nothing_for_certain() {
    let now = SystemTime::now();
    let nothing: ChargeAttempt =
        serde_json::from_value(HISTORIES[0].attempt("abc123", 215, "2026-11-22T12:00:00Z"))
            .unwrap();
    let order = OrderPayments::of(nothing.order, Vec::new(), Vec::new(), false);
    let answer = ChargeLookup::of(&nothing, order, now, Duration::ZERO);

    let answer = serde_json::to_value(&answer).unwrap();
    assert_eq!(answer["status"]["reason"], "incomplete_list");
    assert_eq!(answer["is_final"], false);
}
