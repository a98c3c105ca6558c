//! JSON that is kept as it came.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};
use serde_json::value::RawValue;

use crate::sensitive::Sensitive;

/// A JSON value as it came, to be read by whoever knows what may be wrong with it. It may hold
/// secrets: it is redacted in `Debug`, and zeroed on drop.
///
/// ```
/// use bigcommerce_client_core::RawJson;
///
/// let items: Vec<RawJson> = serde_json::from_str("[{\"amount\": 60.980}, null]")?;
/// assert_eq!(items[0].text(), "{\"amount\": 60.980}");
/// assert_eq!(format!("{items:?}"), "[[REDACTED], [REDACTED]]");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct RawJson(Sensitive);

impl RawJson {
    /// The JSON text.
    pub fn text(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Box<str> = Box::<RawValue>::deserialize(deserializer)?.into();
        Ok(Self(Sensitive::from(text.into_string())))
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.text()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}
