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
    /// A new connection is served late: its TLS handshake, or without TLS the reading of its
    /// first request, begins after this much real time.
    SlowConnection {
        /// Milliseconds.
        ms: u64,
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
    /// An answer whose body ends early: the connection ends after this many bytes of it.
    RespondTruncated {
        /// The status, from 200 to 599.
        status: u16,
        /// The body, of which only a part is sent.
        body: String,
        /// More headers, `content-type` among them.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Bytes of the body that are sent.
        bytes: usize,
        /// Before or after processing.
        #[serde(default)]
        when: When,
    },
    /// The request is checked and accepted now, and takes effect later, whatever became of its
    /// order in between: a charge that lands late. A request that is refused is refused now.
    LandLater {
        /// Milliseconds until the effect.
        ms: u64,
        /// The clock by which they are counted.
        #[serde(default)]
        by: LandingClock,
        /// What the client is told now.
        #[serde(default)]
        answer: LateAnswer,
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

/// By which clock a late effect is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LandingClock {
    /// Real time.
    #[default]
    RealTime,
    /// The sandbox's clock: the effect lands when it is advanced that far.
    SandboxClock,
}

/// What a client is told of a request that takes effect later.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum LateAnswer {
    /// The connection is reset (TCP RST).
    #[default]
    Reset,
    /// Nothing: the connection stays open.
    Hang,
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
    },
}

impl Fault {
    /// The name of the kind, as in JSON.
    pub fn kind(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json["kind"].as_str().unwrap_or_default().to_owned()
    }

    /// The request is read, and no answer ever comes.
    pub const HANG: Self = Self::Hang { when: When::Before };

    /// No connection can be made, until the rule is removed.
    pub fn refuse() -> Self {
        Self::Refuse { for_ms: None }
    }

    /// New connections are served `ms` milliseconds late.
    pub fn slow_connection(ms: u64) -> Self {
        Self::SlowConnection { ms }
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

    /// A status with a body of this content type, of which only `bytes` bytes are sent.
    pub fn respond_truncated(
        status: u16,
        content_type: &str,
        body: &str,
        bytes: usize,
        when: When,
    ) -> Self {
        Self::RespondTruncated {
            status,
            body: body.to_owned(),
            headers: headers(&[("content-type", content_type)]),
            bytes,
            when,
        }
    }

    /// The request takes effect `ms` milliseconds of real time later.
    pub fn land_later(ms: u64, answer: LateAnswer) -> Self {
        Self::LandLater {
            ms,
            by: LandingClock::RealTime,
            answer,
        }
    }

    /// The request takes effect once the sandbox's clock shows `ms` milliseconds more.
    pub fn land_on_clock(ms: u64, answer: LateAnswer) -> Self {
        Self::LandLater {
            ms,
            by: LandingClock::SandboxClock,
            answer,
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
