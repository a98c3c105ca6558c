//! A charge of which nobody knows yet whether it was made.

use std::time::SystemTime;

use serde::Serialize;

use crate::model::OrderId;

/// What is known of a charge whose outcome is unknown.
///
/// It is no failure: the shopper may have been charged. Store it, and ask
/// [`AccountClient::reconcile`](crate::AccountClient::reconcile) about the order, from this process
/// or another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnknownOutcome {
    /// The order that was to be paid.
    pub order: OrderId,
    /// The `X-Correlation-Id` of the charge.
    pub correlation_id: String,
    /// What happened.
    pub cause: UnknownCause,
    /// When it happened, by this machine's clock.
    pub at: SystemTime,
}

/// Why the outcome of a charge is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
