//! One call of a caller, which may take several requests.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bigcommerce_client_core::Departure;
use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::Instant;
use uuid::Uuid;

use crate::model::InvalidInput;

static CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// As good as never, and a time that every clock can hold.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// The longest id that a caller can choose.
const LONGEST_ID: usize = 255;

/// What the requests of one call share: the id that ties them together, and the time until which
/// they may begin.
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) deadline: Instant,
    /// That of the last request which is watched.
    departure: Mutex<Option<Arc<Departure>>>,
}

impl Call {
    /// Begins a call with an id of the caller's, or else a random one.
    pub(crate) fn begin(id: Option<&str>, overall: Duration) -> Result<Self, InvalidInput> {
        let id = id.map_or_else(|| Uuid::new_v4().to_string(), ToOwned::to_owned);
        let visible = id.bytes().all(|byte| byte.is_ascii_graphic());
        if id.is_empty() || id.len() > LONGEST_ID || !visible {
            return Err(InvalidInput::new(
                "correlation_id",
                "must be 1 to 255 visible ASCII characters, without spaces",
            ));
        }
        Ok(Self {
            id,
            deadline: Instant::now() + overall.min(NEVER),
            departure: Mutex::default(),
        })
    }

    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&self.id).expect("visible ASCII fits a header");
        (CORRELATION_ID.clone(), value)
    }

    /// Watches the departure of the call's next request.
    pub(crate) fn watch(&self, departure: Arc<Departure>) {
        *self
            .departure
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(departure);
    }

    /// When the last request that is watched left, if it did.
    pub(crate) fn sent_at(&self) -> Option<SystemTime> {
        let departure = self
            .departure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        departure.as_ref()?.left_at()
    }
}
