//! One call of a caller, which may take several requests.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::Instant;
use uuid::Uuid;

/// What the requests of one call share: the id that ties them together, and the time until which
/// they may begin.
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) deadline: Instant,
}

impl Call {
    pub(crate) fn begin(overall: Duration) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            deadline: Instant::now() + overall,
        }
    }

    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&self.id).expect("a UUID fits a header");
        (HeaderName::from_static("x-correlation-id"), value)
    }
}
