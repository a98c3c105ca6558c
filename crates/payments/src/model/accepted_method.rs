//! The payment methods that an order can be paid with.

use bigcommerce_client_core::{RawJson, Sensitive};
use serde::Serialize;

use crate::model::{
    instrument::InstrumentType,
    item::{Fields, UnreadableItem, read_items},
    open_enum::open_enum,
};

/// The payment methods that an order or a checkout can be paid with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AcceptedMethods {
    /// The methods.
    pub methods: Vec<AcceptedMethod>,
    /// Methods that could not be read.
    pub unreadable: Vec<UnreadableItem>,
}

/// A payment method that the order or checkout can be paid with (guide, "Example response get
/// payment methods").
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AcceptedMethod {
    /// What a payment names as its payment method, such as `stripe.card`.
    pub id: String,
    /// The name of the provider.
    pub name: Option<String>,
    /// The type of the method, such as `card`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether the provider is in test mode.
    pub test_mode: Option<bool>,
    /// The instruments that the method takes.
    pub supported_instruments: Vec<SupportedInstrument>,
    /// The shopper's stored instruments.
    pub stored_instruments: Vec<StoredInstrument>,
    /// Supported and stored instruments that could not be read.
    pub unreadable: Vec<UnreadableItem>,
}

/// An instrument that a payment method takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SupportedInstrument {
    /// The brand of the card, or `STORED_CARD`.
    pub instrument_type: CardBrand,
    /// Whether the verification value (CVV) has to be given, where the service says so.
    pub verification_value_required: Option<bool>,
}

/// An instrument that the store keeps for the shopper. Its token is a secret: it is not
/// serialized.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StoredInstrument {
    /// The type of the instrument, such as `stored_card`.
    #[serde(rename = "type")]
    pub kind: InstrumentType,
    /// The token to charge it with.
    #[serde(skip)]
    pub token: Sensitive,
    /// The brand of a card.
    pub brand: Option<CardBrand>,
    /// The month in which a card expires, 1 to 12.
    pub expiry_month: Option<i32>,
    /// The year in which a card expires, four digits.
    pub expiry_year: Option<i32>,
    /// The first digits of a card's number, at most eight.
    pub issuer_identification_number: Option<String>,
    /// The last four digits of a card's number.
    pub last_4: Option<String>,
    /// Whether the shopper prefers it.
    pub is_default: Option<bool>,
}

open_enum! {
    /// A brand of cards, or `STORED_CARD` for what the store keeps.
    CardBrand {
        /// Visa.
        Visa = "VISA",
        /// Mastercard.
        Mastercard = "MASTERCARD",
        /// Discover.
        Discover = "DISCOVER",
        /// American Express.
        Amex = "AMEX",
        /// Diners Club.
        DinersClub = "DINERS_CLUB",
        /// JCB.
        Jcb = "JCB",
        /// Dankort.
        Dankort = "DANKORT",
        /// Maestro.
        Maestro = "MAESTRO",
        /// A card that the store keeps.
        StoredCard = "STORED_CARD",
    }
}

impl AcceptedMethods {
    pub(crate) fn read(items: &[RawJson]) -> Self {
        let (methods, unreadable) = read_items(items, AcceptedMethod::read);
        Self {
            methods,
            unreadable,
        }
    }
}

impl AcceptedMethod {
    fn read(fields: &Fields<'_>) -> Result<Self, &'static str> {
        let supported = fields.list("supported_instruments")?;
        let stored = fields.list("stored_instruments")?;
        let (supported_instruments, mut unreadable) =
            read_items(&supported, SupportedInstrument::read);
        let (stored_instruments, unreadable_stored) = read_items(&stored, StoredInstrument::read);
        unreadable.extend(unreadable_stored);
        Ok(Self {
            id: fields
                .get("id")
                .filter(|id: &String| !id.is_empty())
                .ok_or("has no id")?,
            name: fields.text("name"),
            kind: fields.text("type"),
            test_mode: fields.get("test_mode"),
            supported_instruments,
            stored_instruments,
            unreadable,
        })
    }

    /// Whether a stored card has to come with its verification value (CVV).
    pub fn requires_verification_value_of_stored_card(&self) -> bool {
        self.supported_instruments.iter().any(|it| {
            it.instrument_type == CardBrand::StoredCard
                && it.verification_value_required == Some(true)
        })
    }
}

impl SupportedInstrument {
    fn read(fields: &Fields<'_>) -> Result<Self, &'static str> {
        let instrument_type: String = fields.get("instrument_type").ok_or("has no type")?;
        Ok(Self {
            instrument_type: instrument_type.into(),
            verification_value_required: fields.get("verification_value_required"),
        })
    }
}

impl StoredInstrument {
    fn read(fields: &Fields<'_>) -> Result<Self, &'static str> {
        let kind: String = fields.get("type").ok_or("has no type")?;
        let whole = |name| fields.integer(name).and_then(|it| i32::try_from(it).ok());
        // What is longer is more of the number than its name says.
        let part = |name, longest| fields.text(name).filter(|it| it.len() <= longest);
        Ok(Self {
            kind: kind.into(),
            token: fields.secret("token").ok_or("has no token")?,
            brand: fields.text("brand").map(Into::into),
            expiry_month: whole("expiry_month"),
            expiry_year: whole("expiry_year"),
            issuer_identification_number: part("issuer_identification_number", 8),
            last_4: part("last_4", 4),
            is_default: fields.get("is_default"),
        })
    }
}
