//! What all calls share: one connection pool, its limits, and the loop that retries.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use reqwest::header::{HeaderMap, HeaderValue};
use tokio::time::Instant;
use tracing::debug;
use uuid::Uuid;

use crate::{
    client::Timeouts,
    error::Error,
    failure::Failure,
    limiter::RateLimiter,
    retry::{Backoff, Doing, Verdict, delay, verdict},
};

const BACKOFF: Backoff = Backoff {
    base: Duration::from_millis(200),
    longest: Duration::from_secs(5),
};

/// Shared by all handles of one [`Payments`](crate::Payments).
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) api_url: String,
    pub(crate) payments_url: String,
    pub(crate) timeouts: Timeouts,
    pub(crate) attempts: u32,
    pub(crate) max_response: usize,
    pub(crate) limiter: Option<Arc<dyn RateLimiter>>,
}

/// One call of the facade: what it does, as whom, and until when.
pub(crate) struct Call {
    pub(crate) doing: Doing,
    pub(crate) correlation_id: String,
    deadline: Instant,
    timeout: Duration,
}

/// The status of the answer, which a generated client forgets when it cannot read the body.
#[derive(Clone, Default)]
pub(crate) struct Answered(Arc<AtomicU16>);

impl Answered {
    pub(crate) fn status(&self) -> Option<u16> {
        Some(self.0.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }

    pub(crate) fn cell(&self) -> Arc<AtomicU16> {
        Arc::clone(&self.0)
    }
}

impl Transport {
    /// Begins a call with a correlation id of its own.
    pub(crate) fn begin(&self, doing: Doing) -> Call {
        Call {
            doing,
            correlation_id: Uuid::new_v4().to_string(),
            deadline: Instant::now() + self.timeouts.overall,
            timeout: self.timeout(doing),
        }
    }

    /// Sends until it succeeded, the verdict is final, or attempts or time have run out.
    pub(crate) async fn run<T, F>(
        &self,
        call: &Call,
        mut send: impl FnMut(Duration) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let mut attempt = 1;
        loop {
            let started = Instant::now();
            let result = send(call.attempt_timeout(started)).await;
            let failure = match result {
                Ok(value) => {
                    debug!(attempt, duration_ms = millis(started), "answered");
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            let verdict = verdict(call.doing, failure.reached);
            debug!(
                attempt,
                status = failure.status,
                code = failure.problem.code.map(crate::Code::number),
                ?verdict,
                duration_ms = millis(started),
                "failed"
            );
            let wait = delay(BACKOFF, attempt, failure.asked, fastrand::f64());
            let in_time = Instant::now() + wait < call.deadline;
            if verdict != Verdict::Retry || attempt >= self.attempts || !in_time {
                return Err(Error::from_failure(
                    failure,
                    call.doing,
                    &call.correlation_id,
                ));
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Waits for the store's next place among the payment requests.
    pub(crate) async fn wait_for_place(&self, call: &Call, store: &str) -> Result<(), Failure> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        tokio::time::timeout_at(call.deadline, limiter.acquire(store))
            .await
            .map_err(|_| Failure::not_sent("the store's rate limit left no place in time"))
    }

    fn timeout(&self, doing: Doing) -> Duration {
        match doing {
            Doing::Read => self.timeouts.read,
            Doing::MakeToken => self.timeouts.token,
            Doing::Charge => self.timeouts.payment,
        }
    }
}

impl Call {
    /// Goes on with the charge that the token was made for: same correlation id, same deadline.
    pub(crate) fn then(&self, transport: &Transport, doing: Doing) -> Self {
        Self {
            doing,
            correlation_id: self.correlation_id.clone(),
            deadline: self.deadline,
            timeout: transport.timeout(doing),
        }
    }

    /// The headers of each request: authentication, marked sensitive by its maker, and the
    /// correlation id.
    pub(crate) fn headers(
        &self,
        name: reqwest::header::HeaderName,
        auth: &HeaderValue,
    ) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(name, auth.clone());
        if let Ok(id) = HeaderValue::try_from(&self.correlation_id) {
            headers.insert("x-correlation-id", id);
        }
        headers
    }

    /// A charge that was begun gets its whole time: cutting it short would only make its outcome
    /// unknown.
    fn attempt_timeout(&self, now: Instant) -> Duration {
        match self.doing {
            Doing::Charge => self.timeout,
            Doing::Read | Doing::MakeToken => self
                .timeout
                .min(self.deadline.saturating_duration_since(now)),
        }
    }
}

pub(crate) fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
