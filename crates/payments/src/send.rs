//! What all calls share: one connection pool, its limits, and the loop that retries.

mod before_send;
mod call;
mod failure;
mod place;
mod rate_limit;
mod retry;
mod sliding_window;
mod span;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use bigcommerce_client_core::{Departure, Inner};
use progenitor_client::{Error as ApiError, ResponseValue};
use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::{Instant, timeout_at};
use tracing::debug;

pub use before_send::{BeforeSend, BeforeSendFuture, ChargeOptions};
pub(crate) use call::Call;
pub use rate_limit::{
    ChargeTurn, RateLimitPermit, RateLimiter, RateLimiterError, RateLimiterFuture,
};
pub(crate) use retry::Operation;
pub use sliding_window::SlidingWindow;
pub(crate) use span::{call_span, record};

use failure::FailedAttempt;
use place::PlaceInLine;
use retry::{Backoff, RetryDecision, delay, retry_decision};
use span::millis;

use crate::{
    config::Timeouts,
    error::{Code, Error},
    model::{InvalidInput, Secret},
};

const BACKOFF: Backoff = Backoff {
    base: Duration::from_millis(200),
    longest: Duration::from_secs(5),
};

/// The most that is read of an answer; a longer one is as good as unreadable.
const MAX_RESPONSE: usize = 1 << 20;

/// Shared by all handles of one [`Payments`](crate::Payments).
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) http: reqwest::Client,
    pub(crate) api_url: String,
    pub(crate) payments_url: String,
    pub(crate) timeouts: Timeouts,
    pub(crate) attempts: u32,
    pub(crate) limiter: Option<Arc<dyn RateLimiter>>,
}

/// A request, whichever operation it is.
pub(crate) struct Request<'a> {
    pub(crate) operation: Operation,
    pub(crate) store_hash: &'a str,
    pub(crate) call: &'a Call,
    /// The header that authenticates it.
    pub(crate) auth: (HeaderName, HeaderValue),
    /// What it carries, to be taken out of an error that echoes it.
    pub(crate) secrets: &'a [Secret<'a>],
    /// Asked before each try.
    pub(crate) before_send: Option<&'a dyn BeforeSend>,
}

/// What a generated client makes of an answer.
pub(crate) type Answer<T> = Result<ResponseValue<T>, ApiError<()>>;

impl Sender {
    /// Begins a call with an id of the caller's, or else a random one.
    pub(crate) fn begin_call(&self, id: Option<&str>) -> Result<Call, InvalidInput> {
        Call::begin(id, self.timeouts.overall)
    }

    /// Sends until it succeeded, the decision is final, or attempts or time have run out. An
    /// answer of which `read` makes nothing is unreadable.
    pub(crate) async fn send<T, U, F>(
        &self,
        request: &Request<'_>,
        endpoint: impl Fn(Inner) -> F,
        read: impl Fn(T) -> Option<U>,
    ) -> Result<U, Error>
    where
        F: Future<Output = Answer<T>>,
    {
        let place = self.place_in_line(request);
        let mut attempt = 1;
        loop {
            let started = Instant::now();
            let sent = self.attempt(request, place.as_ref(), attempt, &endpoint, &read);
            let failure = match sent.await {
                Ok(answer) => {
                    debug!(attempt, duration_ms = millis(started), "answered");
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            let decision = retry_decision(request.operation, failure.outcome);
            debug!(
                attempt,
                status = failure.status,
                code = failure.problem.code.map(Code::number),
                ?decision,
                duration_ms = millis(started),
                "failed"
            );
            let wait = delay(BACKOFF, attempt, failure.retry_after, fastrand::f64());
            let paused = match &place {
                Some(place) if failure.status == Some(429) => place.pause(wait).await,
                _ => false,
            };
            let in_time = Instant::now() + wait < request.call.deadline;
            if decision != RetryDecision::Retry || attempt >= self.attempts || !in_time {
                return Err(failure.into_error(request.operation, decision, &request.call.id));
            }
            // A charge that the limiter holds back keeps its turn there.
            if !paused {
                tokio::time::sleep(wait).await;
            }
            attempt += 1;
        }
    }

    async fn attempt<T, U, F>(
        &self,
        request: &Request<'_>,
        place: Option<&PlaceInLine<'_>>,
        attempt: u32,
        endpoint: &impl Fn(Inner) -> F,
        read: &impl Fn(T) -> Option<U>,
    ) -> Result<U, FailedAttempt>
    where
        F: Future<Output = Answer<T>>,
    {
        let departure = match request.operation {
            Operation::Charge => Some(departure(request, place, attempt).await?),
            Operation::Read | Operation::CreateToken => None,
        };
        let status = Arc::new(AtomicU16::new(0));
        let inner = Inner {
            headers: vec![request.auth.clone(), request.call.header()],
            timeout: self.timeout(request),
            max_body: MAX_RESPONSE,
            status: Arc::clone(&status),
            departure: departure.clone(),
        };
        match (endpoint(inner).await, departure) {
            (Ok(response), _) => {
                let status = response.status().as_u16();
                read(response.into_inner()).ok_or_else(|| FailedAttempt::unreadable(status))
            }
            (Err(ApiError::CommunicationError(error)), Some(departure)) => {
                Err(without_answer(error, &departure))
            }
            (Err(error), _) => {
                let status = Some(status.load(Ordering::Relaxed)).filter(|status| *status != 0);
                Err(FailedAttempt::read(error, status, request.secrets).await)
            }
        }
    }

    /// A charge has its place within the rate limit, nothing else has.
    fn place_in_line<'a>(&'a self, request: &'a Request<'_>) -> Option<PlaceInLine<'a>> {
        let limiter = self.limiter.as_deref()?;
        let Call { id, deadline, .. } = request.call;
        (request.operation == Operation::Charge)
            .then(|| PlaceInLine::new(limiter, request.store_hash, id, *deadline))
    }

    /// A charge that was begun gets its whole time: cutting it short would only make its outcome
    /// unknown.
    fn timeout(&self, request: &Request<'_>) -> Duration {
        let deadline = request.call.deadline;
        let left = deadline.saturating_duration_since(Instant::now());
        match request.operation {
            Operation::Charge => self.timeouts.payment,
            Operation::CreateToken => self.timeouts.token.min(left),
            Operation::Read => self.timeouts.read.min(left),
        }
    }
}

/// A charge that nothing came back to. Whatever the HTTP library calls it, it was sent if it left.
fn without_answer(error: reqwest::Error, departure: &Departure) -> FailedAttempt {
    if !departure.withdraw() {
        FailedAttempt::unanswered(error)
    } else if departure.was_too_late() {
        FailedAttempt::not_sent("no connection was there until the last moment to send")
    } else {
        FailedAttempt::not_sent(error)
    }
}

/// Waits until a charge may leave: for its place within the rate limit, and for the answer of the
/// caller's hook. The call watches whether it does.
async fn departure(
    request: &Request<'_>,
    place: Option<&PlaceInLine<'_>>,
    attempt: u32,
) -> Result<Arc<Departure>, FailedAttempt> {
    let mut departure = Departure::default();
    if let Some(place) = place {
        let permit = place.acquire().await?;
        departure = departure.then(|| permit.departed());
    }
    if let Some(before_send) = request.before_send {
        let answer = before_send.before_send(attempt);
        let deadline = match timeout_at(request.call.deadline, answer).await {
            Ok(Ok(deadline)) => deadline,
            Ok(Err(error)) => return Err(FailedAttempt::held_back(error)),
            Err(_) => return Err(FailedAttempt::held_back("the call's time was over")),
        };
        departure = departure.before(deadline);
    }
    let departure = Arc::new(departure);
    request.call.watch(Arc::clone(&departure));
    Ok(departure)
}
