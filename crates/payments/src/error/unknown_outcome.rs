//! A charge of which nobody knows yet whether it was made.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::model::{ChargeAttempt, rfc3339};

/// What is known of a charge whose outcome is unknown.
///
/// It is no failure: the shopper may have been charged. Store it, and
/// [look the attempt up](crate::AccountClient::look_up_until), from this process or another.
///
/// As JSON: `{"attempt":{…},"cause":"no_answer","at":"2026-11-21T14:24:43Z"}`, where a cause with
/// a status is `{"status":{"status":500}}` or `{"unreadable_success":{"status":201}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnknownOutcome {
    /// The charge.
    pub attempt: ChargeAttempt,
    /// What happened.
    pub cause: UnknownCause,
    /// When it happened, by this machine's clock.
    #[serde(with = "rfc3339")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub at: SystemTime,
}

impl UnknownOutcome {
    /// An unknown outcome that was found out elsewhere, such as by a process that was started
    /// again.
    pub fn new(attempt: ChargeAttempt, cause: UnknownCause, at: SystemTime) -> Self {
        Self { attempt, cause, at }
    }
}

/// Why the outcome of a charge is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnknownCause {
    /// The request was sent, and no answer came back.
    NoAnswer,
    /// The service answered with success, and the body could not be read.
    UnreadableSuccess {
        /// The status of the answer.
        status: u16,
    },
    /// The service answered with a status that does not tell.
    Status {
        /// The status of the answer.
        status: u16,
    },
}
