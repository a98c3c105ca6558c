//! Histories of transactions, with the answer for the attempt and for the order.
//!
//! The facade's own test gives them to the rules, and the tests over real sockets serve them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What an order of 100.00 USD went through, and what a look-up of one attempt says.
pub(crate) struct History {
    pub(crate) name: &'static str,
    /// Words such as `gift_certificate`, `expects=60.00`, `own=7`, `other=1` and `sent=5`, the
    /// seconds since it was sent: a day, unless they say.
    attempt: &'static str,
    /// `id event status amount`, where `-` is absent, and fields such as `ref=1`; or raw JSON.
    transactions: &'static [&'static str],
    /// The status, and the id of the charge or the reason.
    status: &'static str,
    is_final: bool,
    /// What is owed of 100.00 USD; `?` where that is not known.
    owed: &'static str,
}

const FINAL: bool = true;
const OPEN: bool = false;

macro_rules! histories {
    ($($name:literal: $attempt:literal, [$($item:literal),*] => $status:literal, $is_final:ident, $owed:literal;)+) => {
        pub(crate) const HISTORIES: &[History] = &[$(History {
            name: $name,
            attempt: $attempt,
            transactions: &[$($item),*],
            status: $status,
            is_final: $is_final,
            owed: $owed,
        }),+];
    };
}

#[rustfmt::skip]
histories! {
    // One charge
    "nothing": "", [] => "nothing_seen", FINAL, "100.00";
    "nothing yet": "sent=5", [] => "nothing_seen", OPEN, "100.00";
    "a purchase": "", ["1 purchase ok 100.00"] => "charged 1", FINAL, "0.00";
    "a purchase, just sent": "sent=5", ["1 purchase ok 100.00"] => "charged 1", FINAL, "0.00";
    "an authorization": "", ["1 authorization ok 100.00"] => "charged 1", FINAL, "0.00";
    "an authorization that was captured": "", ["1 authorization ok 100.00", "2 capture ok 100.00 ref=1"] => "charged 1", FINAL, "0.00";
    "captured without a reference": "", ["1 authorization ok 100.00", "2 capture ok 100.00"] => "charged 1", FINAL, "0.00";
    "captured in part": "", ["1 authorization ok 100.00", "2 capture ok 60.00 ref=1"] => "charged 1", FINAL, "40.00";
    "captured in part, and the rest released": "", ["1 authorization ok 100.00", "2 capture ok 50.00 ref=1", "3 void ok 50.00 ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "captured in part, and released without an amount": "", ["1 authorization ok 100.00", "2 capture ok 60.00 ref=1", "3 void ok - ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "captured in part, and all of that refunded": "", ["1 authorization ok 100.00", "2 capture ok 60.00 ref=1", "3 refund ok 60.00 ref=2"] => "cannot_tell unclear_transaction", OPEN, "?";
    "captured in part, and all of it voided": "", ["1 authorization ok 100.00", "2 capture ok 60.00 ref=1", "3 void ok 100.00 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "a capture beside the purchase": "", ["1 purchase ok 50.00", "2 capture ok 50.00 ref=1"] => "charged 1", FINAL, "?";
    "a capture beside the purchase, without a reference": "", ["1 purchase ok 50.00", "2 capture ok 50.00"] => "charged 1", FINAL, "?";
    "a capture of more than was reserved": "", ["1 authorization ok 50.00", "2 capture ok 60.00"] => "charged 1", FINAL, "?";
    "a purchase that refers to another": "", ["1 authorization ok 50.00", "2 purchase ok 50.00 ref=1"] => "charged 2", FINAL, "?";
    "a settlement that failed after the purchase": "", ["1 purchase ok 100.00", "2 settled error 100.00 ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "a settlement that failed before it went well": "", ["1 purchase ok 100.00", "2 settled error 100.00 ref=1", "3 settled ok 100.00 ref=1"] => "charged 1", FINAL, "0.00";
    "a capture that failed": "", ["1 authorization ok 100.00", "2 capture error 100.00 ref=1"] => "charged 1", FINAL, "0.00";
    "only a capture": "", ["2 capture ok 100.00"] => "charged 2", FINAL, "0.00";
    "only a settlement": "", ["2 settled ok 100.00"] => "charged 2", FINAL, "0.00";
    "newest first": "", ["2 capture ok 100.00 ref=1", "1 authorization ok 100.00"] => "charged 1", FINAL, "0.00";
    "a decline": "", ["1 purchase error 100.00"] => "declined 1", FINAL, "100.00";
    "a decline, which may be another attempt's": "sent=5", ["1 purchase error 100.00"] => "declined 1", OPEN, "100.00";
    "a decline that is known as this attempt's": "sent=5 own=1", ["1 purchase error 100.00"] => "declined 1", FINAL, "100.00";
    "a decline and then a purchase": "", ["1 purchase error 100.00", "2 purchase ok 100.00"] => "charged 2", FINAL, "0.00";

    // Reversed
    "voided": "", ["1 authorization ok 100.00", "2 void ok 100.00 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "voided, of no amount": "", ["1 authorization ok 100.00", "2 void ok - ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "voided, of zero": "", ["1 authorization ok 100.00", "2 void ok 0 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "voided without a reference": "", ["1 authorization ok 100.00", "2 void ok 100.00"] => "charged_and_reversed 1", FINAL, "100.00";
    "a void that failed": "", ["1 authorization ok 100.00", "2 void error 100.00 ref=1"] => "charged 1", FINAL, "0.00";
    "a void of a part": "", ["1 authorization ok 100.00", "2 void ok 40.00 ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "a void of how much of what nobody knows": "", ["1 authorization ok -", "2 void ok 40.00 ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "refunded more than was charged": "", ["1 purchase ok 100.00", "2 refund ok 150.00 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "refunded": "", ["1 purchase ok 100.00", "2 refund ok 100.00 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "refunded, just sent": "sent=5", ["1 purchase ok 100.00", "2 refund ok 100.00 ref=1"] => "charged_and_reversed 1", OPEN, "100.00";
    "refunded by its capture": "", ["1 authorization ok 100.00", "2 capture ok 100.00 ref=1", "3 refund ok 100.00 ref=2"] => "charged_and_reversed 1", FINAL, "100.00";
    "refunded without a reference": "", ["1 purchase ok 100.00", "2 refund ok 100.00"] => "charged_and_reversed 1", FINAL, "100.00";
    "refunded in part": "", ["1 purchase ok 100.00", "2 refund ok 30.00 ref=1"] => "charged 1", FINAL, "30.00";
    "refunded in two parts": "", ["1 purchase ok 100.00", "2 refund ok 30.00 ref=1", "3 refund ok 70.00 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "a refund of no amount": "", ["1 purchase ok 100.00", "2 refund ok - ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "a refund that does not say whether it went well": "", ["1 purchase ok 100.00", "2 refund - 100.00 ref=1"] => "cannot_tell unclear_transaction", OPEN, "?";
    "a refund of one of two charges": "", ["1 purchase ok 60.00", "2 purchase ok 40.00", "3 refund ok 40.00"] => "cannot_tell unmatched_reversal", OPEN, "?";
    "a refund of more than was charged": "", ["1 purchase ok 60.00", "3 refund ok 70.00"] => "cannot_tell unmatched_reversal", OPEN, "?";
    "a refund of nothing": "", ["3 refund ok 100.00"] => "cannot_tell unmatched_reversal", OPEN, "?";
    "a reference to what is not there": "", ["1 purchase ok 100.00", "2 refund ok 100.00 ref=9"] => "cannot_tell unmatched_reversal", OPEN, "?";
    "reversed, and paid again": "", ["1 purchase ok 100.00", "2 refund ok 100.00 ref=1", "3 purchase ok 100.00"] => "charged 3", FINAL, "0.00";

    // Split
    "a gift certificate paid a part, and the card is unknown": "", ["1 purchase ok 10.00 method=gift_certificate"] => "nothing_seen", FINAL, "90.00";
    "the gift certificate itself": "gift_certificate expects=100.00", ["1 purchase ok 10.00 method=gift_certificate"] => "charged 1", FINAL, "90.00";
    "store credit paid a part": "", ["1 purchase ok 25.50 method=store_credit"] => "nothing_seen", FINAL, "74.50";
    "both tenders": "expects=90.00", ["1 purchase ok 10.00 method=gift_certificate", "2 purchase ok 90.00"] => "charged 2", FINAL, "0.00";
    "both tenders, and the card refunded": "", ["1 purchase ok 10.00 method=gift_certificate", "2 purchase ok 90.00", "3 refund ok 90.00 ref=2"] => "charged_and_reversed 2", FINAL, "90.00";
    "both tenders, and the certificate voided": "", ["1 purchase ok 10.00 method=gift_certificate", "2 purchase ok 90.00", "3 void ok 10.00 ref=1"] => "charged 2", FINAL, "10.00";
    "a certificate, and a capture by card": "", ["1 purchase ok 10.00 method=gift_certificate", "2 capture ok 90.00"] => "charged 2", FINAL, "0.00";
    "a method of which nobody knows": "", ["1 purchase ok 100.00 method=barter"] => "charged 1", FINAL, "0.00";
    "a method that is not told": "gift_certificate", ["1 purchase ok 100.00 method=-"] => "charged 1", FINAL, "0.00";
    "a currency of its own": "", ["1 purchase ok 100.00 currency=EUR"] => "charged 1", FINAL, "?";

    // Amounts
    "another amount than expected": "expects=90.00", ["1 purchase ok 100.00"] => "cannot_tell amount_differs", OPEN, "0.00";
    "another amount, given back": "expects=90.00", ["1 purchase ok 100.00", "2 refund ok 100.00 ref=1"] => "cannot_tell amount_differs", OPEN, "100.00";
    "the expected one of two": "expects=60.00", ["1 purchase ok 60.00", "2 purchase ok 40.00"] => "charged 1", FINAL, "0.00";
    "the same amount with other zeros": "expects=100", ["1 purchase ok 100.000"] => "charged 1", FINAL, "0.000";
    "no amount": "expects=90.00", ["1 purchase ok -"] => "charged 1", FINAL, "?";
    "an absurd amount": "", ["1 purchase ok 1e300"] => "charged 1", FINAL, "?";
    "a negative amount": "", ["1 purchase ok -5"] => "charged 1", FINAL, "?";

    // Two attempts
    "another attempt's purchase": "other=1", ["1 purchase ok 100.00"] => "nothing_seen", FINAL, "0.00";
    "another attempt's purchase, by the gateway": "other=g1", ["1 purchase ok 100.00 gateway_transaction_id=g1"] => "nothing_seen", FINAL, "0.00";
    "two attempts, one known": "other=1", ["1 purchase ok 60.00", "2 purchase ok 40.00"] => "charged 2", FINAL, "0.00";
    "a purchase that refers to another attempt's": "other=1", ["1 purchase error 100.00", "2 purchase ok 100.00 ref=1"] => "charged 2", FINAL, "0.00";
    "the own of two": "own=2", ["1 purchase ok 60.00", "2 purchase error 40.00"] => "declined 2", FINAL, "40.00";
    "another attempt's authorization, and a capture of nobody knows what": "other=1", ["1 authorization ok 100.00", "2 capture ok 100.00"] => "cannot_tell unclear_transaction", OPEN, "0.00";
    "another attempt's authorization, and its capture": "other=1", ["1 authorization ok 100.00", "2 capture ok 100.00 ref=1"] => "nothing_seen", FINAL, "0.00";
    "another attempt's purchase, and a capture of nobody knows what": "other=1", ["1 purchase ok 50.00", "2 capture ok 50.00"] => "cannot_tell unclear_transaction", OPEN, "?";
    "from before the attempt, and a capture of nobody knows what": "", ["1 authorization ok 100.00 at=-301", "2 capture ok 100.00 at=3"] => "cannot_tell unclear_transaction", OPEN, "0.00";
    "an id with a fraction": "other=1", ["1.0 purchase ok 100.00"] => "nothing_seen", FINAL, "0.00";
    "from before the attempt": "", ["1 purchase ok 100.00 at=-301"] => "nothing_seen", FINAL, "0.00";
    "from before, within what clocks differ by": "", ["1 purchase ok 100.00 at=-299"] => "charged 1", FINAL, "0.00";
    "from the future": "", ["1 purchase ok 100.00 at=86400"] => "charged 1", FINAL, "0.00";
    "landed late": "", ["1 purchase ok 100.00 at=3600"] => "charged 1", FINAL, "0.00";

    // Pending
    "pending": "", ["1 pending ok 100.00"] => "pending 1", OPEN, "100.00";
    "a pending purchase": "", ["1 pending - 100.00"] => "pending 1", OPEN, "100.00";
    "pending, then a purchase": "", ["1 pending ok 100.00", "2 purchase ok 100.00 ref=1"] => "charged 2", FINAL, "0.00";
    "pending, then a purchase of its own": "", ["1 pending ok 100.00", "2 purchase ok 100.00"] => "charged 2", FINAL, "0.00";
    "pending, then settled": "", ["1 pending ok 100.00 gateway_transaction_id=g1", "2 settled ok 100.00 gateway_transaction_id=g1"] => "charged 2", FINAL, "0.00";
    "pending, then failed": "", ["1 pending ok 100.00", "2 purchase error 100.00 ref=1"] => "declined 2", FINAL, "100.00";
    "pending, then a settlement that failed": "", ["1 pending ok 100.00", "2 settled error 100.00"] => "declined 2", FINAL, "100.00";
    "pending, then a failure of nobody knows what": "", ["1 pending ok 100.00", "2 purchase error 100.00"] => "cannot_tell pending_may_have_failed", OPEN, "100.00";
    "an earlier failure, then pending": "", ["1 purchase error 100.00 at=0", "2 pending ok 100.00 at=9"] => "pending 2", OPEN, "100.00";
    "this attempt's pending": "own=1", ["1 pending ok 100.00", "2 purchase error 100.00"] => "pending 1", OPEN, "100.00";
    "pending, then voided": "", ["1 pending ok 100.00", "2 void ok 100.00 ref=1"] => "charged_and_reversed 1", FINAL, "100.00";
    "pending, then voided without a reference": "", ["1 pending ok 100.00", "2 void ok 100.00"] => "charged_and_reversed 1", FINAL, "100.00";
    "pending, then something that does not say how it ended": "", ["- pending - 100.00", "- authorization - 100.00"] => "cannot_tell unclear_transaction", OPEN, "?";
    "a pending that failed": "", ["1 pending error 100.00"] => "declined 1", FINAL, "100.00";

    // What cannot be read or understood
    "no object": "", ["1 purchase ok 100.00", "null"] => "cannot_tell unreadable_item", OPEN, "?";
    "only an unreadable item": "", ["[]"] => "cannot_tell unreadable_item", OPEN, "?";
    "no event": "", ["1 - ok 100.00"] => "cannot_tell unreadable_item", OPEN, "?";
    "of another order": "", ["1 purchase ok 100.00 order_id=9"] => "cannot_tell unreadable_item", OPEN, "?";
    "no id": "", ["- purchase ok 100.00"] => "charged -", FINAL, "0.00";
    "two without an id": "", ["- purchase ok 60.00", "- purchase ok 40.00"] => "charged -", FINAL, "0.00";
    "twice the same": "", ["1 purchase ok 100.00", "1 purchase ok 100.00"] => "charged 1", FINAL, "0.00";
    "two with one id": "", ["1 purchase error 100.00", "1 purchase ok 100.00"] => "charged 1", FINAL, "0.00";
    "no status": "", ["1 purchase - 100.00"] => "cannot_tell unclear_transaction", OPEN, "?";
    "a status of which nobody knows": "", ["1 purchase marvellous 100.00"] => "cannot_tell unclear_transaction", OPEN, "?";
    "an event of which nobody knows": "", ["1 purchase ok 100.00", "2 chargeback ok 100.00"] => "cannot_tell unclear_transaction", OPEN, "?";
    "one that failed": "", ["1 purchase ok 100.00", "2 chargeback error 100.00"] => "charged 1", FINAL, "0.00";
    "references in a circle": "", ["1 capture ok 60.00 ref=2", "2 capture ok 40.00 ref=1"] => "charged 2", FINAL, "0.00";
}

impl History {
    /// The attempt, as JSON. It began at the epoch of the test's clock, 2026-11-21T12:00:00Z.
    pub(crate) fn attempt(&self, store_hash: &str, order: u32, sent_at: &str) -> Value {
        let mut attempt = json!({
            "store_hash": store_hash,
            "order": order,
            "payment_method_id": "stripe.card",
            "instrument_type": "card",
            "correlation_id": "c",
            "began_at": "2026-11-21T12:00:00Z",
            "sent_at": sent_at,
        });
        for word in self.attempt.split_whitespace() {
            match word.split_once('=') {
                Some(("expects", amount)) => {
                    attempt["expected"] = json!({"amount": amount, "currency": "USD"});
                }
                Some(("own", id)) => attempt["transaction_id"] = json!(id),
                Some(("other", id)) => attempt["other_transaction_ids"] = json!([id]),
                Some(_) => {}
                None => attempt["instrument_type"] = json!(word),
            }
        }
        attempt
    }

    /// Seconds since the attempt was sent.
    pub(crate) fn sent_before(&self) -> u64 {
        let mut words = self.attempt.split_whitespace();
        let sent = words.find_map(|word| word.strip_prefix("sent="));
        sent.map_or(86_400, |seconds| seconds.parse().unwrap())
    }

    /// The transactions, as JSON texts.
    pub(crate) fn items(&self) -> Vec<String> {
        self.transactions.iter().map(|it| item(it)).collect()
    }

    /// What is wrong with the answer, as JSON, and with what it says is owed.
    pub(crate) fn wrong(&self, answer: &Value, owed: Option<String>) -> Option<String> {
        let status = &answer["status"];
        let mut told = status["status"].as_str().unwrap().to_owned();
        if let Some(reason) = status["reason"].as_str() {
            told = format!("{told} {reason}");
        }
        if status["tender"].is_object() {
            told = format!("{told} {}", charge(&status["tender"]));
        }
        let owed = owed.unwrap_or_else(|| "?".to_owned());
        let told = (told.as_str(), answer["is_final"].as_bool(), owed.as_str());
        let expected = (self.status, Some(self.is_final), self.owed);
        (told != expected).then(|| format!("{}: {told:?}, not {expected:?}", self.name))
    }
}

/// The id of the transaction that went well, or else of the last.
fn charge(tender: &Value) -> String {
    let transactions = tender["transactions"].as_array().unwrap();
    let is_charge = |it: &&Value| {
        let event = it["event"].as_str().unwrap();
        ["purchase", "authorization", "capture", "settled"].contains(&event)
    };
    let mut charges: Vec<_> = transactions.iter().filter(is_charge).collect();
    charges.sort_by_key(|it| (it["status"] != "ok", it["event"] == "capture"));
    let charge = charges.first().copied().unwrap_or(&transactions[0]);
    charge["id"]
        .as_i64()
        .map_or("-".to_owned(), |id| id.to_string())
}

/// Amounts stay as they are written.
fn item(words: &str) -> String {
    if !words.contains(' ') {
        return words.to_owned();
    }
    let quoted = |text: &str| json!(text).to_string();
    let mut fields = BTreeMap::from([
        ("currency", quoted("USD")),
        ("method", quoted("credit_card")),
        ("gateway", quoted("stripe")),
    ]);
    let mut words = words.split_whitespace();
    for name in ["id", "event", "status", "amount"] {
        match words.next().unwrap() {
            "-" => None,
            number if ["id", "amount"].contains(&name) => fields.insert(name, number.to_owned()),
            text => fields.insert(name, quoted(text)),
        };
    }
    for word in words {
        match word.split_once('=').unwrap() {
            ("ref", id) => fields.insert("reference_transaction_id", id.to_owned()),
            ("at", seconds) => fields.insert("date_created", quoted(&at(seconds.parse().unwrap()))),
            (name, "-") => fields.remove(name),
            (name, value) => fields.insert(name, quoted(value)),
        };
    }
    let fields = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// So many seconds after the attempt began.
fn at(seconds: i64) -> String {
    let time = 12 * 3600 + seconds;
    let (day, time) = (21 + time.div_euclid(86_400), time.rem_euclid(86_400));
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
