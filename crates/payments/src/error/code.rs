//! The error table of the guides as types.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::kind::{
    DeclineReason::{self, ContactIssuer, WrongDetails},
    ErrorKind::{
        self, Configuration, Declined, Duplicate, InvalidInput, OrderNotPayable, OutcomeUnknown,
        Rejected,
    },
};

/// Declares the codes, and what each is to a payment that it answers: one row a code.
macro_rules! codes {
    ($($number:literal $code:ident, $doc:literal, $kind:expr, $advice:expr;)+) => {
        /// The code that tells what is wrong (guide, "Error codes").
        ///
        /// A number that is not in the table stays as [`Code::Other`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!(stringify!($number), ": ", $doc)] $code,)+
            /// A code that is not in the table.
            Other(i64),
        }

        impl Code {
            /// Every code of the table.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The code behind a number. The guides print 30001 as 3001: both are one.
            pub fn from_number(number: i64) -> Self {
                match number {
                    3001 => Self::ConfigurationIncorrect,
                    $($number => Self::$code,)+
                    _ => Self::Other(number),
                }
            }

            /// The number of the code.
            pub fn number(self) -> i64 {
                match self {
                    $(Self::$code => $number,)+
                    Self::Other(number) => number,
                }
            }

            /// What it means for a payment that it answers, and what the caller can do.
            pub(crate) fn meaning(self) -> Option<(ErrorKind, &'static str)> {
                match self {
                    $(Self::$code => Some(($kind, $advice)),)+
                    Self::Other(_) => None,
                }
            }
        }
    };
}

/// What a code says of a charge that it answers, from the least dangerous on: to take a charge for
/// not made that may have been made is worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Danger {
    /// Nothing that is known.
    NotInTheTable,
    /// It was refused.
    InTheTable,
    /// It was submitted before, and may have been made then.
    SubmittedBefore,
    /// It may have been made.
    OutcomeUnknown,
}

impl Code {
    pub(crate) fn danger(self) -> Danger {
        match self.meaning() {
            None => Danger::NotInTheTable,
            Some((OutcomeUnknown, _)) => Danger::OutcomeUnknown,
            Some((Duplicate, _)) => Danger::SubmittedBefore,
            Some(_) => Danger::InTheTable,
        }
    }
}

const CHECK_ORDER: &str = "check the order id, and that the order is incomplete (status 0)";
const OTHER_INSTRUMENT: &str = "ask the shopper for another instrument";

codes! {
    10000 InternalError, "an internal error; what became of a charge is unknown.",
        OutcomeUnknown, "look the payment up before trying again";
    10001 InvalidFields, "fields are missing or invalid.",
        InvalidInput, "correct the fields that the error names";
    30000 ConfigurationNotFound, "the merchant has no payment configuration.",
        Configuration, "configure a payment gateway for the store";
    30001 ConfigurationIncorrect, "the merchant's payment configuration is wrong.",
        Configuration, "correct the settings of the store's payment gateway";
    30002 VaultingUnavailable, "the store does not keep instruments.",
        Configuration, "enable stored cards for the store";
    30003 OrderNotFound, "the order does not exist.",
        OrderNotPayable, CHECK_ORDER;
    30004 TotalsMismatch, "the line items do not add up to the grand total.",
        OrderNotPayable, "make a new payment access token, or the order again";
    30050 InstrumentNotSaved, "the instrument could not be saved.",
        Rejected, "check the card: month 1 to 12, year with four digits";
    30051 StoredInstrumentNotFound, "the stored instrument was not found.",
        Rejected, "ask for the accepted payment methods again";
    30100 TokenNotCreated, "the payment access token could not be made.",
        OrderNotPayable, CHECK_ORDER;
    30101 OrderInvalid, "the order is in the wrong status.",
        OrderNotPayable, "look the order up: only an incomplete one can be paid, and it may be paid already";
    30102 DeclinedDetails, "declined, because details of the card or the token are wrong.",
        Declined(WrongDetails), "check the card's details and the payment access token";
    30103 CardExpired, "the card has expired.",
        Declined(DeclineReason::CardExpired), OTHER_INSTRUMENT;
    30104 DeclinedByIssuer, "declined by the issuer.",
        Declined(ContactIssuer), "ask the shopper to contact the issuer of the card";
    30105 DuplicatePayment, "the payment was submitted before.",
        Duplicate, "do not pay again; find out whether the order is paid";
    30106 InsufficientFunds, "insufficient funds.",
        Declined(DeclineReason::InsufficientFunds), OTHER_INSTRUMENT;
    30107 AuthorizationRevoked, "the shopper revoked the stored instrument.",
        Declined(DeclineReason::AuthorizationRevoked), OTHER_INSTRUMENT;
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

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_maps_to_its_number_and_back() {
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), *code);
            assert!(code.meaning().is_some());
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
