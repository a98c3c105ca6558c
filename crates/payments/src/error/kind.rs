//! What an error means to the caller.

/// What an [`Error`](crate::Error) means to the caller, and with it
/// [what to do](crate#what-to-do-on-each-error).
///
/// # What each fault comes to
///
#[doc = include_str!("../../docs/fault-matrix.md")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A field is missing or wrong: [`field_errors`](crate::Error::field_errors) names it. Found
    /// before anything was sent, or by the service (code 10001).
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
    /// Too many requests. Nothing was charged; [`retry_after`](crate::Error::retry_after) tells how
    /// long to wait.
    RateLimited,
    /// The request never reached the service: no connection could be made, the rate limit left no
    /// place in time, or the rate limiter failed. Nothing was charged.
    NotSent,
    /// The service refused the request. Nothing was charged.
    Rejected,
    /// The charge may or may not have been made: [`unknown_outcome`](crate::Error::unknown_outcome)
    /// tells what is known.
    /// Do not pay again before
    /// [`AccountClient::look_up`](crate::AccountClient::look_up) has given a final answer.
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

impl ErrorKind {
    /// A stable name, for metrics and logs. All declines have one; their reason has its own.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Authentication => "authentication",
            Self::Configuration => "configuration",
            Self::OrderNotPayable => "order_not_payable",
            Self::Declined(_) => "declined",
            Self::Duplicate => "duplicate",
            Self::RateLimited => "rate_limited",
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Unexpected => "unexpected",
        }
    }

    pub(crate) fn summary(self) -> &'static str {
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

    pub(crate) fn advice(self) -> &'static str {
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
            Self::OutcomeUnknown => "look the attempt up before paying again",
            Self::Unexpected => "nothing was charged; try again, or report the correlation id",
        }
    }
}

impl DeclineReason {
    /// A stable name, for metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongDetails => "wrong_details",
            Self::CardExpired => "card_expired",
            Self::ContactIssuer => "contact_issuer",
            Self::InsufficientFunds => "insufficient_funds",
            Self::AuthorizationRevoked => "authorization_revoked",
        }
    }
}
