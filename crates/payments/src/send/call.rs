//! One call of a caller, which may take several requests.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::Instant;
use uuid::Uuid;

use crate::model::InvalidInput;

/// As good as never, and a time that every clock can hold.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

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
            deadline: Instant::now() + overall.min(NEVER),
        }
    }

    /// A call with an id that the caller chose.
    pub(crate) fn begin_as(id: &str, overall: Duration) -> Result<Self, InvalidInput> {
        let fits = (1..=255).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits {
            return Err(InvalidInput::new(
                "correlation_id",
                "must be 1 to 255 visible ASCII characters, without spaces",
            ));
        }
        Ok(Self {
            id: id.to_owned(),
            ..Self::begin(overall)
        })
    }

    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&self.id).expect("visible ASCII fits a header");
        (HeaderName::from_static("x-correlation-id"), value)
    }
}
