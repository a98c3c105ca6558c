//! The spans of this crate, and what they record when a call ends.

use tokio::time::Instant;
use tracing::{Instrument as _, Span};

use crate::error::{Code, Error};

/// The span of a call, with the fields that all of them have.
macro_rules! call_span {
    ($name:literal, $client:expr, $call:expr, $($field:tt)*) => {
        tracing::info_span!(
            $name,
            store = $client.store_hash.as_str(),
            correlation_id = $call.id,
            status = tracing::field::Empty,
            code = tracing::field::Empty,
            outcome = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
            $($field)*
        )
    };
}

pub(crate) use call_span;

/// Runs a call in its span, and records its status, code, outcome and duration there.
pub(crate) async fn record<T>(
    span: Span,
    call: impl AsyncFnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let started = Instant::now();
    let result = call().instrument(span.clone()).await;
    span.record("duration_ms", millis(started));
    match &result {
        Ok(_) => {
            span.record("outcome", "ok");
        }
        Err(error) => {
            span.record("outcome", error.kind().as_str());
            span.record("status", error.status());
            span.record("code", error.code().map(Code::number));
        }
    }
    span.in_scope(|| tracing::info!("finished"));
    result
}

pub(crate) fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
