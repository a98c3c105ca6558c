//! Secrets in bytes.

use aho_corasick::AhoCorasick;

use crate::leaks::secret::SecretKind;

/// The forms of secrets that are searched for.
pub(crate) struct Search {
    kinds: Vec<SecretKind>,
    automaton: AhoCorasick,
}

/// A secret, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) kind: SecretKind,
    pub(crate) offset: usize,
}

impl Search {
    /// Searches for these forms; of a long one its end suffices, since that is what is left of
    /// tokens that are printed in part.
    pub(crate) fn new(forms: &[(SecretKind, String)]) -> Self {
        let needles = forms.iter().map(|(_, form)| {
            let form = form.as_bytes();
            &form[form.len().saturating_sub(LONGEST_NEEDLE)..]
        });
        Self {
            kinds: forms.iter().map(|(kind, _)| *kind).collect(),
            automaton: AhoCorasick::new(needles).expect("a few short needles"),
        }
    }

    /// All hits, in order. A verification value is one only where it stands alone: among other
    /// digits and letters, its few digits say nothing.
    pub(crate) fn hits(&self, text: &[u8]) -> Vec<Hit> {
        self.automaton
            .find_overlapping_iter(text)
            .map(|found| (self.kinds[found.pattern()], found.start(), found.end()))
            .filter(|&(kind, start, end)| {
                kind != SecretKind::VerificationValue || stands_alone(text, start, end)
            })
            .map(|(kind, offset, _)| Hit { kind, offset })
            .collect()
    }
}

/// Two pieces of a text that share this many bytes hide no secret between them.
pub(crate) const OVERLAP: usize = LONGEST_NEEDLE + 1;

const LONGEST_NEEDLE: usize = 32;

fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|before| text.get(before));
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    !before.is_some_and(is_part) && !text.get(end).is_some_and(is_part)
}

#[cfg(test)]
mod tests {
    use super::{Search, SecretKind};

    #[test]
    fn every_form_is_found_also_where_two_overlap() {
        let forms = [
            (SecretKind::CardNumber, "4242424242424242".to_owned()),
            (SecretKind::CardholderName, "4242 Doe".to_owned()),
        ];
        let hits = Search::new(&forms).hits(b"x4242424242424242 Doe");
        let found: Vec<_> = hits.iter().map(|hit| (hit.kind, hit.offset)).collect();
        assert_eq!(
            found,
            [
                (SecretKind::CardNumber, 1),
                (SecretKind::CardholderName, 13)
            ]
        );
    }

    #[test]
    fn a_short_secret_is_found_as_a_whole_value_only() {
        let search = Search::new(&[(SecretKind::VerificationValue, "0123".to_owned())]);
        for alone in ["0123", "\"0123\"", "cvv=0123,", "(0123)", "a 0123"] {
            assert_eq!(search.hits(alone.as_bytes()).len(), 1, "{alone}");
        }
        for part in ["10123", "01234", "a0123", "0123a"] {
            assert_eq!(search.hits(part.as_bytes()), [], "{part}");
        }
    }

    #[test]
    fn the_end_of_a_token_is_found() {
        let token = format!("{:064}", 7);
        let search = Search::new(&[(SecretKind::AccountToken, token.clone())]);
        assert_eq!(search.hits(&token.as_bytes()[20..]).len(), 1);
        assert_eq!(search.hits(&token.as_bytes()[..50]).len(), 0);
    }
}
