//! Local checks, made before anything is sent. No message repeats a value.

use std::{ops::RangeInclusive, time::SystemTime};

use bigcommerce_client_core::Sensitive;
use jiff::{Timestamp, tz::Offset};

use crate::model::invalid_input::{FieldError, InvalidInput};

/// Collects what is wrong with a payment, field by field.
pub(crate) struct Validation {
    now: SystemTime,
    problems: Vec<FieldError>,
}

impl Validation {
    pub(crate) fn new(now: SystemTime) -> Self {
        Self {
            now,
            problems: Vec::new(),
        }
    }

    pub(crate) fn passed(&self) -> bool {
        self.problems.is_empty()
    }

    pub(crate) fn into_invalid_input(self) -> InvalidInput {
        InvalidInput::from_fields(self.problems)
    }

    pub(crate) fn not_empty(&mut self, field: &str, value: &str) {
        self.require(!value.trim().is_empty(), field, "must not be empty");
    }

    pub(crate) fn secret(&mut self, field: &str, value: &Sensitive) {
        self.not_empty(field, value.expose());
    }

    pub(crate) fn card_number(&mut self, number: &Sensitive) {
        let digits = number.expose();
        let well_formed = (12..=19).contains(&digits.len()) && is_digits(digits);
        self.require(
            well_formed,
            "number",
            "must have 12 to 19 digits and nothing else",
        );
        if well_formed {
            self.require(
                passes_luhn(digits),
                "number",
                "has a digit wrong (Luhn check)",
            );
        }
    }

    pub(crate) fn verification_value(&mut self, value: Option<&Sensitive>) {
        if let Some(value) = value {
            self.digits("verification_value", value.expose(), 3..=4);
        }
    }

    pub(crate) fn digits(&mut self, field: &str, value: &str, length: RangeInclusive<usize>) {
        if length.contains(&value.len()) && is_digits(value) {
            return;
        }
        let (shortest, longest) = (length.start(), length.end());
        let rule = if shortest == longest {
            format!("must have {shortest} digits and nothing else")
        } else {
            format!("must have {shortest} to {longest} digits and nothing else")
        };
        self.problems.push(FieldError::new(field, &rule));
    }

    pub(crate) fn month(&mut self, field: &str, month: u32) -> bool {
        self.require((1..=12).contains(&month), field, "must be from 1 to 12")
    }

    pub(crate) fn year(&mut self, field: &str, year: i32) -> bool {
        self.require(
            (1000..=9999).contains(&year),
            field,
            "must have four digits",
        )
    }

    /// A card is good until the end of its month, wherever on earth that is.
    pub(crate) fn expiry(&mut self, month: (&str, u32), year: (&str, i32)) {
        let whole = self.month(month.0, month.1) & self.year(year.0, year.1);
        if whole {
            let current = year_and_month(self.now);
            self.require(
                (year.1, month.1) >= current,
                year.0,
                "lies in the past: the card expired",
            );
        }
    }

    fn require(&mut self, holds: bool, field: &str, rule: &str) -> bool {
        if !holds {
            self.problems.push(FieldError::new(field, rule));
        }
        holds
    }
}

fn is_digits(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}

/// ISO/IEC 7812-1, annex B: every second digit from the right counts double.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, factor)| u32::from(digit - b'0') * factor)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// The month where it ends last, twelve hours behind UTC.
fn year_and_month(now: SystemTime) -> (i32, u32) {
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let date = Offset::constant(-12).to_datetime(now);
    (date.year().into(), date.month().unsigned_abs().into())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Validation, passes_luhn, year_and_month};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn problems(check: impl FnOnce(&mut Validation)) -> Vec<(String, String)> {
        // 2026-02-28T13:00:00Z
        let mut validation = Validation::new(at(1_772_283_600));
        check(&mut validation);
        validation
            .problems
            .into_iter()
            .map(|problem| (problem.field, problem.message))
            .collect()
    }

    #[test]
    fn well_known_test_numbers_pass() {
        let numbers = [
            "4242424242424242",
            "4111111111111111",
            "5555555555554444",
            "378282246310005",
            "6011111111111117",
            "3056930009020004",
            "3566002020360505",
        ];
        for number in numbers {
            assert!(problems(|validation| validation.card_number(&number.into())).is_empty());
        }
    }

    #[test]
    fn card_numbers_that_cannot_be() {
        let numbers = [
            "",
            "4242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "42424242424242424242",
            "٤٢٤٢٤٢٤٢٤٢٤٢",
            "4242424242424241",
        ];
        for number in numbers {
            let found = problems(|validation| validation.card_number(&number.into()));
            assert_eq!(found.len(), 1, "{number}");
            assert_eq!(found[0].0, "number");
        }
        assert!(!passes_luhn("4111111111111112"));
    }

    #[test]
    fn verification_values() {
        for good in ["123", "0123", "000"] {
            let found = problems(|validation| validation.verification_value(Some(&good.into())));
            assert!(found.is_empty(), "{good}");
        }
        for bad in ["", "12", "12345", "12a", "1 2"] {
            let found = problems(|validation| validation.verification_value(Some(&bad.into())));
            assert_eq!(found[0].0, "verification_value", "{bad}");
        }
    }

    #[test]
    fn expiry() {
        let expiry = |month, year| {
            problems(|validation| validation.expiry(("month", month), ("year", year)))
        };

        assert!(expiry(2, 2026).is_empty(), "until the end of the month");
        assert!(expiry(1, 2027).is_empty());
        assert_eq!(expiry(1, 2026)[0].0, "year");
        assert_eq!(expiry(0, 2030)[0].0, "month");
        assert_eq!(expiry(13, 2030)[0].0, "month");
        assert_eq!(expiry(12, 30)[0].0, "year");
        assert_eq!(expiry(13, 0).len(), 2, "both are reported");
    }

    #[test]
    fn months_of_the_calendar() {
        assert_eq!(year_and_month(at(43_200)), (1970, 1));
        assert_eq!(
            year_and_month(at(951_868_800)),
            (2000, 2),
            "2000-03-01T00:00Z is February still"
        );
        assert_eq!(year_and_month(at(951_912_000)), (2000, 3));
        assert_eq!(year_and_month(at(1_735_732_799)), (2024, 12));
        assert_eq!(year_and_month(at(1_735_732_800)), (2025, 1));
    }
}
