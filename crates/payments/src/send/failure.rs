//! What came of one request, before anyone decides what it means.

use std::{error::Error as StdError, time::Duration};

use progenitor_client::Error as ApiError;
use reqwest::{StatusCode, header::HeaderMap};

use crate::{
    error::problem::Problem,
    send::retry::{AttemptOutcome, RetryAfter},
};

/// One request that did not succeed.
pub(crate) struct FailedAttempt {
    pub(crate) outcome: AttemptOutcome,
    pub(crate) status: Option<u16>,
    pub(crate) problem: Problem,
    pub(crate) asked: RetryAfter,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl FailedAttempt {
    /// A request that was never begun.
    pub(crate) fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(AttemptOutcome::NotConnected, None).because(source)
    }

    /// A success that does not say what happened.
    pub(crate) fn unreadable(status: u16) -> Self {
        Self::new(AttemptOutcome::UnreadableSuccess, Some(status))
    }

    /// Reads what a generated client reports. `status` is that of the answer, if one began to
    /// arrive; the generated client loses it when the body of a success cannot be read.
    ///
    /// The raw body of a success is dropped unread, and so is what the parser says of it: both
    /// may hold a token.
    pub(crate) async fn read(error: ApiError<()>, status: Option<u16>) -> Self {
        match error {
            ApiError::UnexpectedResponse(response) => Self::refused(response).await,
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

    async fn refused(response: reqwest::Response) -> Self {
        let status = response.status();
        let asked = asked(status, response.headers());
        let (problem, source) = match response.bytes().await {
            Ok(body) => (Problem::read(&body), None),
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
            asked,
            source,
        }
    }

    fn new(outcome: AttemptOutcome, status: Option<u16>) -> Self {
        Self {
            outcome,
            status,
            problem: Problem::default(),
            asked: RetryAfter::NotAsked,
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
fn asked(status: StatusCode, headers: &HeaderMap) -> RetryAfter {
    if status != StatusCode::TOO_MANY_REQUESTS {
        return RetryAfter::NotAsked;
    }
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let waits = [
        number("X-Rate-Limit-Time-Reset-Ms").map(Duration::from_millis),
        number("X-Retry-After").map(Duration::from_secs),
        number("Retry-After").map(Duration::from_secs),
    ];
    RetryAfter::RateLimited(waits.into_iter().flatten().max())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::{StatusCode, header::HeaderMap};

    use super::asked;
    use crate::send::retry::RetryAfter;

    fn wait(headers: &[(&'static str, &'static str)]) -> RetryAfter {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        asked(StatusCode::TOO_MANY_REQUESTS, &map)
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
