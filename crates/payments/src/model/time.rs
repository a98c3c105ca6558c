//! Times as RFC 3339, in JSON and as the service writes them.

use std::time::{Duration, SystemTime};

use jiff::{Timestamp, fmt::rfc2822};

/// Reads a time in one of the forms that the platform writes: RFC 3339 or RFC 2822.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let rfc3339 = text.parse::<Timestamp>().ok();
    let time = rfc3339.or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
    time.and_then(system_time)
}

/// None where this machine's clock cannot hold it: that of Windows begins in 1601.
fn system_time(time: Timestamp) -> Option<SystemTime> {
    let since_epoch = time.as_duration();
    match Duration::try_from(since_epoch) {
        Ok(after) => SystemTime::UNIX_EPOCH.checked_add(after),
        Err(_) => SystemTime::UNIX_EPOCH.checked_sub(since_epoch.unsigned_abs()),
    }
}

/// A [`SystemTime`] as RFC 3339.
pub(crate) mod rfc3339 {
    use std::time::SystemTime;

    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    pub(crate) fn serialize<S: Serializer>(
        time: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let time = Timestamp::try_from(*time)
            .map_err(|_| ser::Error::custom("a time beyond the year 9999"))?;
        serializer.collect_str(&time)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SystemTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time = text.parse::<Timestamp>().ok();
        time.and_then(super::system_time)
            .ok_or_else(|| de::Error::custom("expected a time as RFC 3339"))
    }

    /// The same, where there may be none.
    pub(crate) mod option {
        use std::time::SystemTime;

        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        #[derive(Deserialize, Serialize)]
        struct Rfc3339(#[serde(with = "super")] SystemTime);

        #[allow(
            clippy::ref_option,
            reason = "serde calls it with a reference to the field"
        )]
        pub(crate) fn serialize<S: Serializer>(
            time: &Option<SystemTime>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            time.map(Rfc3339).serialize(serializer)
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<SystemTime>, D::Error> {
            let time = Option::<Rfc3339>::deserialize(deserializer)?;
            Ok(time.map(|time| time.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::read;

    #[test]
    fn the_forms_of_the_platform() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_551_394_142);
        for text in [
            "2019-02-28T22:49:02Z",
            "2019-02-28T22:49:02+00:00",
            "2019-02-28T23:49:02.000+01:00",
            "Thu, 28 Feb 2019 22:49:02 +0000",
        ] {
            assert_eq!(read(text), Some(at), "{text}");
        }
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(read("1969-12-31T23:59:58.5Z"), Some(before));
        for text in [
            "",
            "yesterday",
            "2019-02-30T00:00:00Z",
            "99999-01-01T00:00:00Z",
            "1551394142",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
