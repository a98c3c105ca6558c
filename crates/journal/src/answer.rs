//! What a charge came to, as it is told and stored.

use std::error::Error as _;

use bigcommerce_payments::{Error, ErrorKind, PaymentStatus, Receipt, TransactionType};
use serde::{Deserialize, Serialize};

use crate::{attempt_state::AttemptState, database::AttemptRow};

/// A charge that was made. Told again, word for word, to whoever asks with the same key.
///
/// Look at [`status`](Self::status) before shipping: a payment can be pending.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournaledCharge {
    /// The attempt that made it.
    pub attempt_id: String,
    /// The `X-Correlation-Id` of the charge.
    pub correlation_id: String,
    /// Identifier of the transaction.
    pub transaction_id: String,
    /// Whether the payment is done.
    pub status: PaymentStatus,
    /// Whether the money was captured or only reserved, where it is known.
    pub transaction_type: Option<TransactionType>,
    /// How it is known.
    pub evidence: Evidence,
}

/// How a charge is known to have been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// The service said so in answer to the charge.
    Receipt,
    /// The answer was lost; the order's transactions show it.
    LookUp,
    /// A person said so.
    Person,
}

/// Why nothing was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// What happened, in a sentence without secrets.
    pub message: String,
    /// What the caller can do about it.
    pub advice: String,
    /// The HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// The code of the answer, where there was one.
    pub code: Option<i64>,
    /// Whether a new charge may succeed with nothing changed.
    pub is_safe_to_retry: bool,
    /// Whether its key is used up, as after a decline: charge again under a new one. Where it is
    /// not, the same key may charge again.
    #[serde(skip)]
    pub uses_up_key: bool,
}

impl Refusal {
    /// The refusal of an attempt that ended so.
    pub(crate) fn of(self, state: AttemptState) -> Self {
        Self {
            uses_up_key: !state.leaves_key_free(),
            ..self
        }
    }

    pub(crate) fn from_error(error: &Error) -> Self {
        Self {
            message: message(error),
            advice: error.advice().to_owned(),
            status: error.status(),
            code: error.code().map(bigcommerce_payments::Code::number),
            is_safe_to_retry: error.is_safe_to_retry(),
            uses_up_key: false,
        }
    }

    pub(crate) fn declined_as_seen() -> Self {
        Self::without_answer(
            "the order shows a failed transaction only",
            "Charge again, with another instrument.",
            false,
        )
    }

    pub(crate) fn already_paid() -> Self {
        Self::without_answer("the order owes nothing", "Do not charge it.", false)
    }

    pub(crate) fn cannot_tell(why: &str) -> Self {
        Self::without_answer(
            format!("it cannot be told whether the order owes anything: {why}"),
            "Look at the order's payments; charge again when they are clear.",
            false,
        )
    }

    pub(crate) fn found_not_charged() -> Self {
        Self::without_answer(
            "a person found that nothing was charged",
            "Charge again.",
            true,
        )
    }

    pub(crate) fn never_sent(message: impl Into<String>) -> Self {
        Self::without_answer(message, "Charge again.", true)
    }

    fn without_answer(message: impl Into<String>, advice: &str, is_safe_to_retry: bool) -> Self {
        Self {
            message: message.into(),
            advice: advice.to_owned(),
            status: None,
            code: None,
            is_safe_to_retry,
            uses_up_key: false,
        }
    }
}

/// What is stored of an attempt's outcome, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum StoredOutcome {
    /// Charged, or pending.
    Charge {
        transaction_id: String,
        status: String,
        transaction_type: Option<String>,
        evidence: Evidence,
    },
    /// Nothing was charged.
    Refused(Refusal),
    /// It may have been charged.
    Unknown { cause: String },
    /// Nothing of it was seen.
    Released,
    /// It was charged, and given back.
    Reversed { transaction_id: String },
}

/// What happened and, where nothing was sent, what kept it from being sent.
fn message(error: &Error) -> String {
    match error.source() {
        Some(source) if error.kind() == ErrorKind::NotSent => format!("{error}: {source}"),
        _ => error.to_string(),
    }
}

/// The transaction that an attempt is known to have made.
pub(crate) fn made_transaction(row: &AttemptRow) -> Option<String> {
    match serde_json::from_str(row.outcome.as_deref()?).ok()? {
        StoredOutcome::Charge { transaction_id, .. }
        | StoredOutcome::Reversed { transaction_id } => Some(transaction_id),
        _ => None,
    }
}

impl StoredOutcome {
    pub(crate) fn from_receipt(receipt: &Receipt) -> Self {
        Self::Charge {
            transaction_id: receipt.transaction_id.clone(),
            status: receipt.status.as_str().to_owned(),
            transaction_type: receipt
                .transaction_type
                .as_ref()
                .map(|kind| kind.as_str().to_owned()),
            evidence: Evidence::Receipt,
        }
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers become JSON")
    }
}
