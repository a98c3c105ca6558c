//! An instrument that can be handed to another process.

use bigcommerce_payments::{Card, Error, GiftCertificate, Instrument, Payment};
use serde::{Deserialize, Serialize};

/// An instrument, none of whose secrets is one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum PlainInstrument {
    Card(String),
    GiftCertificate(String),
    StoreCredit,
}

impl PlainInstrument {
    /// A payment with it.
    pub(crate) fn payment(self, method: &str) -> Result<Payment, Error> {
        let instrument = match self {
            Self::Card(number) => Card::new("Jane Doe", number, 12, 2039)
                .verification_value("422")
                .into(),
            Self::GiftCertificate(code) => GiftCertificate::new(code).into(),
            Self::StoreCredit => Instrument::StoreCredit,
        };
        Ok(Payment::new(instrument, method)?)
    }
}
