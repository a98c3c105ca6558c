//! A payment, checked before anything is sent.

use std::{fmt, num::NonZeroU32, time::SystemTime};

use bigcommerce_client_core::Sensitive;
use bigcommerce_processing_api::types as wire;

use crate::model::{
    accepted_method::{AcceptedMethod, StoredInstrument},
    instrument::{
        Card, GiftCertificate, Instrument, InstrumentType, StoredAccount, StoredCard,
        TokenizedCard, details,
    },
    invalid_input::InvalidInput,
    secret::Secret,
    validation::Validation,
};

/// What a shopper pays with, and the payment method that takes it.
///
/// Making one checks it; a `Payment` that exists can be sent.
///
/// ```
/// use bigcommerce_payments::{Card, Payment};
///
/// let card = Card::new("Jane Doe", "4242424242424242", 12, 2099);
/// let payment = Payment::new(card, "stripe.card")?.save_instrument(true);
///
/// let error = Payment::new(Card::new("", "4242424242424241", 13, 30), "").unwrap_err();
/// assert_eq!(error.field_errors().len(), 5);
/// # let _ = payment;
/// # Ok::<(), bigcommerce_payments::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct Payment {
    request: wire::PaymentRequest,
}

impl Payment {
    /// A payment with an instrument, through the method whose `id` the
    /// [accepted methods](crate::AccountClient::accepted_methods) list, such as `stripe.card`.
    ///
    /// # Errors
    ///
    /// Every field that is wrong.
    pub fn new(
        instrument: impl Into<Instrument>,
        payment_method_id: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        let mut validation = Validation::new(SystemTime::now());
        let instrument = to_wire(instrument.into(), &mut validation);
        let method = payment_method_id.into();
        validation.not_empty("payment_method_id", &method);
        match (instrument, wire::PaymentPaymentMethodId::try_from(method)) {
            (Some(instrument), Ok(payment_method_id)) if validation.passed() => Ok(Self {
                request: wire::PaymentRequest {
                    payment: wire::Payment {
                        instrument,
                        payment_method_id,
                        save_instrument: None,
                    },
                },
            }),
            _ => Err(validation.into_invalid_input()),
        }
    }

    /// A payment with a stored instrument that the accepted methods listed.
    ///
    /// # Errors
    ///
    /// An instrument of a type that this client does not know, or without a token; a stored card
    /// whose method asks for the verification value, which
    /// [`stored_with_verification_value`](Self::stored_with_verification_value) takes.
    pub fn stored(
        method: &AcceptedMethod,
        instrument: &StoredInstrument,
    ) -> Result<Self, InvalidInput> {
        Self::stored_instrument(method, instrument, None)
    }

    /// A payment with a stored card and its verification value (CVV), where the accepted methods
    /// [ask for it](AcceptedMethod::requires_verification_value_of_stored_card).
    ///
    /// # Errors
    ///
    /// As [`stored`](Self::stored), and an instrument that is no stored card.
    pub fn stored_with_verification_value(
        method: &AcceptedMethod,
        instrument: &StoredInstrument,
        verification_value: impl Into<Sensitive>,
    ) -> Result<Self, InvalidInput> {
        Self::stored_instrument(method, instrument, Some(verification_value.into()))
    }

    fn stored_instrument(
        method: &AcceptedMethod,
        instrument: &StoredInstrument,
        verification_value: Option<Sensitive>,
    ) -> Result<Self, InvalidInput> {
        let refused = |rule| Err(InvalidInput::new("verification_value", rule));
        let is_card = instrument.kind == InstrumentType::StoredCard;
        if !is_card && verification_value.is_some() {
            return refused("is of a card, which this instrument is not");
        }
        let required = method.requires_verification_value_of_stored_card();
        if is_card && required && verification_value.is_none() {
            return refused("is required of stored cards by this payment method");
        }
        let token = instrument.token.clone();
        let instrument = match instrument.kind {
            InstrumentType::StoredCard => Instrument::StoredCard(StoredCard {
                token,
                verification_value,
            }),
            InstrumentType::StoredPayPalAccount => {
                Instrument::StoredPayPalAccount(StoredAccount::new(token))
            }
            InstrumentType::StoredBankAccount => {
                Instrument::StoredBankAccount(StoredAccount::new(token))
            }
            _ => {
                return Err(InvalidInput::new(
                    "type",
                    "is not a stored instrument that this version can charge",
                ));
            }
        };
        Self::new(instrument, &method.id)
    }

    /// Whether the store keeps the instrument for later payments (guide, "Storing credit
    /// cards"). The payment gateway has to allow it.
    #[must_use]
    pub fn save_instrument(mut self, save: bool) -> Self {
        self.request.payment.save_instrument = Some(save);
        self
    }

    pub(crate) fn wire(&self) -> &wire::PaymentRequest {
        &self.request
    }

    /// The `id` of the payment method.
    pub fn payment_method_id(&self) -> &str {
        &self.request.payment.payment_method_id
    }

    /// The `type` of the instrument.
    pub fn instrument_type(&self) -> InstrumentType {
        details(&self.request.payment.instrument).instrument_type
    }

    /// The secrets that the request carries, to keep them out of what the service echoes.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Secret<'_>> {
        let secrets = details(&self.request.payment.instrument).secrets;
        secrets.into_iter().flatten()
    }
}

impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payment")
            .field("instrument_type", &self.instrument_type().as_str())
            .field("payment_method_id", &self.payment_method_id())
            .field("save_instrument", &self.request.payment.save_instrument)
            .finish_non_exhaustive()
    }
}

/// Checks every field of the instrument, and gives none when one that the wire needs is missing.
fn to_wire(instrument: Instrument, validation: &mut Validation) -> Option<wire::Instrument> {
    match instrument {
        Instrument::Card(card) => card_to_wire(card, validation),
        Instrument::StoredCard(StoredCard {
            token,
            verification_value,
        }) => {
            validation.secret("token", &token);
            validation.verification_value(verification_value.as_ref());
            Some(wire::Instrument::StoredCard {
                token,
                verification_value,
            })
        }
        Instrument::StoredPayPalAccount(StoredAccount { token }) => {
            validation.secret("token", &token);
            Some(wire::Instrument::StoredPaypalAccount { token })
        }
        Instrument::StoredBankAccount(StoredAccount { token }) => {
            validation.secret("token", &token);
            Some(wire::Instrument::StoredBankAccount { token })
        }
        Instrument::GiftCertificate(GiftCertificate { code }) => {
            validation.secret("gift_certificate_code", &code);
            Some(wire::Instrument::GiftCertificate {
                gift_certificate_code: code,
            })
        }
        Instrument::StoreCredit => Some(wire::Instrument::StoreCredit),
        Instrument::TokenizedCard(card) => Some(tokenized_to_wire(card, validation)),
    }
}

fn card_to_wire(card: Card, validation: &mut Validation) -> Option<wire::Instrument> {
    validation.secret("cardholder_name", &card.cardholder_name);
    validation.card_number(&card.number);
    validation.expiry(
        ("expiry_month", card.expiry_month),
        ("expiry_year", card.expiry_year),
    );
    validation.verification_value(card.verification_value.as_ref());
    let (issue_month, issue_year) = card.issued.unzip();
    if let Some((month, year)) = card.issued {
        validation.month("issue_month", month);
        validation.year("issue_year", year);
    }
    Some(wire::Instrument::Card {
        cardholder_name: card.cardholder_name,
        number: card.number,
        expiry_month: NonZeroU32::new(card.expiry_month)?,
        expiry_year: card.expiry_year,
        verification_value: card.verification_value,
        issue_month: issue_month.and_then(NonZeroU32::new),
        issue_year,
        issue_number: card.issue_number,
    })
}

/// The schema wants the numbers of a tokenized card as strings, though its examples have
/// integers.
fn tokenized_to_wire(card: TokenizedCard, validation: &mut Validation) -> wire::Instrument {
    validation.secret("token", &card.token);
    if let Some(iin) = &card.iin {
        validation.digits("iin", iin, 6..=8);
    }
    if let Some(digits) = &card.last_four_digits {
        validation.digits("last_four_digits", digits, 4..=4);
    }
    if let Some((month, year)) = card.expires {
        validation.expiry(("expiration_month", month), ("expiration_year", year));
    }
    wire::Instrument::TokenizedCard {
        token: card.token,
        iin: card.iin,
        last_four_digits: card.last_four_digits,
        expiration_month: card.expires.map(|(month, _)| month.to_string()),
        expiration_year: card.expires.map(|(_, year)| year.to_string()),
    }
}
