//! The body of a payment request.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{
    fields::{Fields, Object},
    problem::Problem,
};

/// What a payment can be made with, told apart by `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InstrumentKind {
    Card,
    StoredCard,
    StoredPaypalAccount,
    StoredBankAccount,
    GiftCertificate,
    StoreCredit,
    TokenizedCard,
}

impl InstrumentKind {
    const ALL: [Self; 7] = [
        Self::Card,
        Self::StoredCard,
        Self::StoredPaypalAccount,
        Self::StoredBankAccount,
        Self::GiftCertificate,
        Self::StoreCredit,
        Self::TokenizedCard,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::StoredCard => "stored_card",
            Self::StoredPaypalAccount => "stored_paypal_account",
            Self::StoredBankAccount => "stored_bank_account",
            Self::GiftCertificate => "gift_certificate",
            Self::StoreCredit => "store_credit",
            Self::TokenizedCard => "tokenized_card",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

pub(crate) struct PaymentRequest {
    pub(crate) instrument: Instrument,
    pub(crate) payment_method_id: String,
    pub(crate) save_instrument: bool,
}

pub(crate) struct Instrument {
    pub(crate) kind: InstrumentKind,
    pub(crate) details: InstrumentDetails,
    pub(crate) has_verification_value: bool,
}

pub(crate) enum InstrumentDetails {
    Card(CardDetails),
    /// The token of a stored instrument.
    Token(String),
    TokenizedCard(TokenizedCard),
    GiftCertificate(String),
    StoreCredit,
}

pub(crate) struct CardDetails {
    pub(crate) number: String,
    pub(crate) expiry_month: u8,
    pub(crate) expiry_year: i32,
}

/// What is told of a card besides its token.
pub(crate) struct TokenizedCard {
    pub(crate) iin: Option<String>,
    /// The last month in which it may be good, where the year is given.
    pub(crate) expiry: Option<(u8, i32)>,
}

impl PaymentRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        let body = Fields::parse_body(body)?;
        let mut fields = Fields::default();
        let request = Self::read(&mut fields, &Object::root(&body));
        fields.finish(request)
    }

    fn read(fields: &mut Fields, root: &Object<'_>) -> Option<Self> {
        let payment = fields.object(root, "payment")?;
        let payment_method_id = fields.string(&payment, "payment_method_id");
        let save_instrument = fields.optional(&payment, "save_instrument", Fields::boolean);
        let instrument = fields.object(&payment, "instrument");
        let instrument = instrument.and_then(|it| Instrument::read(fields, &it));
        Some(Self {
            instrument: instrument?,
            payment_method_id: payment_method_id?,
            save_instrument: save_instrument.unwrap_or(false),
        })
    }
}

impl Instrument {
    fn read(fields: &mut Fields, it: &Object<'_>) -> Option<Self> {
        let name = fields.string(it, "type")?;
        let Some(kind) = InstrumentKind::from_name(&name) else {
            fields.reject(it.path_of("type"), "is not a known instrument type");
            return None;
        };
        let verification_value = match kind {
            InstrumentKind::Card | InstrumentKind::StoredCard => {
                read_verification_value(fields, it)
            }
            _ => None,
        };
        let details = match kind {
            InstrumentKind::Card => CardDetails::read(fields, it).map(InstrumentDetails::Card),
            InstrumentKind::StoredCard
            | InstrumentKind::StoredPaypalAccount
            | InstrumentKind::StoredBankAccount => {
                fields.string(it, "token").map(InstrumentDetails::Token)
            }
            InstrumentKind::TokenizedCard => {
                TokenizedCard::read(fields, it).map(InstrumentDetails::TokenizedCard)
            }
            InstrumentKind::GiftCertificate => fields
                .string(it, "gift_certificate_code")
                .map(InstrumentDetails::GiftCertificate),
            InstrumentKind::StoreCredit => Some(InstrumentDetails::StoreCredit),
        };
        Some(Self {
            kind,
            details: details?,
            has_verification_value: verification_value.is_some(),
        })
    }
}

impl CardDetails {
    fn read(fields: &mut Fields, it: &Object<'_>) -> Option<Self> {
        fields.string(it, "cardholder_name");
        for name in ["issue_month", "issue_year", "issue_number"] {
            fields.optional(it, name, Fields::integer);
        }
        let number = fields.string(it, "number");
        if let Some(number) = &number {
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            if !digits || !(12..=19).contains(&number.len()) {
                fields.reject(it.path_of("number"), "must be 12 to 19 digits");
            }
        }
        let month = fields.integer(it, "expiry_month");
        let year = fields.integer(it, "expiry_year");
        if month.is_some_and(|month| !(1..=12).contains(&month)) {
            fields.reject(it.path_of("expiry_month"), "must be from 1 to 12");
        }
        if year.is_some_and(|year| !(1000..=9999).contains(&year)) {
            fields.reject(it.path_of("expiry_year"), "must have four digits");
        }
        Some(Self {
            number: number?,
            expiry_month: u8::try_from(month?).ok()?,
            expiry_year: i32::try_from(year?).ok()?,
        })
    }
}

fn read_verification_value(fields: &mut Fields, it: &Object<'_>) -> Option<String> {
    let value = fields.optional(it, "verification_value", Fields::string)?;
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !(3..=4).contains(&value.len()) {
        fields.reject(it.path_of("verification_value"), "must be 3 or 4 digits");
    }
    Some(value)
}

impl TokenizedCard {
    fn read(fields: &mut Fields, it: &Object<'_>) -> Option<Self> {
        let iin = text(fields, it, "iin");
        text(fields, it, "last_four_digits");
        let month = text(fields, it, "expiration_month");
        let year = text(fields, it, "expiration_year");
        let month = month.and_then(|text| number(fields, it, "expiration_month", &text, 1..=12));
        let years = 1000..=9999;
        let year = year.and_then(|text| number(fields, it, "expiration_year", &text, years));
        fields.string(it, "token")?;
        let month = month.map_or(Some(12), |month| u8::try_from(month).ok());
        Some(Self {
            iin,
            expiry: month.zip(year),
        })
    }
}

/// A field that the schema has as a string, and the document's own example as an integer.
fn text(fields: &mut Fields, it: &Object<'_>, name: &str) -> Option<String> {
    if it.get(name).is_some_and(Value::is_number) {
        fields.reject(
            it.path_of(name),
            "must be a string: the schema says so, although the document's example has an integer",
        );
        return None;
    }
    fields.optional(it, name, Fields::string)
}

fn number(
    fields: &mut Fields,
    it: &Object<'_>,
    name: &str,
    text: &str,
    range: RangeInclusive<i32>,
) -> Option<i32> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    if number.is_none() {
        let message = format!("must be from {} to {}", range.start(), range.end());
        fields.reject(it.path_of(name), message);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_reported_at_once() {
        let body = br#"{"payment": {"save_instrument": "yes", "instrument": {
            "type": "card", "number": "4111-1111", "expiry_month": 13, "expiry_year": 25,
            "verification_value": "12"}}}"#;
        let problem = PaymentRequest::parse(body).err().unwrap();
        let mut names: Vec<_> = problem
            .fields
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "payment.instrument.cardholder_name",
                "payment.instrument.expiry_month",
                "payment.instrument.expiry_year",
                "payment.instrument.number",
                "payment.instrument.verification_value",
                "payment.payment_method_id",
                "payment.save_instrument",
            ]
        );
        assert_eq!((problem.status, problem.code), (422, Some(10001)));
    }

    #[test]
    fn a_body_that_is_no_json_object_is_malformed() {
        for body in [&b"{"[..], b"[]", b"\xff\xfe", b""] {
            let problem = PaymentRequest::parse(body).err().unwrap();
            assert_eq!((problem.status, problem.code), (400, Some(10001)));
        }
    }
}
