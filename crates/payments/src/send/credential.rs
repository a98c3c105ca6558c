//! Header values that authenticate.

use bigcommerce_client_core::Sensitive;
use bytes::Bytes;
use reqwest::header::{HeaderValue, InvalidHeaderValue};

/// A sensitive header value whose bytes are zeroed when its last clone is dropped, those among
/// them that the HTTP library was given.
pub(crate) fn header(secret: Sensitive) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Zeroed(secret)))?;
    value.set_sensitive(true);
    Ok(value)
}

struct Zeroed(Sensitive);

impl AsRef<[u8]> for Zeroed {
    fn as_ref(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}
