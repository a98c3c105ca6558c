//! Why a charge through the journal gave no charge.

use std::{error::Error as StdError, fmt};

use crate::{
    answer::{JournaledCharge, Refusal},
    attempt::Attempt,
    database::DatabaseError,
};

/// Why [`charge`](crate::JournaledStore::charge) gave no charge. It holds no secret.
///
/// # What is said of earlier calls
///
/// *Nothing was charged by this call* is said of this call alone. After
/// [`OrderTaken`](Self::OrderTaken), [`CannotTell`](Self::CannotTell),
/// [`KeyReused`](Self::KeyReused), [`ShuttingDown`](Self::ShuttingDown) and
/// [`Database`](Self::Database) an earlier call may have charged the order, also one with the same
/// key: do not tell the shopper that nothing was paid. Ask again with the same key, later.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChargeError {
    /// The key is not 1 to 255 visible ASCII characters. Nothing was charged.
    InvalidKey,
    /// The key stands for another order, payment method or instrument type. Nothing was charged
    /// by this call.
    KeyReused(Box<Attempt>),
    /// The attempt of this key is still running, or waits for recovery. Ask again with the same
    /// key, or [wait](crate::JournaledStore::wait).
    InProgress(Box<Attempt>),
    /// The attempt of another key has the order, and may charge it. Nothing was charged by this
    /// call.
    OrderTaken(Box<Attempt>),
    /// The order was charged under another key. Nothing was charged by this call.
    AlreadyPaid(Box<JournaledCharge>),
    /// Whether the order owes anything cannot be told from its transactions, and why. Nothing was
    /// charged by this call; the key stays free.
    CannotTell(String),
    /// Nothing was charged under the key: the service refused it, or it never left.
    /// [`uses_up_key`](Refusal::uses_up_key) says whether another charge needs a new key.
    Refused(Box<Refusal>),
    /// The process slept, or was without its database, for longer than its lease. This call
    /// charged nothing, but recovery has the attempt, and another one of its key may be charged by
    /// now: charge again under the same key, which tells what was charged, or charges.
    LeaseLost {
        /// The attempt that was lost.
        attempt_id: String,
    },
    /// The shopper may have been charged. Do not charge again: recovery finds out, and whoever
    /// asks with the same key gets the answer. Where the attempt is
    /// [released](crate::AttemptState::Released), nothing of it was seen: its key charges again,
    /// after a look at the order.
    OutcomeUnknown(Box<Attempt>),
    /// The shopper was charged, and the money was given back.
    Reversed(Box<Attempt>),
    /// The journal is shutting down. Nothing was charged by this call.
    ShuttingDown,
    /// The database did not take the claim, or could not be asked. Nothing was charged by this
    /// call.
    Database(DatabaseError),
}

impl fmt::Display for ChargeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidKey => {
                f.write_str("an idempotency key is 1 to 255 visible ASCII characters")
            }
            Self::KeyReused(attempt) => write!(
                f,
                "the key stands for order {} with {}: take a new key",
                attempt.order_id, attempt.payment_method_id
            ),
            Self::InProgress(attempt) => {
                write!(f, "the charge of this key is {}", attempt.state.as_str())
            }
            Self::OrderTaken(attempt) => write!(
                f,
                "order {} is taken by attempt {}, which is {}",
                attempt.order_id,
                attempt.attempt_id,
                attempt.state.as_str()
            ),
            Self::AlreadyPaid(charge) => {
                write!(f, "the order was charged by attempt {}", charge.attempt_id)
            }
            Self::CannotTell(why) => {
                write!(
                    f,
                    "it cannot be told whether the order owes anything: {why}"
                )
            }
            Self::Refused(refusal) => f.write_str(&refusal.message),
            Self::LeaseLost { attempt_id } => write!(
                f,
                "attempt {attempt_id} was taken over by recovery: ask again with the same key"
            ),
            Self::OutcomeUnknown(attempt) => write!(
                f,
                "the outcome of attempt {} is not known: do not charge again",
                attempt.attempt_id
            ),
            Self::Reversed(attempt) => {
                write!(
                    f,
                    "the charge of attempt {} was given back",
                    attempt.attempt_id
                )
            }
            Self::ShuttingDown => f.write_str("the journal is shutting down"),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl StdError for ChargeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DatabaseError> for ChargeError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}
