//! What happens to one order. It follows from the seed and the order's place alone.

use std::time::Duration;

use bigcommerce_sandbox::{Endpoint, Fault};
use fastrand::Rng;

use crate::{
    faults::{self, FaultBounds},
    fleet::rules::{CLOCK_SKEW, LANDINGS},
};

/// What is to happen to one order.
#[derive(Clone, Debug)]
pub(crate) struct OrderPlan {
    /// The order's place in the run.
    pub(crate) index: u32,
    /// The callers that want it paid, all at once.
    pub(crate) clicks: Vec<ClickPlan>,
    /// The cards of its keys, by their number.
    pub(crate) cards: [&'static str; KEYS],
    /// Whether all keys name one payment method, so that a look-up cannot tell them apart by it.
    pub(crate) shares_method: bool,
    pub(crate) tenders: Tenders,
    /// Whether its payments are only authorized.
    pub(crate) authorizes: bool,
    /// What happens to the calls of the order to each endpoint, one after the other.
    pub(crate) faults: Vec<(Endpoint, Vec<Fault>)>,
    /// What becomes of its pending payments.
    pub(crate) pending: PendingPlan,
    /// Whether the merchant voids a charge whose outcome its caller does not know.
    pub(crate) is_voided: bool,
    /// What a caller asks once it was answered.
    pub(crate) afterwards: Option<Afterwards>,
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tenders {
    /// By one card.
    One,
    /// By one card, and each that is tried is declared as a further tender.
    Further,
    /// A gift certificate covers a part, and a card the rest.
    Split,
}

/// What becomes of the payments of an order that are first pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PendingPlan {
    /// They go well as soon as somebody asks.
    AtOnce,
    /// They go well long after their token has expired.
    LateSuccess,
    /// They fail as late.
    LateFailure,
}

/// One caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClickPlan {
    /// The number of its key.
    pub(crate) key: usize,
    pub(crate) after: Duration,
    /// Drops the future of its first charge.
    pub(crate) drops_after: Option<Duration>,
    /// Draws the processes that it asks.
    pub(crate) seed: u64,
}

/// What a caller asks once it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// The same again.
    TheSame,
    /// The same key with another payment method.
    OtherMethod,
}

/// Keys of an order, before any was declined.
pub(crate) const KEYS: usize = 3;

const APPROVED: &[&str] = &["4242424242424242", "5555555555554444", "4111111111111111"];
const DECLINED: &[&str] = &["4000000000000002", "4000000000009995", "4000000000000069"];
const PENDING: &str = "4000000000003220";

/// The card that is taken after one was declined.
pub(crate) const GOOD_CARD: &str = APPROVED[0];

impl OrderPlan {
    /// Where it may wait long for its place, its charges land at once or soon: the bound counts from
    /// when its token was made.
    pub(crate) fn new(seed: u64, index: u32, payments_url: &str, waits_long: bool) -> Self {
        let mut chance = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut chance = Rng::with_seed(chance.u64(..) ^ u64::from(index));
        let bounds = FaultBounds {
            most: 2,
            payments_url,
            landings: if waits_long { &LANDINGS[..1] } else { LANDINGS },
            clock_skew: CLOCK_SKEW,
        };
        let struck = [
            (Endpoint::CreateAccessToken, 10),
            (Endpoint::ProcessPayment, 30),
            (Endpoint::ListTransactions, 20),
        ]
        .into_iter()
        .filter(|(_, percent)| chance.u8(..100) < *percent)
        .collect::<Vec<_>>();
        let tenders = match chance.u8(..8) {
            0 => Tenders::Split,
            1 => Tenders::Further,
            _ => Tenders::One,
        };
        let script = |endpoint, chance: &mut Rng| faults::script(chance, endpoint, &bounds);
        let mut plan = Self {
            index,
            faults: struck
                .into_iter()
                .map(|(endpoint, _)| (endpoint, script(endpoint, &mut chance)))
                .collect(),
            clicks: clicks(&mut chance),
            cards: [(); KEYS].map(|()| card(&mut chance)),
            shares_method: chance.bool(),
            tenders,
            authorizes: chance.u8(..4) == 0,
            is_voided: tenders != Tenders::Split && chance.u8(..20) == 0,
            afterwards: match chance.u8(..20) {
                0 | 1 => Some(Afterwards::TheSame),
                2 => Some(Afterwards::OtherMethod),
                _ => None,
            },
            pending: [
                PendingPlan::AtOnce,
                PendingPlan::LateSuccess,
                PendingPlan::LateFailure,
            ][chance.usize(..3)],
        };
        // The service does not show the id of a receipt: where what was pending by it is voided
        // before it is looked at, a person decides.
        plan.is_voided &= !plan.cards.contains(&PENDING);
        plan
    }
}

fn clicks(chance: &mut Rng) -> Vec<ClickPlan> {
    (0..[1, 1, 2, 2, 3][chance.usize(..5)])
        .map(|_| ClickPlan {
            key: chance.usize(..KEYS) * chance.usize(..2),
            // From a microsecond to some thirty milliseconds, each power of two as likely.
            after: Duration::from_micros(1 << chance.u8(..16)),
            drops_after: (chance.u8(..10) == 0)
                .then(|| Duration::from_micros(1 << chance.u8(8..18))),
            seed: chance.u64(..),
        })
        .collect()
}

fn card(chance: &mut Rng) -> &'static str {
    match chance.u8(..100) {
        0..83 => APPROVED[chance.usize(..APPROVED.len())],
        83..95 => DECLINED[chance.usize(..DECLINED.len())],
        _ => PENDING,
    }
}

#[cfg(test)]
mod tests {
    use super::OrderPlan;

    #[test]
    fn the_same_seed_gives_the_same_plan_and_another_another() {
        let plan = |seed, index| {
            format!(
                "{:?}",
                OrderPlan::new(seed, index, "http://127.0.0.1", false)
            )
        };

        let of = |seed| (0..100).map(|index| plan(seed, index)).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
