//! Takes the secrets that the service echoes out of its texts.
//!
//! Whoever reads such a text must not learn a secret from it, and not from the marks either: where
//! the service's own words are known, a mark in the place of one of them tells which it was. So a
//! mark stands only
//!
//! - for so much of a long secret that it is not there by chance, whatever stands between its
//!   characters: nine digits of a card's number, twelve letters or digits of a token or a name;
//! - for words that are a shorter secret as a whole, and two parts of a name beside each other;
//! - for what is so short that the service may use the word itself, where it is the whole text or
//!   quoted in it;
//! - for every number of three or four digits where the request carries a verification value,
//!   whichever number it is: such a mark says nothing.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    ops::Range,
};

use crate::{error::letters::Letters, model::Secret};

const MARK: &str = "[REDACTED]";

/// So many letters or digits of a token are not in a text by chance.
pub(crate) const LONG_TOKEN: usize = 12;

/// So many digits of a card's number. Issuers print the first six or eight and the last four on
/// receipts.
pub(crate) const NUMBER_PIECE: usize = 9;

/// What is taken out. It holds no secret, only keyed hashes of pieces of them.
#[derive(Debug, Default)]
pub(crate) struct Redaction {
    hasher: RandomState,
    pieces: Vec<Pieces>,
    name_parts: HashSet<u64>,
    short_numbers: bool,
}

/// Pieces of one length of one secret.
#[derive(Debug)]
struct Pieces {
    length: usize,
    hashes: HashSet<u64>,
    found: Found,
}

/// Where a piece has to stand to be an echo.
#[derive(Clone, Copy, Debug)]
enum Found {
    AmongDigits,
    Anywhere,
    AsWords,
    Alone,
}

impl Redaction {
    pub(crate) fn of(secrets: &[Secret<'_>]) -> Self {
        let mut redaction = Self::default();
        for secret in secrets {
            match secret {
                Secret::CardNumber(number) => {
                    let number = Letters::of(number);
                    redaction.add(number.values(), NUMBER_PIECE, Found::AmongDigits);
                }
                Secret::CardholderName(name) => redaction.add_name(name),
                Secret::Token(token) => redaction.add_token(Letters::of(token).values()),
                Secret::VerificationValue => redaction.short_numbers = true,
            }
        }
        redaction
    }

    pub(crate) fn apply(&self, text: &str) -> String {
        let letters = Letters::of(text);
        let digits = letters.digits();
        let mut marks = Vec::new();
        for pieces in &self.pieces {
            let within = match pieces.found {
                Found::AmongDigits => &digits,
                _ => &letters,
            };
            marks.extend(self.echoes(pieces, within));
        }
        if !self.name_parts.is_empty() {
            marks.extend(self.names(&letters));
        }
        if self.short_numbers {
            marks.extend(short_numbers(&letters));
        }
        mark(text, marks)
    }

    fn add_name(&mut self, name: &str) {
        let letters = Letters::of(name);
        self.add_token(letters.values());
        for part in letters.words() {
            let part = &letters.values()[part];
            self.name_parts.insert(self.hasher.hash_one(part));
            self.add(part, part.len(), Found::Alone);
        }
    }

    fn add_token(&mut self, token: &[char]) {
        if token.len() >= LONG_TOKEN {
            self.add(token, LONG_TOKEN, Found::Anywhere);
        } else if is_distinctive(token) {
            self.add(token, token.len(), Found::AsWords);
        } else {
            self.add(token, token.len(), Found::Alone);
        }
    }

    fn add(&mut self, secret: &[char], length: usize, found: Found) {
        if length > 0 {
            let hashes = secret.windows(length).map(|it| self.hasher.hash_one(it));
            self.pieces.push(Pieces {
                length,
                hashes: hashes.collect(),
                found,
            });
        }
    }

    /// Where in the text the pieces are.
    fn echoes(&self, pieces: &Pieces, letters: &Letters<'_>) -> impl Iterator<Item = Range<usize>> {
        let windows = letters.values().windows(pieces.length).enumerate();
        windows.filter_map(|(at, window)| {
            let echo = at..at + pieces.length;
            let stands = match pieces.found {
                Found::AmongDigits | Found::Anywhere => true,
                Found::AsWords => letters.are_whole_words(&echo),
                Found::Alone => letters.stand_alone(&echo),
            };
            let is_echo = stands && pieces.hashes.contains(&self.hasher.hash_one(window));
            is_echo.then(|| letters.bytes(&echo))
        })
    }

    /// Parts of the name beside each other, in any order.
    fn names(&self, letters: &Letters<'_>) -> Vec<Range<usize>> {
        let mut names = Vec::new();
        let mut before: Option<Range<usize>> = None;
        for word in letters.words() {
            let hash = self.hasher.hash_one(&letters.values()[word.clone()]);
            let part = self.name_parts.contains(&hash).then_some(word);
            if let (Some(before), Some(part)) = (&before, &part) {
                names.push(letters.bytes(&(before.start..part.end)));
            }
            before = part;
        }
        names
    }
}

/// Whether a word is none that the service uses of itself.
fn is_distinctive(word: &[char]) -> bool {
    let digits = word.iter().filter(|it| it.is_numeric()).count();
    let is_mixed = digits > 0 && digits < word.len();
    word.len() >= 6 || (word.len() >= 4 && is_mixed)
}

/// Numbers that have as many digits as a verification value. One that is alone may have lost
/// its zeros.
fn short_numbers(letters: &Letters<'_>) -> Vec<Range<usize>> {
    let words = letters.words();
    let short = words.filter(|word| {
        let shortest = if letters.stand_alone(word) { 1 } else { 3 };
        (shortest..=4).contains(&word.len())
            && letters.values()[word.clone()]
                .iter()
                .all(|it| it.is_numeric())
    });
    short.map(|word| letters.bytes(&word)).collect()
}

/// Puts one mark in the place of all that touches.
fn mark(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_unstable_by_key(|place| place.start);
    let mut marked = String::new();
    let mut done = 0;
    for place in places {
        if place.start > done || marked.is_empty() {
            marked.push_str(&text[done..place.start]);
            marked.push_str(MARK);
        }
        done = done.max(place.end);
    }
    marked.push_str(&text[done..]);
    marked
}

#[cfg(test)]
mod tests {
    use super::{MARK, Redaction};
    use crate::model::Secret;

    const CARD: &[Secret<'static>] = &[
        Secret::CardNumber("4242424242424242"),
        Secret::CardholderName("Jane Q. Doe"),
        Secret::VerificationValue,
    ];

    fn redacted(secrets: &[Secret<'_>], text: &str) -> String {
        Redaction::of(secrets).apply(text)
    }

    #[test]
    fn a_card_number_however_it_is_written() {
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "4242.4242/4242_4242",
            "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
            "4242%204242%204242%204242",
            "4242&nbsp;4242&nbsp;4242&nbsp;4242",
            "4242x4242x4242x4242",
            "4242\u{a0}4242\u{2009}4242\u{200b}4242",
            "4242424242424242.0",
            "424242424242",
        ] {
            let text = format!("number {number} is bad");
            let text = redacted(&[Secret::CardNumber("4242424242424242")], &text);
            assert!(text.starts_with("number [REDACTED]"), "{number}: {text}");
            assert!(!text.contains("42"), "{number}: {text}");
        }
    }

    #[test]
    fn what_a_receipt_may_show_stays() {
        let number = &[Secret::CardNumber("378282246310005")];
        for text in ["37828224***0005", "card ending in 0005", "12 of 123"] {
            assert_eq!(redacted(number, text), text);
        }
    }

    #[test]
    fn a_name_in_any_order_and_case() {
        for name in [
            "Jane Q. Doe",
            "JANE DOE",
            "Doe, Jane",
            "DOE/JANE Q",
            "jane+doe",
            "JaneQDoe",
            "'Doe'",
        ] {
            let text = redacted(CARD, &format!("the name {name} is bad"));
            assert!(text.contains(MARK), "{name}: {text}");
            assert!(!text.to_lowercase().contains("doe"), "{name}: {text}");
            assert!(!text.to_lowercase().contains("jane"), "{name}: {text}");
        }
        assert_eq!(redacted(CARD, "Doe"), MARK);
        assert_eq!(
            redacted(&[Secret::CardholderName("Li Na")], "no LI NA here"),
            "no [REDACTED] here"
        );
    }

    /// A name that is made of the service's words is not told by a mark in the place of one.
    #[test]
    fn a_word_of_the_service_stays() {
        let name = &[Secret::CardholderName("May Field")];
        for text in ["Field is required", "the card may be invalid", "cardfield"] {
            assert_eq!(redacted(name, text), text);
        }
        let code = &[Secret::Token("gift")];
        assert_eq!(
            redacted(code, "no such gift certificate"),
            "no such gift certificate"
        );
        assert_eq!(
            redacted(code, "no such code: 'GIFT'"),
            "no such code: '[REDACTED]'"
        );
    }

    #[test]
    fn tokens_and_codes() {
        for (token, text) in [
            (
                "0123456789abcdef0123456789abcdef",
                "t 0123456789ABCDEF is bad",
            ),
            ("a.b-c_d/e+f=g.h-i_j/k+l", "t abcdefghijkl is bad"),
            ("K7K-W8L-M2P", "t K7K-W8L-M2P is bad"),
            ("K7K-W8L-M2P", "t k7kw8lm2p is bad"),
            ("XMAS24", "t XMAS24 is bad"),
            ("AB12", "t (AB12) is bad"),
            ("CHRISTMAS", "t Christmas is bad"),
        ] {
            let text = redacted(&[Secret::Token(token)], text);
            assert!(
                text.contains(MARK) && !text.contains("k7k"),
                "{token}: {text}"
            );
            assert!(
                text.starts_with("t ") && text.ends_with(" is bad"),
                "{token}: {text}"
            );
        }
        assert_eq!(redacted(&[Secret::Token("")], "a text"), "a text");
    }

    /// The mark says nothing of the value: it stands where every value would put it.
    #[test]
    fn short_numbers_are_marked_whichever_they_are() {
        for (text, expected) in [
            ("12 of 123 characters", "12 of [REDACTED] characters"),
            ("CVV=422", "CVV=[REDACTED]"),
            ("4220", MARK),
            ("12", MARK),
            (
                "status 422, order 100215",
                "status [REDACTED], order 100215",
            ),
            ("request 4f422c-12345", "request 4f422c-12345"),
        ] {
            assert_eq!(redacted(&[Secret::VerificationValue], text), expected);
            assert_eq!(redacted(&[], text), text);
        }
    }

    #[test]
    fn echoes_that_touch_get_one_mark() {
        assert_eq!(
            redacted(CARD, "Jane Doe: 4242-4242-4242-4242 987!"),
            "[REDACTED]: [REDACTED] [REDACTED]!"
        );
        assert_eq!(redacted(CARD, ""), "");
        assert_eq!(redacted(CARD, "ünïcödé"), "ünïcödé");
    }
}
