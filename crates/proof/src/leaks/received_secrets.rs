//! The planted secrets, as the searched process holds them.

use std::{fs::File, io::Read as _};

use bigcommerce_payments::{
    Card, GiftCertificate, Instrument, Sensitive, StoredCard, TokenizedCard,
};
use zeroize::Zeroizing;

use crate::{error::ProofError, leaks::secret::length};

/// The secrets of one run.
pub(crate) struct ReceivedSecrets {
    pub(crate) account_token: Sensitive,
    pub(crate) card_number: Sensitive,
    pub(crate) cardholder_name: Sensitive,
    pub(crate) verification_value: Sensitive,
    pub(crate) stored_token: Sensitive,
    pub(crate) gift_certificate_code: Sensitive,
    pub(crate) provider_token: Sensitive,
}

impl ReceivedSecrets {
    pub(crate) fn read(input: &mut File) -> Result<Self, ProofError> {
        Ok(Self {
            account_token: read::<{ length::TOKEN }>(input)?,
            card_number: read::<{ length::CARD_NUMBER }>(input)?,
            cardholder_name: read::<{ length::CARDHOLDER_NAME }>(input)?,
            verification_value: read::<{ length::VERIFICATION_VALUE }>(input)?,
            stored_token: read::<{ length::TOKEN }>(input)?,
            gift_certificate_code: read::<{ length::GIFT_CERTIFICATE_CODE }>(input)?,
            provider_token: read::<{ length::TOKEN }>(input)?,
        })
    }

    /// One payment with each kind of secret, in the order in which the orders are paid.
    pub(crate) fn instruments(&self) -> [Instrument; 4] {
        let card = Card::new(
            self.cardholder_name.clone(),
            self.card_number.clone(),
            12,
            2039,
        );
        let stored = StoredCard::new(self.stored_token.clone());
        [
            card.verification_value(self.verification_value.clone())
                .into(),
            stored
                .verification_value(self.verification_value.clone())
                .into(),
            GiftCertificate::new(self.gift_certificate_code.clone()).into(),
            TokenizedCard::new(self.provider_token.clone()).into(),
        ]
    }
}

fn read<const N: usize>(input: &mut File) -> Result<Sensitive, ProofError> {
    let mut bytes = Zeroizing::new([0; N]);
    input.read_exact(&mut *bytes)?;
    Ok(Sensitive::from(std::str::from_utf8(&*bytes)?))
}
