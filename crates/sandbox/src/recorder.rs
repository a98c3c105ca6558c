//! The last requests that a sandbox received, and what it answered.

use std::{collections::VecDeque, sync::Mutex};

use bytes::Bytes;
use hyper::{HeaderMap, header::HeaderName};
use serde_json::{Value, json};

use crate::{
    clock::Timestamp,
    redact,
    state::lock,
    wire::endpoint::{Endpoint, Host},
};

/// A request as it came over the wire, secrets included.
///
/// It is for tests that compare bytes. Logs and the admin port show a redacted view of it.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The host that received it.
    pub host: Host,
    /// The endpoint, if the path and method belong to one.
    pub endpoint: Option<Endpoint>,
    /// The method, for example `POST`.
    pub method: String,
    /// The path and query.
    pub path: String,
    /// All headers; names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// The status that was answered, or `None` where a fault left the request without answer.
    pub status: Option<u16>,
    /// The `X-Correlation-Id` of the request, or the one that the sandbox gave it.
    pub correlation_id: String,
    /// The order that the request was for, as far as it named one.
    pub order_id: Option<u64>,
    /// The kind of the fault that struck it, for example `land_later`.
    pub fault: Option<String>,
    /// The payment error code of the answer.
    pub code: Option<u32>,
    /// The body of the answer, before a fault broke it off.
    pub answer: Vec<u8>,
    /// When, by the sandbox's clock, in milliseconds since the Unix epoch.
    pub at_unix_ms: i64,
}

impl RecordedRequest {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find_map(|(it, value)| it.eq_ignore_ascii_case(name).then_some(value.as_str()))
    }
}

impl std::fmt::Debug for RecordedRequest {
    /// Redacted: a failed assertion prints it into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<Value> = self
            .headers
            .iter()
            .map(|(name, value)| json!([name, redact::header(name, value)]))
            .collect();
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &redact::path(&self.path))
            .field("headers", &headers)
            .field("body", &redact::body(&self.body))
            .field("status", &self.status)
            .field("order_id", &self.order_id)
            .field("fault", &self.fault)
            .field("code", &self.code)
            .field("answer", &redact::body(&self.answer))
            .finish_non_exhaustive()
    }
}

/// A request and its answer on their way into the record.
#[derive(Clone)]
pub(crate) struct ReceivedRequest {
    pub(crate) host: Host,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) store_hash: Option<String>,
    pub(crate) method: hyper::Method,
    pub(crate) uri: hyper::Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) correlation_id: String,
    pub(crate) at: Timestamp,
    pub(crate) answer: RecordedAnswer,
}

/// What is remembered of an answer.
#[derive(Clone, Default)]
pub(crate) struct RecordedAnswer {
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Bytes,
    pub(crate) order_id: Option<u64>,
    pub(crate) code: Option<u32>,
    pub(crate) reason: Option<String>,
    /// The kind of the fault that struck the request.
    pub(crate) fault: Option<String>,
}

/// How much is kept of what was received and answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordLimits {
    pub(crate) requests: usize,
    pub(crate) bytes: usize,
}

/// Keeps the last requests, as they came, up to a limit.
pub(crate) struct Recorder {
    limits: RecordLimits,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// How many requests were received in all; the last of them has this number.
    received: u64,
    bytes: usize,
    requests: VecDeque<(u64, ReceivedRequest)>,
}

impl Recorder {
    pub(crate) fn new(limits: RecordLimits) -> Self {
        Self {
            limits,
            kept: Mutex::default(),
        }
    }

    pub(crate) fn record(&self, request: ReceivedRequest) {
        let mut kept = lock(&self.kept);
        kept.received += 1;
        if self.limits.requests == 0 {
            return;
        }
        kept.bytes += request.size();
        let number = kept.received;
        kept.requests.push_back((number, request));
        while kept.requests.len() > self.limits.requests || kept.bytes > self.limits.bytes {
            match kept.requests.pop_front() {
                Some((_, oldest)) => kept.bytes -= oldest.size(),
                None => break,
            }
        }
    }

    /// The requests that are kept, oldest first.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        let kept = lock(&self.kept);
        kept.requests.iter().map(|(_, it)| it.to_record()).collect()
    }

    /// How many requests were received, and those that are kept of the ones after the first so many.
    pub(crate) fn requests_after(&self, received: u64) -> (u64, Vec<RecordedRequest>) {
        let kept = lock(&self.kept);
        let newer = kept.requests.iter().rev();
        let newer = newer.take_while(|(number, _)| *number > received);
        let mut newer: Vec<_> = newer.map(|(_, it)| it.to_record()).collect();
        newer.reverse();
        (kept.received, newer)
    }

    /// The last requests for which something holds, newest first, with their numbers. What they
    /// hold is shared and not copied.
    pub(crate) fn newest(
        &self,
        most: usize,
        wanted: impl Fn(u64, &ReceivedRequest) -> bool,
    ) -> Vec<(u64, ReceivedRequest)> {
        let kept = lock(&self.kept);
        let newest = kept.requests.iter().rev();
        newest
            .filter(|(number, request)| wanted(*number, request))
            .take(most)
            .cloned()
            .collect()
    }

    /// How many requests were received, and how many of them are kept.
    pub(crate) fn counts(&self) -> (u64, usize) {
        let kept = lock(&self.kept);
        (kept.received, kept.requests.len())
    }

    pub(crate) fn clear(&self) {
        let mut kept = lock(&self.kept);
        kept.requests.clear();
        kept.bytes = 0;
    }
}

impl ReceivedRequest {
    /// The path and query.
    pub(crate) fn path(&self) -> &str {
        self.uri.path_and_query().map_or("", |it| it.as_str())
    }

    /// What it takes to keep, more or less.
    fn size(&self) -> usize {
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        headers + self.path().len() + self.body.len() + self.answer.body.len()
    }

    fn to_record(&self) -> RecordedRequest {
        RecordedRequest {
            host: self.host,
            endpoint: self.endpoint,
            method: self.method.to_string(),
            path: self.path().to_owned(),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.to_string(), value.into_owned())
                })
                .collect(),
            body: self.body.to_vec(),
            status: self.answer.status,
            correlation_id: self.correlation_id.clone(),
            order_id: self.answer.order_id,
            fault: self.answer.fault.clone(),
            code: self.answer.code,
            answer: self.answer.body.to_vec(),
            at_unix_ms: self.at.unix_millis(),
        }
    }
}
