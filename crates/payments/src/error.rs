//! The one error type of this crate.

pub(crate) mod code;
pub(crate) mod problem;
pub(crate) mod unknown_outcome;

use std::{error::Error as StdError, fmt, time::Duration};

use crate::{
    error::{
        code::Code,
        problem::{FieldError, Problem},
        unknown_outcome::UnknownOutcome,
    },
    send::{
        failure::FailedAttempt,
        retry::{AttemptOutcome, Operation, RetryAfter, RetryDecision, retry_decision},
    },
};

/// Why a call did not succeed. It holds no secret and prints none.
///
/// Match on [`kind`](Self::kind); the accessors tell the rest.
pub struct Error(Box<Repr>);

/// What an [`Error`] means to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A field is missing or wrong: [`Error::field_errors`] names it. Found before anything was
    /// sent, or by the service (code 10001).
    InvalidInput,
    /// The account token or the payment access token was not accepted, or lacks a scope.
    Authentication,
    /// The merchant has to set up or correct the payment gateway (30000, 30001, 30002).
    Configuration,
    /// The order does not exist, or is not in a state to be paid (30003, 30004, 30100, 30101).
    /// It may be paid already.
    OrderNotPayable,
    /// The payment was declined (30102 to 30104, 30106, 30107).
    Declined(DeclineReason),
    /// The payment was submitted before (30105). Do not pay again before the order was looked up.
    Duplicate,
    /// Too many requests. Nothing was charged; [`Error::retry_after`] tells how long to wait.
    RateLimited,
    /// The request never reached the service: no connection could be made, or the rate limit left
    /// no place in time. Nothing was charged.
    NotSent,
    /// The service refused the request. Nothing was charged.
    Rejected,
    /// The charge may or may not have been made: [`Error::unknown_outcome`] tells what is known.
    /// Do not pay again before
    /// [`AccountClient::reconcile`](crate::AccountClient::reconcile) has answered.
    OutcomeUnknown,
    /// An answer that this client cannot make sense of, to a request that charges nothing.
    Unexpected,
}

/// Why a payment was declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeclineReason {
    /// The details of the card, or the token, are wrong (30102).
    WrongDetails,
    /// The card has expired (30103).
    CardExpired,
    /// The shopper has to contact the issuer (30104).
    ContactIssuer,
    /// Insufficient funds (30106).
    InsufficientFunds,
    /// The shopper revoked the stored instrument (30107).
    AuthorizationRevoked,
}

struct Repr {
    kind: ErrorKind,
    status: Option<u16>,
    problem: Problem,
    retry_after: Option<Duration>,
    correlation_id: Option<String>,
    safe_to_retry: bool,
    unknown: Option<UnknownOutcome>,
    source: Option<Box<dyn StdError + Send + Sync>>,
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

    /// The code of the error body (guide, "Error codes"), where there was one.
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

    /// How long the service asked to wait, where it did.
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

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        Self(Box::new(Repr {
            kind: ErrorKind::InvalidInput,
            status: None,
            problem: Problem {
                errors,
                ..Problem::default()
            },
            retry_after: None,
            correlation_id: None,
            safe_to_retry: false,
            unknown: None,
            source: None,
        }))
    }

    pub(crate) fn unless_empty(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self::invalid(errors))
        }
    }

    pub(crate) fn from_failure(
        failure: FailedAttempt,
        operation: Operation,
        correlation_id: &str,
    ) -> Self {
        Self(Box::new(Repr {
            kind: kind(operation, failure.outcome),
            status: failure.status,
            problem: failure.problem,
            retry_after: match failure.asked {
                RetryAfter::NotAsked => None,
                RetryAfter::RateLimited(wait) => wait,
            },
            correlation_id: Some(correlation_id.to_owned()),
            safe_to_retry: retry_decision(operation, failure.outcome) == RetryDecision::Retry,
            unknown: None,
            source: failure.source,
        }))
    }

    pub(crate) fn with_unknown_outcome(mut self, outcome: UnknownOutcome) -> Self {
        self.0.unknown = Some(outcome);
        self
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
        match &self.0.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

impl ErrorKind {
    fn summary(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid input",
            Self::Authentication => "not authenticated",
            Self::Configuration => "the store's payment configuration is not usable",
            Self::OrderNotPayable => "the order cannot be paid",
            Self::Declined(_) => "the payment was declined",
            Self::Duplicate => "the payment was submitted before",
            Self::RateLimited => "too many requests",
            Self::NotSent => "the request was not sent",
            Self::Rejected => "the request was rejected",
            Self::OutcomeUnknown => "the outcome of the payment is unknown",
            Self::Unexpected => "unexpected answer",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::InvalidInput => "correct the fields that the error names",
            Self::Authentication => "check the token and its scopes",
            Self::Configuration => "correct the settings of the store's payment gateway",
            Self::OrderNotPayable => "look the order up; it may be paid already",
            Self::Declined(_) => "ask the shopper for another instrument",
            Self::Duplicate => "do not pay again; find out whether the order is paid",
            Self::RateLimited => "wait, then try again",
            Self::NotSent => "check the connection, then try again",
            Self::Rejected => "correct the request",
            Self::OutcomeUnknown => "reconcile the order before paying again",
            Self::Unexpected => "nothing was charged; try again, or report the correlation id",
        }
    }
}

fn kind(operation: Operation, outcome: AttemptOutcome) -> ErrorKind {
    if retry_decision(operation, outcome) == RetryDecision::Never {
        return ErrorKind::OutcomeUnknown;
    }
    match outcome {
        AttemptOutcome::NotConnected => ErrorKind::NotSent,
        AttemptOutcome::NoAnswer | AttemptOutcome::UnreadableSuccess => ErrorKind::Unexpected,
        AttemptOutcome::Refused { status: 429, .. } => ErrorKind::RateLimited,
        AttemptOutcome::Refused { status, code, .. } => match code.and_then(Code::meaning) {
            Some((ErrorKind::OutcomeUnknown, _)) => ErrorKind::Unexpected,
            Some((ErrorKind::InvalidInput, _)) if status == 401 => ErrorKind::Authentication,
            Some((kind, _)) => kind,
            None => kind_of_status(operation, status),
        },
    }
}

fn kind_of_status(operation: Operation, status: u16) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Authentication,
        409 => ErrorKind::OrderNotPayable,
        404 if operation == Operation::CreateToken => ErrorKind::OrderNotPayable,
        400..=499 => ErrorKind::Rejected,
        _ => ErrorKind::Unexpected,
    }
}
