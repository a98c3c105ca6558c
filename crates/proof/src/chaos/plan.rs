//! What happens to one order. It follows from the seed and the order's place alone.

use std::time::Duration;

use bigcommerce_sandbox::{Endpoint, Fault, When};
use fastrand::Rng;

/// What is to happen to one order.
#[derive(Clone, Debug)]
pub(crate) struct OrderPlan {
    pub(crate) card: &'static str,
    pub(crate) method: &'static str,
    /// What happens to the calls of the order to each endpoint, one after the other.
    pub(crate) faults: Vec<(Endpoint, Vec<Fault>)>,
    /// What the caller does on each attempt, in order.
    pub(crate) attempts: Vec<Attempt>,
}

/// How the caller goes about one attempt to charge.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attempt {
    /// Waits for the answer.
    Wait,
    /// Waits, and charges again as long as `is_safe_to_retry()` says so, at most this often.
    Impatient { again: u8 },
    /// Drops the future after this time.
    Cancel { after: Duration },
    /// The caller's process is killed this long after it got the payment access token, while it
    /// charges if `charging`.
    Crash { charging: bool, after: Duration },
}

const APPROVED: &[&str] = &["4242424242424242", "5555555555554444", "4111111111111111"];
const DECLINED: &[&str] = &["4000000000000002", "4000000000009995", "4000000000000069"];
const PENDING: &str = "4000000000003220";

impl OrderPlan {
    pub(crate) fn new(seed: u64, index: u32, payments_url: &str) -> Self {
        let mut chance = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut chance = Rng::with_seed(chance.u64(..) ^ u64::from(index));
        let roll = chance.u8(..100);
        let card = match roll {
            0..80 => pick(&mut chance, APPROVED),
            80..98 => pick(&mut chance, DECLINED),
            _ => PENDING,
        };
        let method = pick(
            &mut chance,
            &["stripe.card", "stripe.card", "authorizenet.card"],
        );
        let endpoints = [
            (Endpoint::CreateAccessToken, 25),
            (Endpoint::ProcessPayment, 50),
            (Endpoint::ListTransactions, 25),
        ];
        let faults = endpoints
            .into_iter()
            .filter(|(_, percent)| chance.u8(..100) < *percent)
            .collect::<Vec<_>>();
        let faults = faults
            .into_iter()
            .map(|(endpoint, _)| (endpoint, script(&mut chance, payments_url)))
            .collect();
        let attempts = (0..chance.usize(1..=3))
            .map(|_| one_attempt(&mut chance))
            .collect();
        Self {
            card,
            method,
            faults,
            attempts,
        }
    }
}

fn pick(chance: &mut Rng, choices: &[&'static str]) -> &'static str {
    choices[chance.usize(..choices.len())]
}

fn one_attempt(chance: &mut Rng) -> Attempt {
    // From a microsecond to some thirty milliseconds, each power of two as likely.
    let after = Duration::from_micros(1 << chance.u8(..16));
    match chance.u16(..1000) {
        0..400 => Attempt::Wait,
        400..700 => Attempt::Impatient {
            again: chance.u8(1..4),
        },
        700..995 => Attempt::Cancel { after },
        _ => Attempt::Crash {
            charging: chance.bool(),
            after,
        },
    }
}

/// One to three faults, with calls that go through between them.
fn script(chance: &mut Rng, payments_url: &str) -> Vec<Fault> {
    (0..chance.usize(1..=3))
        .map(|_| {
            if chance.u8(..4) == 0 {
                Fault::Pass
            } else {
                fault(chance, payments_url)
            }
        })
        .collect()
}

/// Every fault that can strike one call; that no connection can be made strikes a whole host.
fn fault(chance: &mut Rng, payments_url: &str) -> Fault {
    let when = if chance.bool() {
        When::Before
    } else {
        When::After
    };
    let status = |chance: &mut Rng| [500, 502, 503, 504][chance.usize(..4)];
    match chance.u8(..20) {
        0 | 1 => Fault::delay(chance.u64(1..400), when),
        2 => Fault::ResetBeforeReading,
        3 | 4 => Fault::reset(when),
        5 => Fault::Hang { when },
        6 => Fault::Truncate {
            bytes: chance.usize(..60),
            reset: chance.bool(),
        },
        7 => Fault::Stall {
            bytes: chance.usize(..60),
        },
        8 | 9 => Fault::html(status(chance), when),
        10 | 11 => Fault::status(status(chance), when),
        12 => Fault::status([200, 201, 202, 204][chance.usize(..4)], When::After),
        13 => Fault::Garbage { when },
        14 => Fault::WrongTypes,
        15 => Fault::Gigantic { bytes: 2 << 20 },
        16 => Fault::ClockSkew {
            seconds: chance.i64(-7200..7200),
        },
        17 => Fault::redirect(&format!("{payments_url}/elsewhere")),
        18 => Fault::rate_limited(&[]),
        _ => Fault::rate_limited(&[
            ("x-rate-limit-time-reset-ms", "50"),
            ("x-retry-after", "-1"),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::OrderPlan;

    #[test]
    fn the_same_seed_gives_the_same_plan_and_another_another() {
        let plan = |seed, index| format!("{:?}", OrderPlan::new(seed, index, "http://127.0.0.1"));

        let of = |seed| (0..100).map(|index| plan(seed, index)).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
