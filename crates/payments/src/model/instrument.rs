//! What a shopper pays with: the seven instruments of the payments host.

use bigcommerce_client_core::Sensitive;
use bigcommerce_processing_api::types as wire;

use crate::model::{open_enum::open_enum, secret::Secret};

/// What a shopper pays with (processing document, schema `Instrument`).
///
/// An instrument is checked when it becomes part of a [`Payment`](crate::Payment), so that all
/// problems are reported together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Instrument {
    /// A card, with its number.
    Card(Card),
    /// A card that the store keeps.
    StoredCard(StoredCard),
    /// A PayPal account that the store keeps.
    StoredPayPalAccount(StoredAccount),
    /// A bank account that the store keeps.
    StoredBankAccount(StoredAccount),
    /// A gift certificate of the store.
    GiftCertificate(GiftCertificate),
    /// The shopper's credit with the store: in its default currency, and not for guests.
    StoreCredit,
    /// A card that a provider turned into a token.
    TokenizedCard(TokenizedCard),
}

/// A card, with its number. Handling it is in scope of PCI DSS.
///
/// ```
/// use bigcommerce_payments::Card;
///
/// let card = Card::new("Jane Doe", "4242424242424242", 12, 2030).verification_value("422");
/// assert!(!format!("{card:?}").contains("4242"));
/// ```
#[derive(Clone, Debug)]
pub struct Card {
    pub(crate) cardholder_name: Sensitive,
    pub(crate) number: Sensitive,
    pub(crate) expiry_month: u32,
    pub(crate) expiry_year: i32,
    pub(crate) verification_value: Option<Sensitive>,
    /// The month and the year.
    pub(crate) issued: Option<(u32, i32)>,
    pub(crate) issue_number: Option<i32>,
}

impl Card {
    /// A card: the cardholder's name, the number (digits only), the month (1 to 12) and the
    /// four-digit year in which it expires.
    pub fn new(
        cardholder_name: impl Into<Sensitive>,
        number: impl Into<Sensitive>,
        expiry_month: u32,
        expiry_year: i32,
    ) -> Self {
        Self {
            cardholder_name: cardholder_name.into(),
            number: number.into(),
            expiry_month,
            expiry_year,
            verification_value: None,
            issued: None,
            issue_number: None,
        }
    }

    /// Adds the verification value (CVV): three or four digits, of which leading zeros count.
    #[must_use]
    pub fn verification_value(mut self, value: impl Into<Sensitive>) -> Self {
        self.verification_value = Some(value.into());
        self
    }

    /// Adds the month (1 to 12) and the four-digit year of issue, which some debit cards have.
    #[must_use]
    pub fn issued(mut self, month: u32, year: i32) -> Self {
        self.issued = Some((month, year));
        self
    }

    /// Adds the issue number, which some debit cards have.
    #[must_use]
    pub fn issue_number(mut self, number: i32) -> Self {
        self.issue_number = Some(number);
        self
    }
}

/// A card that the store keeps.
#[derive(Clone, Debug)]
pub struct StoredCard {
    pub(crate) token: Sensitive,
    pub(crate) verification_value: Option<Sensitive>,
}

impl StoredCard {
    /// The card behind a token of the [accepted methods](crate::AccountClient::accepted_methods).
    pub fn new(token: impl Into<Sensitive>) -> Self {
        Self {
            token: token.into(),
            verification_value: None,
        }
    }

    /// Adds the verification value (CVV), where the accepted methods ask for it.
    #[must_use]
    pub fn verification_value(mut self, value: impl Into<Sensitive>) -> Self {
        self.verification_value = Some(value.into());
        self
    }
}

/// An account that the store keeps.
#[derive(Clone, Debug)]
pub struct StoredAccount {
    pub(crate) token: Sensitive,
}

impl StoredAccount {
    /// The account behind a token of the
    /// [accepted methods](crate::AccountClient::accepted_methods).
    pub fn new(token: impl Into<Sensitive>) -> Self {
        Self {
            token: token.into(),
        }
    }
}

/// A gift certificate of the store.
#[derive(Clone, Debug)]
pub struct GiftCertificate {
    pub(crate) code: Sensitive,
}

impl GiftCertificate {
    /// The gift certificate with this code. Whoever has the code can spend it.
    pub fn new(code: impl Into<Sensitive>) -> Self {
        Self { code: code.into() }
    }
}

/// A card that a provider turned into a token.
#[derive(Clone, Debug)]
pub struct TokenizedCard {
    pub(crate) token: Sensitive,
    pub(crate) iin: Option<String>,
    pub(crate) last_four_digits: Option<String>,
    /// The month and the year.
    pub(crate) expires: Option<(u32, i32)>,
}

impl TokenizedCard {
    /// The card behind a provider's token.
    pub fn new(token: impl Into<Sensitive>) -> Self {
        Self {
            token: token.into(),
            iin: None,
            last_four_digits: None,
            expires: None,
        }
    }

    /// Adds the issuer identification number, the first digits of the card's number.
    #[must_use]
    pub fn iin(mut self, iin: impl Into<String>) -> Self {
        self.iin = Some(iin.into());
        self
    }

    /// Adds the last four digits of the card's number.
    #[must_use]
    pub fn last_four_digits(mut self, digits: impl Into<String>) -> Self {
        self.last_four_digits = Some(digits.into());
        self
    }

    /// Adds the month (1 to 12) and the four-digit year in which the card expires.
    #[must_use]
    pub fn expires(mut self, month: u32, year: i32) -> Self {
        self.expires = Some((month, year));
        self
    }
}

macro_rules! is_an_instrument {
    ($($name:ident),+) => {$(
        impl From<$name> for Instrument {
            fn from(instrument: $name) -> Self {
                Self::$name(instrument)
            }
        }
    )+};
}

is_an_instrument!(Card, StoredCard, GiftCertificate, TokenizedCard);

open_enum! {
    /// The `type` of an instrument, as requests and stored instruments name it.
    InstrumentType {
        /// A card, with its number.
        Card = "card",
        /// A card that the store keeps.
        StoredCard = "stored_card",
        /// A PayPal account that the store keeps.
        StoredPayPalAccount = "stored_paypal_account",
        /// A bank account that the store keeps.
        StoredBankAccount = "stored_bank_account",
        /// A gift certificate of the store.
        GiftCertificate = "gift_certificate",
        /// The shopper's credit with the store.
        StoreCredit = "store_credit",
        /// A card that a provider turned into a token.
        TokenizedCard = "tokenized_card",
    }
}

/// What this crate must know of an instrument on the wire, whatever it is.
pub(crate) struct InstrumentDetails<'a> {
    pub(crate) instrument_type: InstrumentType,
    /// What it carries that must never be shown.
    pub(crate) secrets: [Option<Secret<'a>>; 3],
}

/// The only match over the generated enum: an instrument that a new document adds stops the
/// build here, and nowhere else.
pub(crate) fn details<'a>(instrument: &'a wire::Instrument) -> InstrumentDetails<'a> {
    use wire::Instrument as Wire;
    let token = |token: &'a Sensitive| [Some(Secret::Token(token.expose())), None, None];
    let verification = |value: &Option<_>| value.as_ref().map(|_| Secret::VerificationValue);
    let (instrument_type, secrets) = match instrument {
        Wire::Card {
            cardholder_name,
            number,
            verification_value,
            ..
        } => (
            InstrumentType::Card,
            [
                Some(Secret::CardNumber(number.expose())),
                Some(Secret::CardholderName(cardholder_name.expose())),
                verification(verification_value),
            ],
        ),
        Wire::StoredCard {
            token,
            verification_value,
        } => (
            InstrumentType::StoredCard,
            [
                Some(Secret::Token(token.expose())),
                verification(verification_value),
                None,
            ],
        ),
        Wire::StoredPaypalAccount { token: it } => (InstrumentType::StoredPayPalAccount, token(it)),
        Wire::StoredBankAccount { token: it } => (InstrumentType::StoredBankAccount, token(it)),
        Wire::GiftCertificate {
            gift_certificate_code,
        } => (
            InstrumentType::GiftCertificate,
            token(gift_certificate_code),
        ),
        Wire::StoreCredit => (InstrumentType::StoreCredit, [None; 3]),
        Wire::TokenizedCard { token: it, .. } => (InstrumentType::TokenizedCard, token(it)),
    };
    InstrumentDetails {
        instrument_type,
        secrets,
    }
}
