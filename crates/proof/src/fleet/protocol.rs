//! What the run and its processes say to each other: lines of JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{fleet::args::WrongVariant, instrument::PlainInstrument};

/// What a process is told when it starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub(crate) api_url: String,
    pub(crate) payments_url: String,
    pub(crate) database_url: String,
    pub(crate) pooler: bool,
    pub(crate) owner: String,
    /// How many payments of a store may arrive within the window.
    pub(crate) limit: usize,
    pub(crate) wrong: Option<WrongVariant>,
}

/// What a process is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Command {
    /// Charge, and answer.
    Charge(Job),
    /// Send itself a signal when an attempt comes to a step.
    SignalAt { step: String, signal: StepSignal },
    /// Send itself none.
    NoSignal,
    /// Take no more charges, finish those that run, and end.
    ShutDown,
}

/// A charge to make.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) number: u64,
    pub(crate) store: String,
    pub(crate) order: u32,
    pub(crate) key: String,
    pub(crate) payment_method_id: String,
    pub(crate) instrument: PlainInstrument,
    /// Charge what the order still owes, rather than an order that was not charged.
    pub(crate) is_further_tender: bool,
    /// Drop the future after so many milliseconds.
    pub(crate) drop_after_ms: Option<u64>,
}

/// The signal that a process sends itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StepSignal {
    Kill,
    Stop,
}

/// What a process says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// It takes charges.
    Ready,
    /// A charge has its answer.
    Answer { number: u64, told: Told },
    /// It sends itself the signal.
    AtStep { signal: StepSignal },
}

/// What a caller is told of a charge, in words for the caller and for the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) answer: ChargeAnswer,
    /// The attempt of which it says that it charged nothing.
    pub(crate) not_charged: Option<String>,
}

/// What a caller is told of a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChargeAnswer {
    /// This charge was made.
    Charged(AnsweredCharge),
    /// It is being decided.
    Pending,
    /// The order was charged under another key.
    AlreadyPaid(AnsweredCharge),
    /// Nothing was charged, and a new charge under the same key may be.
    NotSent(String),
    /// Nothing was charged, and the key is used up.
    Declined(String),
    /// The shopper was charged, and got the money back.
    Reversed,
    /// The key stands for something else.
    KeyReused,
    /// Nothing that is final: ask again.
    AskAgain(String),
}

/// A charge that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AnsweredCharge {
    pub(crate) attempt_id: String,
    pub(crate) transaction_id: String,
    /// It is known by the service's own answer, rather than by a look-up.
    pub(crate) by_receipt: bool,
}

/// The steps of an attempt at which a process can be sent a signal.
pub(crate) const STEPS: [&str; 6] = [
    "claiming",
    "claimed",
    "token made",
    "sending",
    "answered",
    "finished",
];

/// The step of an unfenced charge at which its place has come.
pub(crate) const PLACE_CAME: &str = "place came";

impl From<ChargeAnswer> for Told {
    /// An answer that says of no attempt that it charged nothing.
    fn from(answer: ChargeAnswer) -> Self {
        Self {
            answer,
            not_charged: None,
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.not_charged {
            None => self.answer.fmt(f),
            Some(attempt_id) => write!(f, "{}; {attempt_id} charged nothing", self.answer),
        }
    }
}

impl fmt::Display for ChargeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Charged(charge) => write!(f, "charged: {charge:?}"),
            Self::Pending => f.write_str("pending"),
            Self::AlreadyPaid(charge) => write!(f, "already paid: {charge:?}"),
            Self::NotSent(why) => write!(f, "not sent: {why}"),
            Self::Declined(why) => write!(f, "declined: {why}"),
            Self::Reversed => f.write_str("charged, and given back"),
            Self::KeyReused => f.write_str("the key stands for something else"),
            Self::AskAgain(why) => write!(f, "ask again: {why}"),
        }
    }
}
