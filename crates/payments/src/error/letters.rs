//! The letters and digits of a text, whatever stands between them.

use std::ops::Range;

use zeroize::Zeroizing;

/// The letters and digits of a text in lower case, and where in the text each of them is.
///
/// What separates them does not count: blanks, dashes and all other signs, and those that are
/// written as `%20` or `&nbsp;`.
pub(crate) struct Letters<'t> {
    text: &'t str,
    values: Zeroizing<Vec<char>>,
    places: Vec<Place>,
}

#[derive(Clone)]
struct Place {
    bytes: Range<usize>,
    begins_word: bool,
}

impl<'t> Letters<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        // As many as there can be: a vector that grows leaves copies behind.
        let mut values = Zeroizing::new(Vec::with_capacity(text.len()));
        let mut places = Vec::new();
        let mut begins_word = true;
        let mut at = 0;
        while let Some(value) = text[at..].chars().next() {
            let escape = escape_length(&text[at..]);
            let end = at + escape.unwrap_or(value.len_utf8());
            let is_letter = escape.is_none() && value.is_alphanumeric();
            if is_letter {
                values.push(value.to_lowercase().next().unwrap_or(value));
                places.push(Place {
                    bytes: at..end,
                    begins_word,
                });
            }
            begins_word = !is_letter;
            at = end;
        }
        Self {
            text,
            values,
            places,
        }
    }

    /// The digits alone, with letters between them as separators.
    pub(crate) fn digits(&self) -> Self {
        let is_digit = |letter: &usize| self.values[*letter].is_ascii_digit();
        let digits = || (0..self.values.len()).filter(is_digit);
        let mut values = Zeroizing::new(Vec::with_capacity(self.values.len()));
        values.extend(digits().map(|letter| self.values[letter]));
        Self {
            text: self.text,
            values,
            places: digits().map(|letter| self.places[letter].clone()).collect(),
        }
    }

    pub(crate) fn values(&self) -> &[char] {
        &self.values
    }

    /// The words, each as its range of letters.
    pub(crate) fn words(&self) -> impl Iterator<Item = Range<usize>> {
        let begins = (0..self.places.len()).filter(|letter| self.begins_word(*letter));
        begins.map(|begin| {
            let rest = &self.places[begin + 1..];
            let length = rest.iter().take_while(|place| !place.begins_word).count();
            begin..begin + 1 + length
        })
    }

    /// Whether these are whole words.
    pub(crate) fn are_whole_words(&self, letters: &Range<usize>) -> bool {
        self.begins_word(letters.start)
            && (letters.end == self.places.len() || self.begins_word(letters.end))
    }

    /// Whether these are the whole text, or quoted in it.
    pub(crate) fn stand_alone(&self, letters: &Range<usize>) -> bool {
        const QUOTES: [char; 10] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»'];
        let bytes = self.bytes(letters);
        let quoted = self.text[..bytes.start].ends_with(QUOTES)
            && self.text[bytes.end..].starts_with(QUOTES);
        quoted || letters.len() == self.places.len()
    }

    /// Where in the text they are, with all that stands between them.
    pub(crate) fn bytes(&self, letters: &Range<usize>) -> Range<usize> {
        self.places[letters.start].bytes.start..self.places[letters.end - 1].bytes.end
    }

    fn begins_word(&self, letter: usize) -> bool {
        self.places[letter].begins_word
    }
}

/// The length of the percent-encoded byte or the HTML entity that a text starts with.
fn escape_length(text: &str) -> Option<usize> {
    const LONGEST_ENTITY: usize = 10;
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'%' => {
            let hex = bytes.get(1..3)?;
            hex.iter().all(u8::is_ascii_hexdigit).then_some(3)
        }
        b'&' => {
            let end = bytes
                .iter()
                .take(LONGEST_ENTITY)
                .position(|it| *it == b';')?;
            let name = &bytes[1..end];
            let is_name = |it: &u8| it.is_ascii_alphanumeric() || *it == b'#';
            name.iter().all(is_name).then_some(end + 1)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Letters;

    #[test]
    fn separators_do_not_count() {
        for text in [
            "ab 12",
            "AB-12",
            "a.b/12",
            "ab%2012",
            "ab&nbsp;12",
            "ab&#160;12",
            "ab\u{a0}12",
        ] {
            assert_eq!(Letters::of(text).values(), ['a', 'b', '1', '2'], "{text}");
        }
        for text in ["100%", "a & b; c", "%", "&", "%2", "&;é%ä"] {
            let _ = Letters::of(text).words().count();
        }
    }

    #[test]
    fn words_end_at_separators() {
        let letters = Letters::of("(Jane) 'Doe'");
        let words: Vec<_> = letters.words().collect();

        assert_eq!(words, [0..4, 4..7]);
        assert!(letters.are_whole_words(&(0..7)) && !letters.are_whole_words(&(0..5)));
        assert!(letters.stand_alone(&(4..7)) && !letters.stand_alone(&(0..4)));
        assert_eq!(letters.bytes(&(0..7)), 1..11);
    }
}
