//! The error table of the guides as types.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::{DeclineReason, ErrorKind};

/// The code that tells what is wrong (guide, "Error codes").
///
/// A number that is not in the table stays as [`Code::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// 10000: an internal error. What became of a charge is unknown.
    InternalError,
    /// 10001: fields are missing or invalid.
    InvalidFields,
    /// 30000: the merchant has no payment configuration.
    ConfigurationNotFound,
    /// 30001, which the guides print as 3001: the merchant's payment configuration is wrong.
    ConfigurationIncorrect,
    /// 30002: the store does not keep instruments.
    VaultingUnavailable,
    /// 30003: the order does not exist.
    OrderNotFound,
    /// 30004: the line items do not add up to the grand total.
    TotalsMismatch,
    /// 30050: the instrument could not be saved.
    InstrumentNotSaved,
    /// 30051: the stored instrument was not found.
    StoredInstrumentNotFound,
    /// 30100: the payment access token could not be made.
    TokenNotCreated,
    /// 30101: the order is in the wrong status.
    OrderInvalid,
    /// 30102: declined, because details of the card or the token are wrong.
    DeclinedDetails,
    /// 30103: the card has expired.
    CardExpired,
    /// 30104: declined by the issuer.
    DeclinedByIssuer,
    /// 30105: the payment was submitted before.
    DuplicatePayment,
    /// 30106: insufficient funds.
    InsufficientFunds,
    /// 30107: the shopper revoked the stored instrument.
    AuthorizationRevoked,
    /// A code that is not in the table.
    Other(i64),
}

impl Code {
    /// The code behind a number; 3001 and 30001 are one.
    pub fn from_number(number: i64) -> Self {
        if number == 3001 {
            return Self::ConfigurationIncorrect;
        }
        TABLE
            .iter()
            .find(|row| row.number == number)
            .map_or(Self::Other(number), |row| row.code)
    }

    /// The number of the code.
    pub fn number(self) -> i64 {
        match self {
            Self::Other(number) => number,
            known => known.row().map_or(0, |row| row.number),
        }
    }

    /// Every code of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.code)
    }

    /// What the code means for a payment that it answers, where the table says so.
    pub(crate) fn kind(self) -> Option<ErrorKind> {
        self.row().map(|row| row.kind)
    }

    /// What the caller can do.
    pub(crate) fn advice(self) -> Option<&'static str> {
        self.row().map(|row| row.advice)
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.code == self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}

struct Row {
    number: i64,
    code: Code,
    kind: ErrorKind,
    advice: &'static str,
}

const fn row(number: i64, code: Code, kind: ErrorKind, advice: &'static str) -> Row {
    Row {
        number,
        code,
        kind,
        advice,
    }
}

const CHECK_ORDER: &str = "check the order id, and that the order is incomplete (status 0)";
const CHECK_GATEWAY: &str = "correct the settings of the store's payment gateway";
const OTHER_INSTRUMENT: &str = "ask the shopper for another instrument";

/// The guides' error table; the advice is for the caller of this client.
const TABLE: &[Row] = &[
    row(
        10000,
        Code::InternalError,
        ErrorKind::OutcomeUnknown,
        "look the payment up before trying again",
    ),
    row(
        10001,
        Code::InvalidFields,
        ErrorKind::InvalidInput,
        "correct the fields that the error names",
    ),
    row(
        30000,
        Code::ConfigurationNotFound,
        ErrorKind::Configuration,
        "configure a payment gateway for the store",
    ),
    row(
        30001,
        Code::ConfigurationIncorrect,
        ErrorKind::Configuration,
        CHECK_GATEWAY,
    ),
    row(
        30002,
        Code::VaultingUnavailable,
        ErrorKind::Configuration,
        "enable stored cards for the store",
    ),
    row(
        30003,
        Code::OrderNotFound,
        ErrorKind::OrderNotPayable,
        CHECK_ORDER,
    ),
    row(
        30004,
        Code::TotalsMismatch,
        ErrorKind::OrderNotPayable,
        "make a new payment access token, or the order again",
    ),
    row(
        30050,
        Code::InstrumentNotSaved,
        ErrorKind::Rejected,
        "check the card: month 1 to 12, year with four digits",
    ),
    row(
        30051,
        Code::StoredInstrumentNotFound,
        ErrorKind::Rejected,
        "ask for the accepted payment methods again",
    ),
    row(
        30100,
        Code::TokenNotCreated,
        ErrorKind::OrderNotPayable,
        CHECK_ORDER,
    ),
    row(
        30101,
        Code::OrderInvalid,
        ErrorKind::OrderNotPayable,
        "check whether the order is paid already; only an incomplete order (status 0) can be",
    ),
    row(
        30102,
        Code::DeclinedDetails,
        ErrorKind::Declined(DeclineReason::WrongDetails),
        "check the card's details and the payment access token",
    ),
    row(
        30103,
        Code::CardExpired,
        ErrorKind::Declined(DeclineReason::CardExpired),
        OTHER_INSTRUMENT,
    ),
    row(
        30104,
        Code::DeclinedByIssuer,
        ErrorKind::Declined(DeclineReason::ContactIssuer),
        "ask the shopper to contact the issuer of the card",
    ),
    row(
        30105,
        Code::DuplicatePayment,
        ErrorKind::Duplicate,
        "do not pay again; find out whether the order is paid",
    ),
    row(
        30106,
        Code::InsufficientFunds,
        ErrorKind::Declined(DeclineReason::InsufficientFunds),
        OTHER_INSTRUMENT,
    ),
    row(
        30107,
        Code::AuthorizationRevoked,
        ErrorKind::Declined(DeclineReason::AuthorizationRevoked),
        OTHER_INSTRUMENT,
    ),
];

#[cfg(test)]
mod tests {
    use super::{Code, TABLE};

    #[test]
    fn every_row_maps_to_its_number_and_back() {
        for row in TABLE {
            assert_eq!(Code::from_number(row.number), row.code);
            assert_eq!(row.code.number(), row.number);
        }
    }

    #[test]
    fn the_misprint_is_the_code_it_stands_for() {
        assert_eq!(Code::from_number(3001), Code::from_number(30001));
        assert_eq!(Code::from_number(3001).number(), 30001);
    }

    #[test]
    fn an_unknown_number_is_kept() {
        assert_eq!(Code::from_number(40404).number(), 40404);
    }
}
