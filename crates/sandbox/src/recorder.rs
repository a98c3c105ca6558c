//! The last requests that a sandbox received.

use std::{collections::VecDeque, sync::Mutex};

use bytes::Bytes;
use hyper::HeaderMap;
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

    pub(crate) fn redacted(&self) -> Value {
        let headers: Vec<Value> = self
            .headers
            .iter()
            .map(|(name, value)| json!([name, redact::header(name, value)]))
            .collect();
        json!({
            "host": self.host,
            "endpoint": self.endpoint,
            "method": self.method,
            "path": self.path,
            "headers": headers,
            "body": redact::body(&self.body),
            "status": self.status,
            "at_unix_ms": self.at_unix_ms,
        })
    }
}

impl std::fmt::Debug for RecordedRequest {
    /// Redacted: a failed assertion prints it into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordedRequest({})", self.redacted())
    }
}

/// A request on its way into the record.
pub(crate) struct ReceivedRequest {
    pub(crate) host: Host,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) method: hyper::Method,
    pub(crate) uri: hyper::Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) status: Option<u16>,
    pub(crate) at: Timestamp,
}

/// Keeps the last requests, as they came, up to a number.
pub(crate) struct Recorder {
    capacity: usize,
    requests: Mutex<VecDeque<ReceivedRequest>>,
}

impl Recorder {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            requests: Mutex::default(),
        }
    }

    pub(crate) fn record(&self, request: ReceivedRequest) {
        if self.capacity == 0 {
            return;
        }
        let mut requests = lock(&self.requests);
        if requests.len() == self.capacity {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// The requests that are kept, oldest first.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.requests)
            .iter()
            .map(ReceivedRequest::to_record)
            .collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.requests).clear();
    }
}

impl ReceivedRequest {
    fn to_record(&self) -> RecordedRequest {
        RecordedRequest {
            host: self.host,
            endpoint: self.endpoint,
            method: self.method.to_string(),
            path: self
                .uri
                .path_and_query()
                .map_or("", |it| it.as_str())
                .to_owned(),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.to_string(), value.into_owned())
                })
                .collect(),
            body: self.body.to_vec(),
            status: self.status,
            at_unix_ms: self.at.unix_millis(),
        }
    }
}
