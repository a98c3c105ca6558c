//! What came of one request, before anyone decides what it means.

use std::{error::Error as StdError, time::Duration};

use progenitor_client::Error as ApiError;
use reqwest::{
    StatusCode,
    header::{CONTENT_ENCODING, HeaderMap},
};

use crate::{
    error::{Code, Error, ErrorDetails, ErrorKind, Problem, Redaction},
    model::Secret,
    send::{
        rate_limit::RateLimiterError,
        retry::{AttemptOutcome, Operation, RetryAfter, RetryDecision},
    },
};

/// A year: a service that asks for more is not meant so, and every clock can hold the sum.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(365 * 24 * 3600);

/// One request that did not succeed.
pub(crate) struct FailedAttempt {
    pub(crate) outcome: AttemptOutcome,
    pub(crate) status: Option<u16>,
    pub(crate) problem: Problem,
    pub(crate) retry_after: RetryAfter,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl FailedAttempt {
    /// A request that was never begun.
    pub(crate) fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(AttemptOutcome::NotConnected, None).because(source)
    }

    /// A charge for which the rate limiter had no place.
    pub(crate) fn without_place(error: RateLimiterError) -> Self {
        let retry_after = match error {
            RateLimiterError::NoPlaceInTime { retry_after } => {
                RetryAfter::RateLimited(Some(retry_after.min(LONGEST_RETRY_AFTER)))
            }
            RateLimiterError::Unavailable(_) => RetryAfter::NotAsked,
        };
        Self {
            retry_after,
            ..Self::not_sent(error)
        }
    }

    /// A request that the caller's hook kept from being sent.
    pub(crate) fn held_back(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(AttemptOutcome::HeldBack, None).because(source)
    }

    /// A request that may have left, to which no answer came.
    pub(crate) fn unanswered(error: reqwest::Error) -> Self {
        Self::new(AttemptOutcome::NoAnswer, None).because(error)
    }

    /// A success that does not say what happened.
    pub(crate) fn unreadable(status: u16) -> Self {
        Self::new(AttemptOutcome::UnreadableSuccess, Some(status))
    }

    /// Reads what a generated client reports. `status` is that of the answer, if one began to
    /// arrive; the generated client loses it when the body of a success cannot be read.
    ///
    /// The raw body of a success is dropped unread, and so is what the parser says of it: both
    /// may hold a token. The body of an error is read without the secrets that it echoes.
    pub(crate) async fn read(
        error: ApiError<()>,
        status: Option<u16>,
        secrets: &[Secret<'_>],
    ) -> Self {
        match error {
            ApiError::UnexpectedResponse(response) => Self::refused(response, secrets).await,
            ApiError::ErrorResponse(response) => Self::new(
                AttemptOutcome::Refused {
                    status: response.status().as_u16(),
                    code: None,
                    whole: true,
                },
                Some(response.status().as_u16()),
            ),
            ApiError::InvalidResponsePayload(_, parser) => {
                Self::new(AttemptOutcome::UnreadableSuccess, status).because(format!(
                    "the body is not the documented JSON (line {}, column {})",
                    parser.line(),
                    parser.column()
                ))
            }
            ApiError::ResponseBodyError(error) => {
                Self::new(AttemptOutcome::UnreadableSuccess, status).because(error)
            }
            ApiError::CommunicationError(error) if error.is_connect() || error.is_builder() => {
                Self::not_sent(error)
            }
            ApiError::CommunicationError(error) | ApiError::InvalidUpgrade(error) => {
                Self::new(AttemptOutcome::NoAnswer, status).because(error)
            }
            ApiError::InvalidRequest(message) | ApiError::Custom(message) => {
                Self::not_sent(message)
            }
        }
    }

    /// What the failure means to the caller, when it is not tried again.
    pub(crate) fn into_error(
        self,
        operation: Operation,
        decision: RetryDecision,
        correlation_id: &str,
    ) -> Error {
        Error::new(ErrorDetails {
            kind: kind(operation, decision, self.outcome),
            status: self.status,
            problem: self.problem,
            retry_after: match self.retry_after {
                RetryAfter::NotAsked => None,
                RetryAfter::RateLimited(wait) => wait,
            },
            correlation_id: Some(correlation_id.to_owned()),
            safe_to_retry: decision == RetryDecision::Retry,
            source: self.source,
            unknown: None,
            unused_token: None,
        })
    }

    async fn refused(response: reqwest::Response, secrets: &[Secret<'_>]) -> Self {
        let status = response.status();
        let retry_after = retry_after(status, response.headers());
        let is_encoded = response.headers().contains_key(CONTENT_ENCODING);
        let (problem, source) = match response.bytes().await {
            Ok(body) if is_encoded || str::from_utf8(&body).is_err() => {
                (Problem::default(), Some("the body is no text".into()))
            }
            Ok(body) => (Problem::read(&body, &Redaction::of(secrets)), None),
            Err(error) => (Problem::default(), Some(error.into())),
        };
        Self {
            outcome: AttemptOutcome::Refused {
                status: status.as_u16(),
                code: problem.code,
                whole: source.is_none(),
            },
            status: Some(status.as_u16()),
            problem,
            retry_after,
            source,
        }
    }

    fn new(outcome: AttemptOutcome, status: Option<u16>) -> Self {
        Self {
            outcome,
            status,
            problem: Problem::default(),
            retry_after: RetryAfter::NotAsked,
            source: None,
        }
    }

    fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// The longest of the waits that the platform's headers ask for. A header that is no number of
/// its unit does not count.
fn retry_after(status: StatusCode, headers: &HeaderMap) -> RetryAfter {
    if status != StatusCode::TOO_MANY_REQUESTS {
        return RetryAfter::NotAsked;
    }
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let waits = [
        number("X-Rate-Limit-Time-Reset-Ms").map(Duration::from_millis),
        number("X-Retry-After").map(Duration::from_secs),
        number("Retry-After").map(Duration::from_secs),
    ];
    let longest = waits.into_iter().flatten().max();
    RetryAfter::RateLimited(longest.map(|wait| wait.min(LONGEST_RETRY_AFTER)))
}

fn kind(operation: Operation, decision: RetryDecision, outcome: AttemptOutcome) -> ErrorKind {
    if decision == RetryDecision::Never {
        return ErrorKind::OutcomeUnknown;
    }
    match outcome {
        AttemptOutcome::NotConnected | AttemptOutcome::HeldBack => ErrorKind::NotSent,
        AttemptOutcome::NoAnswer | AttemptOutcome::UnreadableSuccess => ErrorKind::Unexpected,
        AttemptOutcome::Refused {
            status: 429,
            code: None,
            ..
        } => ErrorKind::RateLimited,
        AttemptOutcome::Refused { status, code, .. } => match code.and_then(Code::meaning) {
            Some((ErrorKind::OutcomeUnknown, _)) => ErrorKind::Unexpected,
            Some((ErrorKind::InvalidInput, _)) if status == 401 => ErrorKind::Authentication,
            Some((kind, _)) => kind,
            None => kind_of_status(operation, status),
        },
    }
}

fn kind_of_status(operation: Operation, status: u16) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Authentication,
        409 => ErrorKind::OrderNotPayable,
        404 if operation == Operation::CreateToken => ErrorKind::OrderNotPayable,
        400..=499 => ErrorKind::Rejected,
        _ => ErrorKind::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::{StatusCode, header::HeaderMap};

    use super::retry_after;
    use crate::send::retry::RetryAfter;

    fn wait(headers: &[(&'static str, &'static str)]) -> RetryAfter {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        retry_after(StatusCode::TOO_MANY_REQUESTS, &map)
    }

    #[test]
    fn the_longer_of_both_headers_counts() {
        let reset = ("x-rate-limit-time-reset-ms", "1500");

        assert_eq!(
            wait(&[reset]),
            RetryAfter::RateLimited(Some(Duration::from_millis(1500)))
        );
        assert_eq!(
            wait(&[reset, ("x-retry-after", "3")]),
            RetryAfter::RateLimited(Some(Duration::from_secs(3)))
        );
    }

    #[test]
    fn a_header_that_is_no_number_does_not_count() {
        for value in ["", "soon", "-1", "1.5", "NaN", "99999999999999999999"] {
            assert_eq!(
                wait(&[("x-retry-after", value)]),
                RetryAfter::RateLimited(None),
                "{value}"
            );
        }
        assert_eq!(wait(&[]), RetryAfter::RateLimited(None));
    }
}
