//! What the spans of this crate record when a call ends.

use std::future::Future;

use tokio::time::Instant;
use tracing::Span;

use crate::{code::Code, error::Error, transport::millis};

/// Records status, code, outcome and duration of a call in the span that it runs in.
pub(crate) async fn record<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let started = Instant::now();
    let result = call.await;
    let span = Span::current();
    span.record("duration_ms", millis(started));
    match &result {
        Ok(_) => {
            span.record("outcome", "Ok");
        }
        Err(error) => {
            span.record("outcome", tracing::field::debug(error.kind()));
            if let Some(status) = error.status() {
                span.record("status", status);
            }
            if let Some(code) = error.code().map(Code::number) {
                span.record("code", code);
            }
        }
    }
    tracing::info!("finished");
    result
}
