//! Header values that authenticate.

use bytes::Bytes;
use reqwest::header::{HeaderValue, InvalidHeaderValue};

use crate::sensitive::Sensitive;

/// A header value that authenticates: no `Debug` prints it, and its bytes are zeroed when its last
/// clone is dropped, those among them that the HTTP library was given.
///
/// ```
/// use bigcommerce_client_core::credential;
///
/// assert!(credential("account-token".into())?.is_sensitive());
/// # Ok::<(), reqwest::header::InvalidHeaderValue>(())
/// ```
///
/// # Errors
///
/// A secret with characters that no header can carry.
pub fn credential(secret: Sensitive) -> Result<HeaderValue, InvalidHeaderValue> {
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
