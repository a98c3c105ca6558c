//! Takes echoes out of the short texts of an answer, of which almost none holds any.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::{
    error::redaction::{LONG_TOKEN, NUMBER_PIECE, Redaction},
    model::Secret,
};

/// A text without the echoes of secrets. To look for them closely takes as many instructions as
/// half a charge, so that it is done only where there may be some.
pub(crate) fn redacted<'t, 's>(
    text: &'t str,
    secrets: impl IntoIterator<Item = Secret<'s>>,
) -> Cow<'t, str> {
    let plain = PlainText::of(text);
    let may_be_held = |secret: &Secret<'_>| plain.as_ref().is_none_or(|it| it.may_hold(*secret));
    let held: Vec<_> = secrets.into_iter().filter(may_be_held).collect();
    if held.is_empty() {
        return text.into();
    }
    Redaction::of(&held).apply(text).into()
}

/// A text in which each letter stands for itself.
struct PlainText<'t> {
    text: &'t str,
    /// Which characters it has, in lower case.
    has: [bool; 256],
}

impl<'t> PlainText<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mut has = [false; 256];
        for character in text.bytes() {
            has[usize::from(character.to_ascii_lowercase())] = true;
        }
        is_plain(text).then_some(Self { text, has })
    }

    /// Whether it may hold so much of a secret that it is marked. Where that is hard to tell, it
    /// may.
    fn may_hold(&self, secret: Secret<'_>) -> bool {
        match secret {
            Secret::CardNumber(number) => self.may_hold_number(number),
            Secret::CardholderName(name) => {
                let words = name.as_bytes().split(|it| !it.is_ascii_alphanumeric());
                let mut words = words.filter(|word| !word.is_empty());
                !is_plain(name)
                    || self.may_hold_letters(name.as_bytes())
                    || words.any(|word| self.may_hold_letters(word))
            }
            Secret::VerificationValue => true,
            Secret::Token(token) => !is_plain(token) || self.may_hold_letters(token.as_bytes()),
        }
    }

    /// So many digits in a row hold one of the number's blocks of half as many as a whole.
    fn may_hold_number(&self, number: &str) -> bool {
        const BLOCK: usize = NUMBER_PIECE.div_ceil(2);
        let mut digits = Zeroizing::new(Vec::with_capacity(self.text.len()));
        digits.extend(self.text.bytes().filter(u8::is_ascii_digit));
        let (blocks, _) = number.as_bytes().as_chunks::<BLOCK>();
        let is_held = |block: &[u8; BLOCK]| digits.windows(BLOCK).any(|it| it == block);
        !number.bytes().all(|it| it.is_ascii_digit()) || blocks.iter().any(is_held)
    }

    /// All letters and digits of it have to be in the text, or so many in a row, in whichever
    /// order. One that is missing is in no such row, so that the next can only begin after it.
    fn may_hold_letters(&self, secret: &[u8]) -> bool {
        let needed = secret.len().min(LONG_TOKEN);
        let is_missing =
            |it: &u8| it.is_ascii_alphanumeric() && !self.has[usize::from(it.to_ascii_lowercase())];
        let mut rest = secret;
        while let Some(row) = rest.get(..needed) {
            match row.iter().rposition(is_missing) {
                Some(missing) => rest = &rest[missing + 1..],
                None => return true,
            }
        }
        false
    }
}

/// Whether all characters are ASCII, and none is escaped as by `%20` or `&nbsp;`.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('%') && !text.contains('&')
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{PlainText, redacted};
    use crate::{
        error::{
            letters::Letters,
            redaction::{LONG_TOKEN, NUMBER_PIECE, Redaction},
        },
        model::Secret,
    };

    const CARD: [Secret<'static>; 2] = [
        Secret::CardNumber("4242424242424242"),
        Secret::CardholderName("Jane Doe"),
    ];

    fn may_hold(text: &str, secret: Secret<'_>) -> bool {
        PlainText::of(text).is_none_or(|it| it.may_hold(secret))
    }

    fn any_of(parts: &[&str], length: usize, rng: &mut Rng) -> String {
        let any = |_| parts[rng.usize(..parts.len())];
        (0..length).map(any).collect()
    }

    /// A piece of a secret, written in some other way, in a text.
    fn any_echo(secret: &str, rng: &mut Rng) -> String {
        const BETWEEN: &[&str] = &["", "", "", "", " ", "-", "_", "%20", "&#160;", "\u{a0}"];
        let letters = Letters::of(secret);
        let letters = letters.values();
        let lengths = [NUMBER_PIECE, LONG_TOKEN, 3, letters.len(), letters.len()];
        let length = lengths[rng.usize(..lengths.len())].min(letters.len());
        let begin = rng.usize(..=letters.len() - length);
        let between = any_of(BETWEEN, 1, rng);
        let mut echo = String::new();
        for letter in &letters[begin..begin + length] {
            if rng.bool() {
                echo.extend(letter.to_uppercase());
            } else {
                echo.push(*letter);
            }
            echo += &between;
        }
        match rng.u8(..3) {
            0 => echo,
            1 => format!("id '{echo}'"),
            _ => format!("é{echo}"),
        }
    }

    #[test]
    fn whatever_is_marked_may_be_held() {
        type Kind = for<'s> fn(&'s str) -> Secret<'s>;
        const NUMBER: Kind = |it| Secret::CardNumber(it);
        const NAME: Kind = |it| Secret::CardholderName(it);
        const TOKEN: Kind = |it| Secret::Token(it);
        /// What they are made of: among it what a case, an escape or Unicode has a surprise for.
        const KINDS: [(Kind, &str); 6] = [
            (NUMBER, "0 1 2 3 4 5 6 7 8 9"),
            (NUMBER, "0 1 2 3 4 5 6 7 8 9 - x %34"),
            (NAME, "Ann, O'Neil, J. Christopher- -Montgomery,"),
            (NAME, "Ann, Zoë, \u{212a}im, İ, %34, %2dIda-"),
            (TOKEN, "a B c D e F g H i J k L m N o P q R 0 1 2 . -"),
            (TOKEN, "a b c K i 4 5 0 \u{212a} İ é ٣ %34 &nbsp;"),
        ];
        let mut rng = Rng::with_seed(9);
        for (kind, parts) in KINDS {
            let parts: Vec<_> = parts.split(' ').collect();
            let mut marked = 0;
            for _ in 0..1500 {
                let length = rng.usize(1..25);
                let secret = any_of(&parts, length, &mut rng);
                let text = any_echo(&secret, &mut rng);
                let secret = kind(&secret);
                if Redaction::of(&[secret]).apply(&text) != text {
                    marked += 1;
                    assert!(may_hold(&text, secret), "{text}");
                    assert_ne!(redacted(&text, [secret]), text);
                }
            }
            assert!(marked > 150, "{marked} of the texts are marked");
        }
        assert!(may_hold("0cf96742", Secret::VerificationValue));
    }

    #[test]
    fn the_id_of_a_transaction_holds_no_secret() {
        let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE1NTEzOTA1NDIsImV4cCI6MTU1MTM5";
        for id in [
            "0cf96742-c15b-48c4-ad55-647763395815",
            "42424",
            "ch_3Nq8sTuVwXyZ",
        ] {
            assert!(!may_hold(id, Secret::Token(token)), "{id}");
            assert_eq!(redacted(id, CARD), id);
        }
        assert!(!may_hold("0cf96742-c15b-48c4-ad55-647763395815", CARD[0]));
        assert!(!may_hold("0cf96742-c15b-48c4-ad55-647763395815", CARD[1]));
        assert!(may_hold("4242 4_2424", CARD[0]));
        assert!(may_hold("ENOD-naje", CARD[1]));
    }
}
