//! The key that a caller gives a submission.

use std::fmt;

use crate::error::ChargeError;

/// What stands for one submission of the shopper, unique per store: the caller makes it when the
/// shopper is shown the pay button, so that a second click sends the same one.
///
/// It is stored and recorded as it is: no secret belongs in it.
///
/// ```
/// use bigcommerce_payments_journal::IdempotencyKey;
///
/// let key = IdempotencyKey::new("cart-77-2f3a")?;
/// assert_eq!(key.as_str(), "cart-77-2f3a");
/// assert!(IdempotencyKey::new("").is_err());
/// # Ok::<(), bigcommerce_payments_journal::ChargeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Takes a key: 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`](ChargeError::InvalidKey) for any other.
    pub fn new(key: impl Into<String>) -> Result<Self, ChargeError> {
        let key = key.into();
        let fits = (1..=255).contains(&key.len()) && key.bytes().all(|it| it.is_ascii_graphic());
        if fits {
            Ok(Self(key))
        } else {
            Err(ChargeError::InvalidKey)
        }
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
