//! The one error type of this crate.

mod body;
mod code;
mod codes_in_body;
mod echo;
mod kind;
mod letters;
mod problem;
mod redaction;
mod unknown_outcome;

use std::{error::Error as StdError, fmt, time::Duration};

pub use code::Code;
pub(crate) use echo::redacted;
pub use kind::{DeclineReason, ErrorKind};
pub use problem::Problem;
pub(crate) use redaction::Redaction;
pub use unknown_outcome::{UnknownCause, UnknownOutcome};

use crate::model::{FieldError, InvalidInput, PaymentAccessToken};

/// Why a call did not succeed. It prints no secret, and holds none but a payment access token
/// that was not used.
///
/// Match on [`kind`](Self::kind); the accessors tell the rest. A table says
/// [what to do on each error](crate#what-to-do-on-each-error).
///
/// ```
/// use bigcommerce_payments::{Error, ErrorKind};
///
/// fn answer(error: &Error) -> String {
///     match error.kind() {
///         ErrorKind::Declined(reason) => format!("declined: {}", reason.as_str()),
///         ErrorKind::OutcomeUnknown => "wait: it is being found out whether this is paid".into(),
///         ErrorKind::InvalidInput => {
///             let fields = error.field_errors().iter();
///             fields.map(|it| format!("{}: {}\n", it.field, it.message)).collect()
///         }
///         _ if error.is_safe_to_retry() => match error.retry_after() {
///             Some(wait) => format!("try again in {} s", wait.as_secs()),
///             None => "try again".into(),
///         },
///         _ => format!("{error}: {}", error.advice()),
///     }
/// }
///
/// let error = Error::from(bigcommerce_payments::OrderId::new(0).unwrap_err());
/// assert!(answer(&error).starts_with("order_id: must be"));
/// ```
pub struct Error(Box<ErrorDetails>);

/// All that an [`Error`] tells.
pub(crate) struct ErrorDetails {
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<u16>,
    pub(crate) problem: Problem,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) safe_to_retry: bool,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
    pub(crate) unknown: Option<UnknownOutcome>,
    pub(crate) unused_token: Option<PaymentAccessToken>,
}

impl Error {
    /// What the error means to the caller.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The code of the error body (guide, "Error codes"), where there was one; of several, the one
    /// that warns most.
    pub fn code(&self) -> Option<Code> {
        self.0.problem.code
    }

    /// The error body as far as it could be read.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// What is wrong, field by field.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.problem.errors
    }

    /// How long the service or the rate limiter asked to wait, where one did: at most a year, so that
    /// it can be added to any clock's time.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The `X-Correlation-Id` of the requests, for the platform's support.
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// Whether the same call can be made again: nothing was charged, and it may succeed later.
    /// `false` for a decline, which can only succeed with something changed.
    pub fn is_safe_to_retry(&self) -> bool {
        self.0.safe_to_retry
    }

    /// What is known of a charge whose outcome is not.
    pub fn unknown_outcome(&self) -> Option<&UnknownOutcome> {
        self.0.unknown.as_ref()
    }

    /// What the caller can do about it.
    pub fn advice(&self) -> &'static str {
        match self.code().and_then(Code::meaning) {
            Some((kind, advice)) if kind == self.0.kind => advice,
            _ => self.0.kind.advice(),
        }
    }

    /// The payment access token, where it is known that no charge with it was processed: it was
    /// refused before it was sent, or was sent in vain. It can be used for the next try.
    pub fn into_unused_token(self) -> Option<PaymentAccessToken> {
        self.0.unused_token
    }

    pub(crate) fn new(details: ErrorDetails) -> Self {
        Self(Box::new(details))
    }

    pub(crate) fn with_unused_token(mut self, token: PaymentAccessToken) -> Self {
        self.0.unused_token = Some(token);
        self
    }

    pub(crate) fn with_unknown_outcome(mut self, outcome: UnknownOutcome) -> Self {
        self.0.unknown = Some(outcome);
        self
    }
}

impl From<InvalidInput> for Error {
    fn from(invalid: InvalidInput) -> Self {
        Self::new(ErrorDetails {
            kind: ErrorKind::InvalidInput,
            status: None,
            problem: Problem {
                errors: invalid.into_field_errors(),
                ..Problem::default()
            },
            retry_after: None,
            correlation_id: None,
            safe_to_retry: false,
            source: None,
            unknown: None,
            unused_token: None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.summary())?;
        match (self.0.status, self.code()) {
            (Some(status), Some(code)) => write!(f, " (status {status}, code {code})")?,
            (Some(status), None) => write!(f, " (status {status})")?,
            (None, _) => {}
        }
        self.0.problem.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("status", &self.0.status)
            .field("problem", &self.0.problem)
            .field("retry_after", &self.0.retry_after)
            .field("correlation_id", &self.0.correlation_id)
            .field("safe_to_retry", &self.0.safe_to_retry)
            .field("unknown_outcome", &self.0.unknown)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
