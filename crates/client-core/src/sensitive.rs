//! A string that is redacted by type and zeroed on drop.
//!
//! The generated clients and the facade hold card numbers, verification values and
//! tokens as [`Sensitive`], so that no `Debug` of a request, a response or an error can
//! print one. `Sensitive` has no `Display`; reading it takes a call to
//! [`expose`](Sensitive::expose), which is easy to search for.
//!
//! ```
//! use bigcommerce_client_core::Sensitive;
//!
//! let number = Sensitive::from("4111111111111111");
//! assert_eq!(format!("{number:?}"), "[REDACTED]");
//! assert_eq!(number.expose(), "4111111111111111");
//! ```

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A secret string: redacted in `Debug`, zeroed on drop, serialized as it is.
///
/// Serializing writes the secret, because that is how it reaches the wire; do not
/// serialize it anywhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive(Zeroizing<String>);

impl Sensitive {
    /// Reads the secret.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl From<String> for Sensitive {
    /// Takes the string over without copying it, so that no second copy stays behind.
    fn from(secret: String) -> Self {
        Self(secret.into())
    }
}

impl From<&str> for Sensitive {
    fn from(secret: &str) -> Self {
        secret.to_owned().into()
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sensitive {
    /// # Errors
    ///
    /// Anything but a string is refused with its kind only: serde's own message would
    /// repeat the value.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Sensitive;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, secret: &str) -> Result<Sensitive, E> {
                Ok(secret.into())
            }

            fn visit_string<E>(self, secret: String) -> Result<Sensitive, E> {
                Ok(secret.into())
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Sensitive, E> {
                Err(E::custom("expected a string, found a number"))
            }

            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Sensitive, E> {
                Err(E::custom("expected a string, found a number"))
            }

            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Sensitive, E> {
                Err(E::custom("expected a string, found a number"))
            }
        }

        // `deserialize_string` would let serde_json quote a number it finds instead.
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitive;

    #[test]
    fn debug_is_redacted_inside_other_types_too() {
        let secret = Some(Sensitive::from("4111111111111111"));

        assert_eq!(format!("{secret:?}"), "Some([REDACTED])");
        assert_eq!(format!("{secret:#?}"), "Some(\n    [REDACTED],\n)");
    }

    #[test]
    fn a_wrong_type_is_refused_without_repeating_the_value() {
        let error = serde_json::from_str::<Sensitive>("4111111111111111").unwrap_err();

        assert!(!error.to_string().contains("4111"), "{error}");
    }

    #[test]
    fn it_crosses_serde_unchanged() {
        let secret: Sensitive = serde_json::from_str("\"0123\"").unwrap();

        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"0123\"");
    }
}
