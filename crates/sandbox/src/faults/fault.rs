//! The kinds of faults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whether a fault strikes before the request takes effect or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum When {
    /// Nothing has happened: no token made, no money moved.
    #[default]
    Before,
    /// The request took effect, and the client is not told so.
    After,
}

/// Something that goes wrong with a call. In JSON, told apart by `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing goes wrong: a step of a script that lets its call through.
    Pass,
    /// No connection can be made to the host: its listener is closed until the rule is removed
    /// or `for_ms` milliseconds (of real time) have passed.
    Refuse {
        /// How long, or until removed.
        #[serde(default)]
        for_ms: Option<u64>,
    },
    /// The answer comes late, in real time.
    Delay {
        /// Milliseconds.
        ms: u64,
        /// Whether to wait before or after processing.
        #[serde(default)]
        when: When,
    },
    /// The connection is reset (TCP RST) once the head of the request has come, its body unread.
    ResetBeforeReading,
    /// The connection is reset (TCP RST) instead of an answer.
    Reset {
        /// Before or after processing.
        #[serde(default)]
        when: When,
    },
    /// No answer ever comes, and the connection stays open.
    Hang {
        /// Before or after processing.
        #[serde(default)]
        when: When,
    },
    /// The request is processed; the connection ends after this many bytes of the answer's body.
    Truncate {
        /// Bytes of the body that are sent.
        bytes: usize,
        /// Ends the connection with a reset rather than an orderly close.
        #[serde(default)]
        reset: bool,
    },
    /// The request is processed; the answer stops after this many bytes of its body, and the
    /// connection stays open.
    Stall {
        /// Bytes of the body that are sent.
        bytes: usize,
    },
    /// An answer of any kind.
    Respond {
        /// The status, from 200 to 599.
        status: u16,
        /// The body, or none.
        #[serde(default)]
        body: Option<String>,
        /// More headers, `content-type` among them.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Before or after processing.
        #[serde(default)]
        when: When,
    },
    /// Bytes that are not HTTP.
    Garbage {
        /// Before or after processing.
        #[serde(default)]
        when: When,
    },
    /// The request is processed; every value of the answer has another JSON type.
    WrongTypes,
    /// The request is processed; the answer is padded to this many bytes of valid JSON.
    Gigantic {
        /// Bytes of the body.
        bytes: u64,
    },
    /// The clock of this call is off: its `Date`, and the times of a token it makes.
    ClockSkew {
        /// Seconds ahead; negative for behind.
        seconds: i64,
    },
}

impl Fault {
    /// The request is read, and no answer ever comes.
    pub const HANG: Self = Self::Hang { when: When::Before };

    /// No connection can be made, until the rule is removed.
    pub fn refuse() -> Self {
        Self::Refuse { for_ms: None }
    }

    /// The answer comes `ms` milliseconds late.
    pub fn delay(ms: u64, when: When) -> Self {
        Self::Delay { ms, when }
    }

    /// The connection is reset instead of an answer.
    pub fn reset(when: When) -> Self {
        Self::Reset { when }
    }

    /// The connection is closed after `bytes` bytes of the answer's body.
    pub fn truncate(bytes: usize) -> Self {
        Self::Truncate {
            bytes,
            reset: false,
        }
    }

    /// A status without a body.
    pub fn status(status: u16, when: When) -> Self {
        Self::Respond {
            status,
            body: None,
            headers: BTreeMap::new(),
            when,
        }
    }

    /// A status with a body of this content type.
    pub fn respond(status: u16, content_type: &str, body: &str, when: When) -> Self {
        Self::Respond {
            status,
            body: Some(body.to_owned()),
            headers: headers(&[("content-type", content_type)]),
            when,
        }
    }

    /// The HTML error page of a proxy.
    pub fn html(status: u16, when: When) -> Self {
        let page = format!("<html><body><h1>{status}</h1><p>nginx</p></body></html>\n");
        Self::respond(status, "text/html", &page, when)
    }

    /// A redirect, before processing. The 307 asks the client to send its request again.
    pub fn redirect(location: &str) -> Self {
        Self::Respond {
            status: 307,
            body: None,
            headers: headers(&[("location", location)]),
            when: When::Before,
        }
    }

    /// A 429 with exactly these headers, before processing.
    pub fn rate_limited(with: &[(&str, &str)]) -> Self {
        Self::Respond {
            status: 429,
            body: None,
            headers: headers(with),
            when: When::Before,
        }
    }
}

fn headers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
