//! Which numbers of an error body are codes, and which of the codes decides.

use crate::error::code::{Code, Danger};

/// The most dangerous code that was found, and of equally dangerous ones the first.
#[derive(Debug, Default)]
pub(crate) struct MostDangerousCode(Option<Code>);

/// Which numbers below a key are codes: those that are at least so dangerous, or none.
pub(crate) type LeastDanger = Option<Danger>;

impl MostDangerousCode {
    pub(crate) fn get(&self) -> Option<Code> {
        self.0
    }

    /// Looks at a number: `10000.0` is `10000`.
    ///
    /// A code has 32 bits (both documents). A longer number is none: it may be an echoed card
    /// number. Below 1000, a number that is not in the table repeats the HTTP status.
    pub(crate) fn number(&mut self, number: f64, least: LeastDanger) {
        // What may be a card number is not even written down.
        if number.abs() > f64::from(i32::MAX) {
            return;
        }
        let Some(number) = number.to_string().parse::<i32>().ok() else {
            return;
        };
        let code = Code::from_number(number.into());
        let counts = least.is_some_and(|least| code.danger() >= least)
            && (code.danger() > Danger::NotInTheTable || number.unsigned_abs() >= 1000);
        if counts && self.0.is_none_or(|found| found.danger() < code.danger()) {
            self.0 = Some(code);
        }
    }

    /// Looks at a text. It may be a number as a whole. Else it may tell one in words, or be a
    /// document of its own; only a code that warns is believed then.
    pub(crate) fn text(&mut self, text: &str, least: LeastDanger) {
        if let Ok(number) = text.trim().parse() {
            return self.number(number, least);
        }
        self.prose(text, Danger::SubmittedBefore);
        if least == Some(Danger::NotInTheTable) {
            for number in numbers(text.as_bytes()) {
                self.number(number, Some(Danger::SubmittedBefore));
            }
        }
    }

    /// Looks at what is no JSON: the first number soon after each `code`.
    pub(crate) fn prose(&mut self, text: &str, least: Danger) {
        const WORD: &[u8] = b"code";
        const SOON: usize = 24;
        let bytes = text.as_bytes();
        for (at, word) in bytes.windows(WORD.len()).enumerate() {
            let after = &bytes[at + WORD.len()..];
            if word.eq_ignore_ascii_case(WORD)
                && let Some(digit) = after.iter().take(SOON).position(u8::is_ascii_digit)
                && let Some(number) = numbers(&after[digit..]).next()
            {
                self.number(number, Some(least));
            }
        }
    }
}

/// The numbers that are codes below a key, where `inherited` are those beside it.
pub(crate) fn least_below(key: &str, inherited: LeastDanger) -> LeastDanger {
    let mut name: String = key.chars().filter(|it| it.is_alphanumeric()).collect();
    name.make_ascii_lowercase();
    match name.as_str() {
        "code" | "codes" | "errorcode" | "errorcodes" => Some(Danger::NotInTheTable),
        "error" | "errors" => Some(Danger::InTheTable),
        name if name.ends_with("code") => Some(Danger::SubmittedBefore),
        _ => inherited,
    }
}

fn numbers(text: &[u8]) -> impl Iterator<Item = f64> {
    text.split(|byte| !matches!(byte, b'0'..=b'9' | b'.'))
        .filter_map(|number| std::str::from_utf8(number).ok()?.parse().ok())
}
