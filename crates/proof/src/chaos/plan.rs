//! What happens to one order. It follows from the seed and the order's place alone.

use std::{ops::Range, time::Duration};

use bigcommerce_sandbox::{Endpoint, Fault, TransactionForm};
use fastrand::Rng;

use crate::faults::{self, FaultBounds};

/// What is to happen to one order.
#[derive(Clone, Debug)]
pub(crate) struct OrderPlan {
    /// The order's place in the run.
    pub(crate) index: u32,
    /// What it is paid with: one tender, or two where the first covers a part.
    pub(crate) tenders: Vec<Vec<AttemptPlan>>,
    /// What happens to the calls of the order to each endpoint, one after the other.
    pub(crate) faults: Vec<(Endpoint, Vec<Fault>)>,
    /// What the merchant does once a charge was made whose outcome its caller does not know.
    pub(crate) reversal: Option<Reversal>,
    /// How a pending payment ends.
    pub(crate) pending_succeeds: bool,
    /// Something odd among the order's transactions.
    pub(crate) odd_transaction: Option<OddTransaction>,
    /// Which fields the order's transactions have.
    pub(crate) transaction_form: TransactionForm,
}

/// One attempt to pay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptPlan {
    pub(crate) instrument: PlannedInstrument,
    pub(crate) conduct: AttemptConduct,
    /// The caller says what it expects to be charged.
    pub(crate) knows_amount: bool,
}

/// What an attempt pays with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlannedInstrument {
    /// A card, which is charged at once.
    Card(&'static str),
    /// A card whose payment is only authorized.
    AuthorizedCard(&'static str),
    /// The order's own gift certificate, which covers a part.
    GiftCertificate,
    /// The credit of the order's customer, which covers a part.
    StoreCredit,
}

/// How the caller goes about one attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttemptConduct {
    /// Waits for the answer.
    Wait,
    /// Waits, and charges again as long as `is_safe_to_retry()` says so, at most this often.
    Impatient { again: u8 },
    /// Drops the future after this time.
    Cancel { after: Duration },
    /// Drops the future this long after the charge was about to leave.
    CancelAfterSending { after: Duration },
    /// The caller's process is killed this long after it got the payment access token, while it
    /// charges if `charging`.
    Crash { charging: bool, after: Duration },
}

/// What the merchant does with a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reversal {
    Void,
    Refund,
    RefundOfAPart,
}

/// Something odd among an order's transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OddTransaction {
    /// It cannot be read, and may be anything: only a person can tell.
    Unreadable(&'static str),
    /// It can be read, and says nothing of a card's charge.
    Harmless(&'static str),
}

impl OddTransaction {
    pub(crate) fn json(self) -> &'static str {
        match self {
            Self::Unreadable(json) | Self::Harmless(json) => json,
        }
    }
}

/// After how many milliseconds late charges land: within the bound, with a part of it left for a
/// machine that is busy; and beyond it.
const LANDINGS: &[Range<u64>] = &[1..1_200, 3_500..4_500];

const APPROVED: &[&str] = &["4242424242424242", "5555555555554444", "4111111111111111"];
const DECLINED: &[&str] = &["4000000000000002", "4000000000009995", "4000000000000069"];
const PENDING: &str = "4000000000003220";

const UNREADABLE: &[&str] = &[
    "7",
    r#"{"id":7,"event":{"a":1},"status":"ok"}"#,
    r#"{"id":8,"method":"credit_card","amount":60.98,"currency":"USD","status":"ok"}"#,
    r#"{"event":"purchase","method":"credit_card","amount":1,"currency":"USD","gateway":"stripe","status":"ok","order_id":7.0}"#,
];

const HARMLESS: &[&str] = &[
    r#"{"id":900000007,"event":"purchase","method":"credit_card","amount":60.98,"currency":"USD","gateway":"stripe","status":"error","meta":[]}"#,
    r#"{"event":"purchase","method":"credit_card","amount":1,"currency":"USD","gateway":"stripe","status":"error","order_id":[],"date_created":null}"#,
];

impl OrderPlan {
    pub(crate) fn new(seed: u64, index: u32, payments_url: &str, beyond_bound: bool) -> Self {
        let mut chance = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut chance = Rng::with_seed(chance.u64(..) ^ u64::from(index));
        let tenders = match chance.u8(..10) {
            0 => vec![
                attempts(&mut chance, |_| PlannedInstrument::GiftCertificate),
                attempts(&mut chance, card),
            ],
            1 => vec![
                attempts(&mut chance, |_| PlannedInstrument::StoreCredit),
                attempts(&mut chance, card),
            ],
            _ => vec![attempts(&mut chance, card)],
        };
        let endpoints = [
            (Endpoint::CreateAccessToken, 25),
            (Endpoint::ProcessPayment, 50),
            (Endpoint::ListTransactions, 25),
        ];
        let struck = endpoints
            .into_iter()
            .filter(|(_, percent)| chance.u8(..100) < *percent)
            .collect::<Vec<_>>();
        let bounds = FaultBounds {
            most: 3,
            payments_url,
            landings: if beyond_bound {
                LANDINGS
            } else {
                &LANDINGS[..1]
            },
            clock_skew: -7200..7200,
        };
        let faults = struck
            .into_iter()
            .map(|(endpoint, _)| {
                let script = faults::script(&mut chance, endpoint, &bounds);
                (endpoint, script)
            })
            .collect();
        Self {
            index,
            tenders,
            faults,
            reversal: reversal(&mut chance),
            pending_succeeds: chance.u8(..4) > 0,
            odd_transaction: odd_transaction(&mut chance),
            transaction_form: match chance.u8(..20) {
                0 => TransactionForm::RequiredOnly,
                1 => TransactionForm::Nulls,
                _ => TransactionForm::Full,
            },
        }
    }

    pub(crate) fn pays_with(&self, instrument: PlannedInstrument) -> bool {
        let mut attempts = self.tenders.iter().flatten();
        attempts.any(|it| it.instrument == instrument)
    }

    /// Whether so many transactions of the order leave it open what happened: one cannot be read,
    /// or none says whether it went well.
    pub(crate) fn is_doubtful(&self, transactions: usize) -> bool {
        let says_too_little = self.transaction_form != TransactionForm::Full;
        matches!(self.odd_transaction, Some(OddTransaction::Unreadable(_)))
            || says_too_little && transactions > 0
    }
}

fn attempts(
    chance: &mut Rng,
    instrument: impl Fn(&mut Rng) -> PlannedInstrument,
) -> Vec<AttemptPlan> {
    (0..chance.usize(1..=3))
        .map(|_| AttemptPlan {
            instrument: instrument(chance),
            conduct: conduct(chance),
            knows_amount: chance.bool(),
        })
        .collect()
}

fn card(chance: &mut Rng) -> PlannedInstrument {
    let number = match chance.u8(..100) {
        0..80 => APPROVED[chance.usize(..APPROVED.len())],
        80..96 => DECLINED[chance.usize(..DECLINED.len())],
        _ => PENDING,
    };
    match chance.u8(..3) {
        0 => PlannedInstrument::AuthorizedCard(number),
        _ => PlannedInstrument::Card(number),
    }
}

fn conduct(chance: &mut Rng) -> AttemptConduct {
    // From a microsecond to some thirty milliseconds, each power of two as likely.
    let after = Duration::from_micros(1 << chance.u8(..16));
    match chance.u16(..1000) {
        0..400 => AttemptConduct::Wait,
        400..700 => AttemptConduct::Impatient {
            again: chance.u8(1..4),
        },
        700..850 => AttemptConduct::Cancel { after },
        850..997 => AttemptConduct::CancelAfterSending { after },
        _ => AttemptConduct::Crash {
            charging: chance.bool(),
            after,
        },
    }
}

fn reversal(chance: &mut Rng) -> Option<Reversal> {
    match chance.u8(..20) {
        0 => Some(Reversal::Void),
        1 => Some(Reversal::Refund),
        2 => Some(Reversal::RefundOfAPart),
        _ => None,
    }
}

fn odd_transaction(chance: &mut Rng) -> Option<OddTransaction> {
    let pick = |chance: &mut Rng, from: &[&'static str]| from[chance.usize(..from.len())];
    match chance.u8(..40) {
        0 => Some(OddTransaction::Unreadable(pick(chance, UNREADABLE))),
        1 => Some(OddTransaction::Harmless(pick(chance, HARMLESS))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::OrderPlan;

    #[test]
    fn the_same_seed_gives_the_same_plan_and_another_another() {
        let plan = |seed, index| {
            let plan = OrderPlan::new(seed, index, "http://127.0.0.1", false);
            format!("{plan:?}")
        };

        let of = |seed| (0..100).map(|index| plan(seed, index)).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
