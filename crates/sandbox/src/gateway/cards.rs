//! Public test card numbers and what they do.

use serde::Serialize;

/// What a test card makes the gateway do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CardOutcome {
    /// The payment succeeds.
    Approved,
    /// The payment is accepted and decided later: status `pending`.
    Pending,
    /// The payment fails with this code of the error table.
    Fails(u32),
    /// The payment succeeds, but asking to store the card fails it with this code.
    CannotBeSaved(u32),
}

/// A public test card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TestCard {
    /// The card number.
    pub number: &'static str,
    /// What paying with it does.
    pub outcome: CardOutcome,
    /// What the card stands for, and whose test data it comes from.
    pub meaning: &'static str,
}

/// The test cards that the sandbox knows. Any other number that passes the Luhn check is
/// approved; one that does not is declined with 30102.
pub const TEST_CARDS: &[TestCard] = &[
    approved("4242424242424242", "Visa (Stripe)"),
    approved("4111111111111111", "Visa (Braintree, Adyen, Authorize.net)"),
    approved("5555555555554444", "Mastercard (Stripe, Braintree)"),
    approved("2223003122003222", "Mastercard, 2-series (Stripe)"),
    approved("378282246310005", "American Express (Stripe, Braintree)"),
    approved("6011111111111117", "Discover (Stripe, Braintree)"),
    approved("3056930009020004", "Diners Club (Stripe)"),
    approved("3566002020360505", "JCB (Stripe)"),
    card(
        "4000000000003220",
        CardOutcome::Pending,
        "3D Secure outstanding (Stripe)",
    ),
    card(
        "4000000000000341",
        CardOutcome::CannotBeSaved(30050),
        "fails once attached to a customer (Stripe)",
    ),
    fails("4000000000000002", 30104, "generic decline (Stripe)"),
    fails("4000000000009987", 30104, "lost card (Stripe)"),
    fails("4000000000009979", 30104, "stolen card (Stripe)"),
    fails(
        "4000000000006975",
        30104,
        "exceeded velocity limit (Stripe)",
    ),
    fails("4100000000000019", 30104, "blocked as fraudulent (Stripe)"),
    fails("4000111111111115", 30104, "processor declined (Braintree)"),
    fails("4000000000009995", 30106, "insufficient funds (Stripe)"),
    fails("4000000000000069", 30103, "expired card (Stripe)"),
    fails(
        "4000000000000127",
        30102,
        "incorrect verification value (Stripe)",
    ),
    fails(
        "4000000000000101",
        30102,
        "verification value check fails (Stripe)",
    ),
    fails("4242424242424241", 30102, "incorrect number (Stripe)"),
    fails("4000000000000119", 10000, "processing error (Stripe)"),
];

/// What paying with this number does.
pub(crate) fn outcome(number: &str) -> CardOutcome {
    match TEST_CARDS.iter().find(|card| card.number == number) {
        Some(card) => card.outcome,
        None if passes_luhn(number) => CardOutcome::Approved,
        None => CardOutcome::Fails(30102),
    }
}

/// The brand of a card by its first digits, as the list of methods names it.
pub(crate) fn brand(number: &str) -> &'static str {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|it| number.starts_with(it));
    match () {
        () if starts(&["4"]) => "VISA",
        () if starts(&["34", "37"]) => "AMEX",
        () if starts(&["30", "36", "38", "39"]) => "DINERS_CLUB",
        () if starts(&["35"]) => "JCB",
        () if starts(&["60", "64", "65"]) => "DISCOVER",
        () if starts(&["2", "51", "52", "53", "54", "55"]) => "MASTERCARD",
        () => "MAESTRO",
    }
}

const fn card(number: &'static str, outcome: CardOutcome, meaning: &'static str) -> TestCard {
    TestCard {
        number,
        outcome,
        meaning,
    }
}

const fn approved(number: &'static str, meaning: &'static str) -> TestCard {
    card(number, CardOutcome::Approved, meaning)
}

const fn fails(number: &'static str, code: u32, meaning: &'static str) -> TestCard {
    card(number, CardOutcome::Fails(code), meaning)
}

pub(crate) fn passes_luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_is_a_valid_number_except_the_incorrect_one() {
        for card in TEST_CARDS {
            let is_incorrect = card.number == "4242424242424241";
            assert_eq!(passes_luhn(card.number), !is_incorrect, "{}", card.number);
        }
    }

    #[test]
    fn unknown_numbers_are_approved_if_they_pass_the_luhn_check() {
        assert_eq!(outcome("4012888888881881"), CardOutcome::Approved);
        assert_eq!(outcome("4012888888881882"), CardOutcome::Fails(30102));
    }
}
