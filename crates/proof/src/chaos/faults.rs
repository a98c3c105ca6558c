//! The faults that strike the calls of an order.

use std::time::Duration;

use bigcommerce_sandbox::{Endpoint, Fault, LateAnswer, When};
use fastrand::Rng;

use crate::facade::SETTLE;

/// The longest that a charge takes to land within the bound. What is left of the bound is for a
/// machine that is busy.
const LATEST_LANDING: Duration = Duration::from_millis(1_200);

/// One to three faults, with calls that go through between them.
pub(crate) fn script(
    chance: &mut Rng,
    endpoint: Endpoint,
    payments_url: &str,
    beyond_bound: bool,
) -> Vec<Fault> {
    (0..chance.usize(1..=3))
        .map(|_| match (endpoint, chance.u8(..8)) {
            (_, 0 | 1) => Fault::Pass,
            (Endpoint::ProcessPayment, 2 | 3) => late_landing(chance, beyond_bound),
            (Endpoint::ProcessPayment, 4) => code_in_body(chance),
            _ => fault(chance, payments_url),
        })
        .collect()
}

/// A charge that is accepted, and made some time later.
fn late_landing(chance: &mut Rng, beyond_bound: bool) -> Fault {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let ms = if beyond_bound && chance.bool() {
        millis(SETTLE) + chance.u64(500..1_500)
    } else {
        chance.u64(1..millis(LATEST_LANDING))
    };
    let answer = match chance.u8(..3) {
        0 => LateAnswer::Reset,
        1 => LateAnswer::Hang,
        _ => LateAnswer::Respond {
            status: [500, 502, 503, 504][chance.usize(..4)],
            body: None,
            headers: [].into(),
        },
    };
    Fault::land_later(ms, answer)
}

/// Bodies in which a code hides that says that nothing is known of the charge, or that it was made
/// before: whatever the status, it was charged or not.
const DANGEROUS: &[(u16, &str)] = &[
    (422, r#"{"code":422,"errors":[{"code":10000}]}"#),
    (
        400,
        r#"{"status":400,"errors":{"payment":{"code":"10000"}}}"#,
    ),
    (422, r#"{"code":10000.0,"title":"Internal"}"#),
    (
        409,
        r#"{"errors":[{"code":30102},{"code":10000,"message":"?"}]}"#,
    ),
    (429, r#"{"code":429,"errors":[{"code":10000}]}"#),
    (422, r#"{"code":422,"errors":[{"code":30105}]}"#),
    (400, r#"{"errors":{"order":{"code":"30105"}}}"#),
    (429, r#"{"status":429,"code":30105}"#),
];

/// Bodies in which a decline hides: nothing was charged.
const DECLINES: &[(u16, &str)] = &[
    (422, r#"{"code":422,"errors":[{"code":30104}]}"#),
    (400, r#"{"errors":{"card":{"code":"30106"}}}"#),
    (429, r#"{"status":429,"errors":[{"code":30102.0}]}"#),
];

fn code_in_body(chance: &mut Rng) -> Fault {
    let pick =
        |chance: &mut Rng, bodies: &[(u16, &'static str)]| bodies[chance.usize(..bodies.len())];
    match chance.u8(..4) {
        0 => {
            let (status, body) = pick(chance, DECLINES);
            Fault::respond(status, "application/json", body, When::Before)
        }
        1 => {
            let (_, body) = pick(chance, DANGEROUS);
            let sent = chance.usize(..body.len());
            Fault::respond_truncated(429, "application/json", body, sent, when(chance))
        }
        _ => {
            let (status, body) = pick(chance, DANGEROUS);
            Fault::respond(status, "application/json", body, when(chance))
        }
    }
}

/// Every other fault that can strike one call; that no connection can be made strikes a whole
/// host.
fn fault(chance: &mut Rng, payments_url: &str) -> Fault {
    let when = when(chance);
    let status = |chance: &mut Rng| [500, 502, 503, 504][chance.usize(..4)];
    match chance.u8(..20) {
        0 | 1 => Fault::delay(chance.u64(1..800), when),
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

fn when(chance: &mut Rng) -> When {
    if chance.bool() {
        When::Before
    } else {
        When::After
    }
}
