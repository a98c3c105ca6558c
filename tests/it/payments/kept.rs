//! What a service keeps: its JSON forms, which are stable, and the conversions of an order's id.

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{
    CannotTellReason, ChargeAttempt, ChargeStatus, DeclineReason, ErrorKind, InstrumentType, Money,
    OrderId, OrderPayments, Receipt, UnknownCause, UnknownOutcome,
};
use serde_json::{Value, json};

fn attempt() -> ChargeAttempt {
    let order = OrderId::new(215).unwrap();
    let mut attempt = ChargeAttempt::new(
        "abc123",
        order,
        "stripe.card",
        InstrumentType::Card,
        "cart-77",
    );
    attempt.expected = Some(Money::new("60.98".parse().unwrap(), "USD"));
    attempt.began_at = Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_271_083_250));
    attempt.sent_at = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_271_084));
    attempt.other_transaction_ids = vec!["7".to_owned()];
    attempt
}

fn attempt_json() -> Value {
    json!({
        "store_hash": "abc123",
        "order": 215,
        "payment_method_id": "stripe.card",
        "instrument_type": "card",
        "expected": {"amount": "60.98", "currency": "USD"},
        "correlation_id": "cart-77",
        "began_at": "2026-11-21T14:24:43.25Z",
        "sent_at": "2026-11-21T14:24:44Z",
        "transaction_id": null,
        "other_transaction_ids": ["7"],
    })
}

#[test]
fn an_unknown_outcome() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_271_144);
    let causes = [
        (UnknownCause::NoAnswer, json!("no_answer")),
        (
            UnknownCause::UnreadableSuccess { status: 201 },
            json!({"unreadable_success": {"status": 201}}),
        ),
        (
            UnknownCause::Status { status: 500 },
            json!({"status": {"status": 500}}),
        ),
    ];
    for (cause, text) in causes {
        let outcome = UnknownOutcome::new(attempt(), cause, at);
        let expected =
            json!({"attempt": attempt_json(), "cause": text, "at": "2026-11-21T14:25:44Z"});

        assert_eq!(serde_json::to_value(&outcome).unwrap(), expected);
        assert_eq!(
            serde_json::from_value::<UnknownOutcome>(expected).unwrap(),
            outcome
        );
    }
}

#[test]
fn what_is_none_may_be_left_out_of_an_attempt() {
    let json = json!({
        "store_hash": "abc123", "order": 215, "payment_method_id": "x",
        "instrument_type": "a_new_one", "correlation_id": "c",
    });
    let read: ChargeAttempt = serde_json::from_value(json).unwrap();

    assert_eq!(
        read.instrument_type,
        InstrumentType::Other("a_new_one".to_owned())
    );
    assert_eq!(read.expected, None);
    assert_eq!(read.sent_at, None);
}

#[test]
fn a_receipt() {
    let json = json!({
        "transaction_id": "t1", "status": "pending", "transaction_type": "purchase",
        "attempt": attempt_json(),
    });
    let receipt: Receipt = serde_json::from_value(json.clone()).unwrap();

    assert!(!receipt.is_final());
    assert_eq!(serde_json::to_value(&receipt).unwrap(), json);
    for (status, is_final) in [("success", true), ("pending", false), ("a_new_one", false)] {
        let mut json = json.clone();
        json["status"] = json!(status);
        let receipt: Receipt = serde_json::from_value(json).unwrap();
        assert_eq!(receipt.is_final(), is_final, "{status}");
    }
}

#[test]
fn a_status() {
    let after = Duration::from_millis(61_500);
    let nothing = ChargeStatus::NothingSeen { after };
    let json = json!({"status": "nothing_seen", "after": {"secs": 61, "nanos": 500_000_000}});
    assert_eq!(serde_json::to_value(&nothing).unwrap(), json);
    assert_eq!(
        serde_json::from_value::<ChargeStatus>(json).unwrap(),
        nothing
    );

    let reason = CannotTellReason::AmountDiffers;
    let json = json!({"status": "cannot_tell", "reason": "amount_differs"});
    assert_eq!(
        serde_json::to_value(ChargeStatus::CannotTell { reason }).unwrap(),
        json
    );
}

#[test]
fn what_is_wrong_in_what_was_kept_is_an_error() {
    for (field, value) in [
        ("order", json!(0)),
        ("order", json!(2_147_483_648_u64)),
        ("order", json!("215")),
        ("sent_at", json!("yesterday")),
        ("sent_at", json!(1_795_271_084)),
        ("expected", json!({"amount": 60.98, "currency": "USD"})),
        ("expected", json!({"amount": "1e999", "currency": "USD"})),
    ] {
        let mut json = attempt_json();
        json[field] = value.clone();
        assert!(
            serde_json::from_value::<ChargeAttempt>(json).is_err(),
            "{field} {value}"
        );
    }
}

#[test]
fn a_time_beyond_the_calendar_is_an_error() {
    let mut attempt = attempt();
    attempt.sent_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40));
    assert!(serde_json::to_string(&attempt).is_err());
}

#[test]
fn absurd_sums_that_were_kept_are_no_panic() {
    let most = "79228162514264337593543950335";
    let amounts = json!({
        "currency": "USD", "authorized": "0", "captured": most, "refunded": "0", "voided": "0",
        "pending": "0", "failed": "0", "paid": most,
    });
    let kept = json!({
        "order": 215, "tenders": [], "unmatched": [], "unreadable": [], "complete": true,
        "totals": [amounts, amounts],
    });
    let payments: OrderPayments = serde_json::from_value(kept).unwrap();

    let total = Money::new("60.98".parse().unwrap(), "USD");
    assert_eq!(payments.owed(&total), None);
}

#[test]
fn order_ids_convert_from_and_to_what_databases_and_paths_hold() {
    let order = OrderId::new(215).unwrap();
    let same = [
        OrderId::try_from(215_i32),
        OrderId::try_from(215_u32),
        OrderId::try_from(215_i64),
        OrderId::try_from(215_u64),
        OrderId::try_from("215"),
        "215".parse(),
    ];
    assert!(same.into_iter().all(|it| it == Ok(order)));
    assert_eq!(i32::from(order), 215);
    assert_eq!(u32::from(order), 215);
    assert_eq!(i64::from(order), 215);
    assert_eq!(u64::from(order), 215);
    assert_eq!(order.to_string(), "215");
    assert_eq!(serde_json::to_string(&order).unwrap(), "215");
    assert_eq!(serde_json::from_str::<OrderId>("215").unwrap(), order);

    let wrong = [
        OrderId::try_from(0_i32),
        OrderId::try_from(-1_i64),
        OrderId::try_from(2_147_483_648_u32),
        OrderId::try_from(i64::MAX),
        OrderId::try_from(u64::MAX),
    ];
    let texts = [
        "",
        "0",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "x",
        "٣",
        "99999999999999999999",
    ];
    let wrong = wrong.into_iter().chain(texts.map(OrderId::try_from));
    for wrong in wrong {
        assert_eq!(wrong.unwrap_err().field_errors()[0].field, "order_id");
    }
}

#[test]
fn kinds_have_stable_names() {
    let reason = DeclineReason::InsufficientFunds;
    let names = [
        (ErrorKind::InvalidInput, "invalid_input"),
        (ErrorKind::Authentication, "authentication"),
        (ErrorKind::Configuration, "configuration"),
        (ErrorKind::OrderNotPayable, "order_not_payable"),
        (ErrorKind::Declined(reason), "declined"),
        (ErrorKind::Duplicate, "duplicate"),
        (ErrorKind::RateLimited, "rate_limited"),
        (ErrorKind::NotSent, "not_sent"),
        (ErrorKind::Rejected, "rejected"),
        (ErrorKind::OutcomeUnknown, "outcome_unknown"),
        (ErrorKind::Unexpected, "unexpected"),
    ];
    for (kind, name) in names {
        assert_eq!(kind.as_str(), name);
    }
    assert_eq!(reason.as_str(), "insufficient_funds");
}
