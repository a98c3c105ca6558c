//! The payment methods that an order can be paid with.

use bigcommerce_client_core::Sensitive;
use bigcommerce_tokens_api::types as wire;
use serde::Serialize;

use crate::model::{instrument::InstrumentType, open_enum::open_enum};

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
    /// The first digits of a card's number.
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

// Conversions are functions, not `From`: an impl would make a generated type part of the API.

impl AcceptedMethod {
    pub(crate) fn from_wire(method: wire::PaymentMethod) -> Self {
        let supported = method.supported_instruments.into_iter();
        let stored = method.stored_instruments.into_iter();
        Self {
            id: method.id,
            name: method.name,
            kind: method.type_,
            test_mode: method.test_mode,
            supported_instruments: supported.map(SupportedInstrument::from_wire).collect(),
            stored_instruments: stored.map(StoredInstrument::from_wire).collect(),
        }
    }
}

impl SupportedInstrument {
    fn from_wire(instrument: wire::SupportedInstrument) -> Self {
        Self {
            instrument_type: instrument.instrument_type.into(),
            verification_value_required: instrument.verification_value_required,
        }
    }
}

impl StoredInstrument {
    fn from_wire(instrument: wire::StoredInstrument) -> Self {
        Self {
            kind: instrument.type_.into(),
            token: instrument.token,
            brand: instrument.brand.map(Into::into),
            expiry_month: instrument.expiry_month,
            expiry_year: instrument.expiry_year,
            issuer_identification_number: instrument.issuer_identification_number,
            last_4: instrument.last_4,
            is_default: instrument.is_default,
        }
    }
}
