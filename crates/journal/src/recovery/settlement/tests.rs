//! What becomes of an attempt, case by case: what is stored, what is seen, and when.

use serde_json::{Value, json};

use super::{Looked, Seen, settle};
use crate::{
    answer::{Evidence, StoredOutcome},
    attempt_state::AttemptState::{
        self, Charged, Claimed, Declined, Pending, Released, Reversed, Sending, Unknown,
    },
    database::AttemptRow,
    rules::{Rules, milliseconds},
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When nothing of an attempt can land any more that began at 0.
const OVER: i64 = HOUR + MINUTE;

fn rules(restored: bool) -> Rules {
    Rules {
        restored,
        ..Rules::default()
    }
}

/// An attempt that began at 0, and that is read at `now`.
fn row(state: AttemptState, outcome: Option<StoredOutcome>, now: i64) -> AttemptRow {
    let sent = state != Claimed;
    AttemptRow {
        attempt_id: "own".to_owned(),
        store_hash: "abc123".to_owned(),
        order_id: 215,
        idempotency_key: "one".to_owned(),
        payment_method_id: "stripe.card".to_owned(),
        instrument_type: "card".to_owned(),
        correlation_id: "call".to_owned(),
        further_tender: false,
        state,
        epoch: 2,
        owner: "a test".to_owned(),
        looks: 7,
        created_at: 0,
        sending_at: sent.then_some(0),
        token_expires_at: sent.then_some(HOUR),
        last_moment_to_send: sent.then_some(1000),
        finished_at: (!state.is_open()).then_some(OVER),
        outcome: outcome.map(|it| it.to_json()),
        attention: None,
        settled_by: None,
        settled_because: None,
        now,
    }
}

fn pending_receipt() -> StoredOutcome {
    StoredOutcome::Charge {
        transaction_id: "own-id".to_owned(),
        status: "pending".to_owned(),
        transaction_type: None,
        evidence: Evidence::Receipt,
    }
}

fn tender(state: &str, id: &str, method: &str) -> Value {
    let status = if state == "failed" { "error" } else { "ok" };
    let charge = json!({
        "event": "purchase", "status": status, "amount": "60.98", "currency": "USD",
        "method": method, "gateway_transaction_id": id,
    });
    json!({"state": state, "amounts": null, "transactions": [charge]})
}

/// A look-up with this status, of an order that holds these charges.
fn saw(mut status: Value, own: Option<Value>, tenders: &[Value]) -> Looked {
    if let Some(own) = own {
        status["tender"] = own;
    }
    let order = json!({
        "order": 215, "tenders": tenders, "unmatched": [], "unreadable": [], "complete": true,
        "totals": [],
    });
    let lookup = json!({"status": status, "is_final": false, "order": order});
    Looked {
        seen: Seen::LookUp(Box::new(serde_json::from_value(lookup).unwrap())),
        others: Vec::new(),
    }
}

fn saw_nothing(tenders: &[Value]) -> Looked {
    let status = json!({"status": "nothing_seen", "after": {"secs": 9, "nanos": 0}});
    saw(status, None, tenders)
}

fn saw_tender(status: &str, state: &str, id: &str) -> Looked {
    let own = tender(state, id, "credit_card");
    let tenders = [own.clone()];
    saw(json!({"status": status}), Some(own), &tenders)
}

fn failed() -> Looked {
    Looked {
        seen: Seen::Failed("404".to_owned()),
        others: Vec::new(),
    }
}

/// The state that comes of it, and whether a person has to see it.
fn judged(row: &AttemptRow, looked: &Looked) -> (AttemptState, bool) {
    let settlement = settle(row, looked, &rules(false));
    let found = settlement.found();
    (found.state, found.attention.is_some())
}

#[test]
fn an_order_is_set_free_only_by_what_decides() {
    let unknown = || row(Unknown, None, OVER);
    let pending = || row(Pending, Some(pending_receipt()), OVER);
    let foreign = tender("captured", "foreign", "credit_card");
    let certificate = tender("captured", "foreign", "gift_certificate");
    let deciding = tender("pending", "foreign", "credit_card");
    let table = [
        // Nothing is decided as long as it may land.
        (
            row(Sending, None, OVER - 1),
            saw_nothing(&[]),
            Unknown,
            false,
        ),
        (row(Sending, None, OVER), saw_nothing(&[]), Released, false),
        // A failure that need not be its own frees the order as nothing does.
        (
            unknown(),
            saw_tender("declined", "failed", "foreign"),
            Released,
            false,
        ),
        (
            unknown(),
            saw_tender("charged_and_reversed", "reversed", "x"),
            Reversed,
            false,
        ),
        // A payment that is known to be pending ends by what is shown of it, and not else.
        (pending(), saw_nothing(&[]), Pending, true),
        (
            pending(),
            saw_tender("declined", "failed", "foreign"),
            Pending,
            true,
        ),
        (
            pending(),
            saw_tender("charged_and_reversed", "reversed", "x"),
            Pending,
            true,
        ),
        (
            pending(),
            saw_tender("declined", "failed", "own-id"),
            Declined,
            false,
        ),
        (
            pending(),
            saw_tender("charged_and_reversed", "reversed", "own-id"),
            Reversed,
            false,
        ),
        (
            pending(),
            saw_tender("charged", "captured", "foreign"),
            Charged,
            false,
        ),
        // A charge that nobody has made may be this one's after all.
        (unknown(), saw_nothing(&[foreign]), Unknown, true),
        (unknown(), saw_nothing(&[deciding]), Unknown, true),
        (unknown(), saw_nothing(&[certificate]), Released, false),
        // What fails for good, or lasts for long, is for a person.
        (row(Unknown, None, OVER - 1), failed(), Unknown, false),
        (unknown(), failed(), Unknown, true),
        (
            row(Unknown, None, DAY - 1),
            saw_tender("pending", "pending", "x"),
            Pending,
            false,
        ),
        (
            row(Unknown, None, DAY),
            saw_tender("pending", "pending", "x"),
            Pending,
            true,
        ),
    ];
    for (case, (row, looked, state, person)) in table.iter().enumerate() {
        assert_eq!(judged(row, looked), (*state, *person), "case {case}");
    }
}

#[test]
fn after_its_release_a_person_sees_what_nobody_has_made_and_what_fails_for_long() {
    let foreign = tender("captured", "foreign", "credit_card");
    let table = [
        (
            row(Released, None, OVER + HOUR),
            saw_nothing(&[foreign]),
            Released,
            true,
        ),
        (
            row(Released, None, OVER + HOUR),
            saw_nothing(&[]),
            Released,
            false,
        ),
        // Its receipt said that it is pending: what was given back need not be its own.
        (
            row(Released, Some(pending_receipt()), OVER + HOUR),
            saw_tender("charged_and_reversed", "reversed", "x"),
            Released,
            true,
        ),
        (
            row(Released, Some(pending_receipt()), OVER + HOUR),
            saw_tender("charged_and_reversed", "reversed", "own-id"),
            Reversed,
            true,
        ),
        (
            row(Released, None, OVER + 2 * DAY - 1),
            failed(),
            Released,
            false,
        ),
        (
            row(Released, None, OVER + 2 * DAY),
            failed(),
            Released,
            true,
        ),
    ];
    for (case, (row, looked, state, person)) in table.iter().enumerate() {
        assert_eq!(judged(row, looked), (*state, *person), "case {case}");
    }
}

/// Its receipt came when the order was free, and others had been charged.
#[test]
fn what_is_charged_beside_a_later_attempt_goes_to_a_person() {
    for (created_at, person) in [(-1, false), (1, true)] {
        for (status, state, found) in [
            ("charged", "captured", Charged),
            ("pending", "pending", Pending),
        ] {
            let mut looked = saw_tender(status, state, "own-id");
            looked.others.push(AttemptRow {
                created_at,
                ..row(Charged, None, OVER)
            });
            let pending = row(Pending, Some(pending_receipt()), OVER);
            assert_eq!(judged(&pending, &looked), (found, person), "{created_at}");
        }
    }
}

#[test]
fn the_looks_after_a_release_count_from_it() {
    let table = [
        (0, Some(HOUR)),
        (5 * MINUTE, Some(55 * MINUTE)),
        (HOUR, Some(23 * HOUR)),
        (2 * HOUR, Some(22 * HOUR)),
        (DAY, None),
    ];
    for (after, due) in table {
        let row = row(Released, None, OVER + after);
        let settlement = settle(&row, &saw_nothing(&[]), &rules(false));
        assert_eq!(settlement.found().due_in_ms, due, "{after}");
    }
}

#[test]
fn a_claim_in_a_restored_journal_blocks_its_order_as_long_as_a_charge_of_it_may_land() {
    let rules = rules(true);
    let over = milliseconds(rules.longest_try() + rules.settle);
    let table = [(HOUR, Unknown), (over - 1, Unknown), (over, Released)];
    for (now, state) in table {
        let row = row(Claimed, None, now);
        assert!(!row.never_left(&rules));
        let settlement = settle(&row, &saw_nothing(&[]), &rules);
        assert_eq!(settlement.found().state, state, "{now}");
    }
}
