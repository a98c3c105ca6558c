//! Whether a request may be sent again, and when.

use std::time::Duration;

use crate::error::Code;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Reading accepted payment methods or transactions.
    Read,
    /// Making a payment access token: one too many does no harm.
    CreateToken,
    /// Charging the shopper.
    Charge,
}

/// How far a request got that did not succeed, and what came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttemptOutcome {
    /// No connection was made, or the request was never begun.
    NotConnected,
    /// The caller's hook did not let it leave.
    HeldBack,
    /// The request may have left, and no whole answer came back.
    NoAnswer,
    /// A success whose body could not be read.
    UnreadableSuccess,
    /// Anything else, with its code where the body had one.
    Refused {
        /// The status of the answer.
        status: u16,
        /// The code of the error body.
        code: Option<Code>,
        /// Whether the body arrived whole, and as text; one that did not may have had a code.
        whole: bool,
    },
}

/// Whether to send the request again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// It was not processed, or doing it twice does no harm: again, after a delay.
    Retry,
    /// The answer is final.
    Stop,
    /// It may have been processed: sending it again could charge twice.
    Never,
}

/// The decision is a function of these two alone.
pub(crate) fn retry_decision(operation: Operation, outcome: AttemptOutcome) -> RetryDecision {
    match (operation, outcome) {
        (_, AttemptOutcome::HeldBack) => RetryDecision::Stop,
        (_, AttemptOutcome::NotConnected) => RetryDecision::Retry,
        (
            Operation::Charge,
            AttemptOutcome::NoAnswer
            | AttemptOutcome::UnreadableSuccess
            | AttemptOutcome::Refused { whole: false, .. },
        ) => RetryDecision::Never,
        (
            Operation::Read | Operation::CreateToken,
            AttemptOutcome::NoAnswer | AttemptOutcome::UnreadableSuccess,
        ) => RetryDecision::Retry,
        // Only a 429 without a code says that nothing was processed.
        (
            _,
            AttemptOutcome::Refused {
                status: 429,
                code: None,
                ..
            },
        ) => RetryDecision::Retry,
        (Operation::Charge, AttemptOutcome::Refused { status, code, .. }) => {
            if is_final_refusal(status, code) {
                RetryDecision::Stop
            } else {
                RetryDecision::Never
            }
        }
        (
            Operation::Read | Operation::CreateToken,
            AttemptOutcome::Refused { status, code, .. },
        ) => {
            let internal = status == 429 && code == Some(Code::InternalError);
            if internal || matches!(status, 408 | 500 | 502 | 503 | 504) {
                RetryDecision::Retry
            } else {
                RetryDecision::Stop
            }
        }
    }
}

/// How long to wait before attempt `attempt` (from 1): exponential, with full jitter, and never
/// less than what the service asked for.
///
/// A rate-limited request waits at least `base`, whatever the headers say: a missing one never
/// means "at once". `random` is between 0 and 1.
pub(crate) fn delay(backoff: Backoff, attempt: u32, asked: RetryAfter, random: f64) -> Duration {
    let ceiling = backoff
        .base
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(backoff.longest);
    let jitter = ceiling.mul_f64(random.clamp(0.0, 1.0));
    match asked {
        RetryAfter::NotAsked => jitter,
        RetryAfter::RateLimited(wait) => wait.unwrap_or_default().max(backoff.base) + jitter,
    }
}

/// The steps of the exponential backoff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    pub(crate) base: Duration,
    pub(crate) longest: Duration,
}

/// What the service asked the client to do before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    /// It was not asked to wait.
    NotAsked,
    /// It was asked to slow down, by an answer with 429 or by the rate limiter, and told for how
    /// long, if a header could be read.
    RateLimited(Option<Duration>),
}

/// A charge was refused for good by a client error that says so. A redirect may come after the
/// charge (303), 408 and what is beyond the registered ones (451) come from proxies that lost one
/// side (460, 499), and 10000 is an internal error under any status.
fn is_final_refusal(status: u16, code: Option<Code>) -> bool {
    (400..=451).contains(&status) && status != 408 && code != Some(Code::InternalError)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        AttemptOutcome, Backoff, Operation, RetryAfter, RetryDecision, delay, retry_decision,
    };
    use crate::error::Code;

    const fn refused(status: u16) -> AttemptOutcome {
        AttemptOutcome::Refused {
            status,
            code: None,
            whole: true,
        }
    }

    const fn with_code(status: u16, code: Code) -> AttemptOutcome {
        AttemptOutcome::Refused {
            status,
            code: Some(code),
            whole: true,
        }
    }

    const fn internal(status: u16) -> AttemptOutcome {
        with_code(status, Code::InternalError)
    }

    const fn duplicate(status: u16) -> AttemptOutcome {
        with_code(status, Code::DuplicatePayment)
    }

    const fn declined(status: u16) -> AttemptOutcome {
        with_code(status, Code::InsufficientFunds)
    }

    const fn unheard_of(status: u16) -> AttemptOutcome {
        with_code(status, Code::Other(39_999))
    }

    const fn broken_off(status: u16) -> AttemptOutcome {
        AttemptOutcome::Refused {
            status,
            code: None,
            whole: false,
        }
    }

    /// Every cell: what came of it, then the decision for a read, a token and a charge.
    #[rustfmt::skip]
    const CELLS: &[(AttemptOutcome, [RetryDecision; 3])] = {
        use RetryDecision::{Never, Retry, Stop};
        &[
            (AttemptOutcome::NotConnected, [Retry, Retry, Retry]),
            (AttemptOutcome::HeldBack,     [Stop,  Stop,  Stop]),
            (AttemptOutcome::NoAnswer,     [Retry, Retry, Never]),
            (AttemptOutcome::UnreadableSuccess,   [Retry, Retry, Never]),
            (refused(101),          [Stop,  Stop,  Never]),
            (refused(301),          [Stop,  Stop,  Never]),
            (refused(303),          [Stop,  Stop,  Never]),
            (refused(307),          [Stop,  Stop,  Never]),
            (refused(400),          [Stop,  Stop,  Stop]),
            (refused(401),          [Stop,  Stop,  Stop]),
            (refused(403),          [Stop,  Stop,  Stop]),
            (refused(404),          [Stop,  Stop,  Stop]),
            (refused(408),          [Retry, Retry, Never]),
            (refused(409),          [Stop,  Stop,  Stop]),
            (refused(422),          [Stop,  Stop,  Stop]),
            (refused(429),          [Retry, Retry, Retry]),
            (refused(451),          [Stop,  Stop,  Stop]),
            (refused(460),          [Stop,  Stop,  Never]),
            (refused(499),          [Stop,  Stop,  Never]),
            (declined(460),         [Stop,  Stop,  Never]),
            (refused(500),          [Retry, Retry, Never]),
            (refused(501),          [Stop,  Stop,  Never]),
            (refused(502),          [Retry, Retry, Never]),
            (refused(503),          [Retry, Retry, Never]),
            (refused(504),          [Retry, Retry, Never]),
            (broken_off(401),       [Stop,  Stop,  Never]),
            (broken_off(422),       [Stop,  Stop,  Never]),
            (broken_off(429),       [Retry, Retry, Never]),
            (broken_off(502),       [Retry, Retry, Never]),
            (internal(400),         [Stop,  Stop,  Never]),
            (internal(422),         [Stop,  Stop,  Never]),
            (internal(429),         [Retry, Retry, Never]),
            (internal(500),         [Retry, Retry, Never]),
            (duplicate(422),        [Stop,  Stop,  Stop]),
            (duplicate(429),        [Stop,  Stop,  Stop]),
            (duplicate(500),        [Retry, Retry, Never]),
            (declined(422),         [Stop,  Stop,  Stop]),
            (declined(429),         [Stop,  Stop,  Stop]),
            (declined(500),         [Retry, Retry, Never]),
            (unheard_of(422),       [Stop,  Stop,  Stop]),
            (unheard_of(429),       [Stop,  Stop,  Stop]),
            (unheard_of(500),       [Retry, Retry, Never]),
        ]
    };

    #[test]
    fn decisions_cell_by_cell() {
        for (outcome, decisions) in CELLS {
            let operation = [Operation::Read, Operation::CreateToken, Operation::Charge];
            for (operation, expected) in operation.into_iter().zip(decisions) {
                assert_eq!(
                    retry_decision(operation, *outcome),
                    *expected,
                    "{operation:?} {outcome:?}"
                );
            }
        }
    }

    #[test]
    fn a_charge_goes_out_again_only_when_it_was_not_processed() {
        for status in 100..=599 {
            let again =
                |outcome| retry_decision(Operation::Charge, outcome) == RetryDecision::Retry;
            assert_eq!(again(refused(status)), status == 429, "{status}");
            assert!(!again(broken_off(status)), "{status}");
            for code in [Code::ALL, &[Code::Other(39_999)]].concat() {
                assert!(!again(with_code(status, code)), "{status} {code:?}");
            }
        }
    }

    const BACKOFF: Backoff = Backoff {
        base: Duration::from_millis(200),
        longest: Duration::from_secs(5),
    };

    #[test]
    fn the_delay_doubles_up_to_the_longest() {
        let full = |attempt| delay(BACKOFF, attempt, RetryAfter::NotAsked, 1.0);

        assert_eq!(full(1), Duration::from_millis(200));
        assert_eq!(full(2), Duration::from_millis(400));
        assert_eq!(full(3), Duration::from_millis(800));
        assert_eq!(full(u32::MAX), Duration::from_secs(5));
    }

    #[test]
    fn the_jitter_is_full() {
        assert_eq!(delay(BACKOFF, 3, RetryAfter::NotAsked, 0.0), Duration::ZERO);
        assert_eq!(
            delay(BACKOFF, 3, RetryAfter::NotAsked, 0.5),
            Duration::from_millis(400)
        );
    }

    #[test]
    fn a_rate_limit_is_never_answered_at_once() {
        for asked in [None, Some(Duration::ZERO)] {
            let wait = delay(BACKOFF, 1, RetryAfter::RateLimited(asked), 0.0);
            assert_eq!(wait, BACKOFF.base, "{asked:?}");
        }
    }

    #[test]
    fn a_rate_limit_waits_as_long_as_it_was_asked_to() {
        let asked = RetryAfter::RateLimited(Some(Duration::from_secs(4)));

        assert_eq!(delay(BACKOFF, 1, asked, 0.0), Duration::from_secs(4));
        assert!(delay(BACKOFF, 1, asked, 1.0) > Duration::from_secs(4));
    }
}
