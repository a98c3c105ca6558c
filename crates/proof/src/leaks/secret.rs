//! The secrets that are planted, and the forms in which they could come to light.

use std::fmt;

/// What could come to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SecretKind {
    AccountToken,
    CardNumber,
    CardNumberWithSpaces,
    CardNumberWithDashes,
    CardholderName,
    VerificationValue,
    StoredToken,
    GiftCertificateCode,
    ProviderToken,
    PaymentAccessToken,
}

impl SecretKind {
    pub(crate) const ALL: [Self; 10] = [
        Self::AccountToken,
        Self::CardNumber,
        Self::CardNumberWithSpaces,
        Self::CardNumberWithDashes,
        Self::CardholderName,
        Self::VerificationValue,
        Self::StoredToken,
        Self::GiftCertificateCode,
        Self::ProviderToken,
        Self::PaymentAccessToken,
    ];
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AccountToken => "account token",
            Self::CardNumber => "card number",
            Self::CardNumberWithSpaces => "card number with spaces",
            Self::CardNumberWithDashes => "card number with dashes",
            Self::CardholderName => "cardholder's name",
            Self::VerificationValue => "verification value",
            Self::StoredToken => "stored token",
            Self::GiftCertificateCode => "gift certificate code",
            Self::ProviderToken => "provider's token",
            Self::PaymentAccessToken => "payment access token",
        })
    }
}

/// The planted secrets. Each has a fixed length, so that the searched process can read it without
/// leaving a copy.
pub(crate) struct PlantedSecrets {
    pub(crate) account_token: String,
    pub(crate) card_number: String,
    pub(crate) cardholder_name: String,
    pub(crate) verification_value: String,
    pub(crate) stored_token: String,
    pub(crate) gift_certificate_code: String,
    pub(crate) provider_token: String,
}

/// The lengths of the planted secrets.
pub(crate) mod length {
    pub(crate) const TOKEN: usize = 64;
    pub(crate) const CARD_NUMBER: usize = 16;
    pub(crate) const CARDHOLDER_NAME: usize = 17;
    pub(crate) const VERIFICATION_VALUE: usize = 4;
    pub(crate) const GIFT_CERTIFICATE_CODE: usize = 19;
}

impl PlantedSecrets {
    pub(crate) fn random() -> Self {
        let token = || format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
        let letters = |count| -> String {
            std::iter::repeat_with(fastrand::lowercase)
                .take(count)
                .collect()
        };
        let code = std::iter::repeat_with(|| letters(4).to_uppercase()).take(4);
        Self {
            account_token: token(),
            card_number: card_number(),
            cardholder_name: format!("{} {}", letters(8), letters(8)),
            // With a leading zero, it is no number that is printed for another reason.
            verification_value: format!("0{:03}", fastrand::u32(100..1000)),
            stored_token: token(),
            gift_certificate_code: code.collect::<Vec<_>>().join("-"),
            provider_token: token(),
        }
    }

    /// In the order in which the searched process reads them.
    pub(crate) fn in_order(&self) -> [&str; 7] {
        [
            &self.account_token,
            &self.card_number,
            &self.cardholder_name,
            &self.verification_value,
            &self.stored_token,
            &self.gift_certificate_code,
            &self.provider_token,
        ]
    }

    /// Every form that is searched for; payment access tokens are made later.
    pub(crate) fn forms(&self) -> Vec<(SecretKind, String)> {
        vec![
            (SecretKind::AccountToken, self.account_token.clone()),
            (SecretKind::CardNumber, self.card_number.clone()),
            (
                SecretKind::CardNumberWithSpaces,
                with_separator(&self.card_number, ' '),
            ),
            (
                SecretKind::CardNumberWithDashes,
                with_separator(&self.card_number, '-'),
            ),
            (SecretKind::CardholderName, self.cardholder_name.clone()),
            (
                SecretKind::VerificationValue,
                self.verification_value.clone(),
            ),
            (SecretKind::StoredToken, self.stored_token.clone()),
            (
                SecretKind::GiftCertificateCode,
                self.gift_certificate_code.clone(),
            ),
            (SecretKind::ProviderToken, self.provider_token.clone()),
        ]
    }
}

/// A card number as it is printed on a card, in groups of four.
pub(crate) fn with_separator(number: &str, separator: char) -> String {
    let mut grouped = String::with_capacity(2 * number.len());
    for (index, digit) in number.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of the range that test cards come from, with its check digit.
fn card_number() -> String {
    let body = format!("424242{:09}", fastrand::u64(..1_000_000_000));
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = u32::from(digit - b'0') * if index % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::{PlantedSecrets, length, with_separator};

    #[test]
    fn the_planted_secrets_have_the_lengths_that_are_read() {
        let secrets = PlantedSecrets::random();

        assert_eq!(
            secrets.in_order().map(str::len),
            [
                length::TOKEN,
                length::CARD_NUMBER,
                length::CARDHOLDER_NAME,
                length::VERIFICATION_VALUE,
                length::TOKEN,
                length::GIFT_CERTIFICATE_CODE,
                length::TOKEN,
            ]
        );
    }

    #[test]
    fn a_number_is_grouped_as_on_a_card() {
        assert_eq!(
            with_separator("4242424242424242", '-'),
            "4242-4242-4242-4242"
        );
    }
}
