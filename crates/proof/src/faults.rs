//! The faults that strike the calls of an order, and the hosts.

use std::{convert::Infallible, ops::Range, time::Duration};

use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Host, LateAnswer, Sandbox, When};
use fastrand::Rng;

use crate::error::ProofError;

/// By how many seconds the date of a charge may be off: a look-up takes what is older by five
/// minutes than the sending for another's, and a little of that passes before the charge is sent.
const CLOCK_DIFFERENCE: i64 = 280;

/// What the faults of a run may do.
#[derive(Clone, Debug)]
pub(crate) struct FaultBounds<'a> {
    /// The most faults of one order at one endpoint.
    pub(crate) most: usize,
    /// Where redirects lead.
    pub(crate) payments_url: &'a str,
    /// After how many milliseconds late charges land: in one of these ranges.
    pub(crate) landings: &'a [Range<u64>],
    /// By how many seconds the clock of a call may be off.
    pub(crate) clock_skew: Range<i64>,
}

/// At least one fault, with calls that go through between them.
pub(crate) fn script(chance: &mut Rng, endpoint: Endpoint, bounds: &FaultBounds<'_>) -> Vec<Fault> {
    (0..chance.usize(1..=bounds.most))
        .map(|_| match (endpoint, chance.u8(..8)) {
            (_, 0 | 1) => Fault::Pass,
            (Endpoint::ProcessPayment, 2 | 3) => late_landing(chance, bounds.landings),
            (Endpoint::ProcessPayment, 4) => code_in_body(chance),
            _ => fault(chance, endpoint, bounds),
        })
        .collect()
}

/// Closes a host, or lets its connections wait for so many milliseconds, over and over, whatever
/// is under way.
pub(crate) async fn interrupt_hosts(
    sandbox: &Sandbox,
    seed: u64,
    slow_connection: u64,
) -> Result<Infallible, ProofError> {
    let mut chance = Rng::with_seed(seed);
    loop {
        tokio::time::sleep(Duration::from_millis(chance.u64(500..1500))).await;
        let host = if chance.bool() {
            Host::Api
        } else {
            Host::Payments
        };
        if chance.bool() {
            let for_ms = Some(chance.u64(5..30));
            let rule = FaultRule::new(Fault::Refuse { for_ms });
            sandbox.inject(rule.host(host)).await?;
        } else {
            let rule = FaultRule::new(Fault::slow_connection(slow_connection));
            let rule = sandbox.inject(rule.host(host)).await?;
            tokio::time::sleep(Duration::from_millis(chance.u64(50..300))).await;
            sandbox.remove_fault(rule).await?;
        }
    }
}

/// A charge that is accepted, and made some time later.
fn late_landing(chance: &mut Rng, landings: &[Range<u64>]) -> Fault {
    let range = landings[chance.usize(..landings.len())].clone();
    let ms = chance.u64(range);
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
fn fault(chance: &mut Rng, endpoint: Endpoint, bounds: &FaultBounds<'_>) -> Fault {
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
        12 => match ([200, 201, 202, 204][chance.usize(..4)], endpoint) {
            // Of an order's transactions it says that there are none.
            (204, Endpoint::ListTransactions) => Fault::status(200, When::After),
            (status, _) => Fault::status(status, When::After),
        },
        13 => Fault::Garbage { when },
        14 => Fault::WrongTypes,
        15 => Fault::Gigantic { bytes: 2 << 20 },
        16 => {
            let seconds = chance.i64(bounds.clock_skew.clone());
            let dates_a_charge = endpoint == Endpoint::ProcessPayment;
            Fault::ClockSkew {
                seconds: if dates_a_charge {
                    seconds.clamp(-CLOCK_DIFFERENCE, CLOCK_DIFFERENCE)
                } else {
                    seconds
                },
            }
        }
        17 => Fault::redirect(&format!("{}/elsewhere", bounds.payments_url)),
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
