//! An error body of any form, read once: its texts without secrets, and its codes.

use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::error::{
    code::{Code, Danger},
    codes_in_body::{LeastDanger, MostDangerousCode, least_below},
    redaction::Redaction,
};

/// The most characters that are kept of a text.
const LONGEST_TEXT: usize = 2000;

/// What an error body holds. A secret that the service echoes never gets in: each text is redacted
/// while it is read.
#[derive(Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) root: Node,
    /// The most dangerous code anywhere in it.
    pub(crate) code: Option<Code>,
}

/// A JSON value, of which an object keeps its order, and entries of the same key.
#[derive(Debug, Default)]
pub(crate) enum Node {
    #[default]
    Null,
    /// A number or a boolean.
    Scalar(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl ErrorBody {
    /// Reads what can be read. What is no JSON, or nested deeper than the parser goes, is looked
    /// through for codes.
    pub(crate) fn read(body: &[u8], redaction: &Redaction) -> Self {
        let json = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let mut code = MostDangerousCode::default();
        let reader = Reader {
            redaction,
            code: &mut code,
            least: Some(Danger::InTheTable),
            is_root: true,
        };
        let root = reader.deserialize(&mut deserializer).ok();
        if root.is_none() || deserializer.end().is_err() {
            code.prose(&String::from_utf8_lossy(body), Danger::InTheTable);
        }
        Self {
            root: root.unwrap_or_default(),
            code: code.get(),
        }
    }
}

impl Node {
    /// The first text of a key that is not empty.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.entries()
            .filter(|(name, _)| name == key)
            .find_map(|(_, value)| match value {
                Self::Text(text) if !text.is_empty() => Some(text.as_str()),
                _ => None,
            })
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &(String, Node)> {
        match self {
            Self::Object(entries) => entries.iter(),
            _ => [].iter(),
        }
    }
}

/// Reads one value.
struct Reader<'a> {
    redaction: &'a Redaction,
    code: &'a mut MostDangerousCode,
    least: LeastDanger,
    is_root: bool,
}

impl Reader<'_> {
    fn kept(&self, text: &str) -> String {
        let mut kept = self.redaction.apply(text);
        if let Some((end, _)) = kept.char_indices().nth(LONGEST_TEXT) {
            kept.truncate(end);
            kept.push('…');
        }
        kept
    }

    fn number(&mut self, number: f64, text: &str) -> Node {
        self.code.number(number, self.least);
        Node::Scalar(self.kept(text))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<Node, E> {
        let text = written(number);
        Ok(self.number(text.parse().unwrap_or(f64::NAN), &text))
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<Node, E> {
        let text = written(number);
        Ok(self.number(text.parse().unwrap_or(f64::NAN), &text))
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<Node, E> {
        Ok(self.number(number, &written(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        self.code.text(text, self.least);
        Ok(Node::Text(self.kept(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Reader {
            redaction: self.redaction,
            code: self.code,
            least: self.least,
            is_root: self.is_root,
        })? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = entries.next_key_seed(KeyReader(Reader {
            redaction: self.redaction,
            code: self.code,
            least: self.least,
            is_root: self.is_root,
        }))? {
            let value = entries.next_value_seed(Reader {
                redaction: self.redaction,
                code: self.code,
                least: key.least,
                is_root: false,
            })?;
            object.push((key.text, value));
        }
        Ok(Node::Object(object))
    }
}

/// Reads the key of an entry, which may be a code itself.
struct KeyReader<'a>(Reader<'a>);

struct Key {
    text: String,
    least: LeastDanger,
}

impl<'de> DeserializeSeed<'de> for KeyReader<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyReader<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        let Self(reader) = self;
        reader.code.text(key, reader.least);
        let inherited = if reader.is_root { None } else { reader.least };
        Ok(Key {
            text: reader.kept(key),
            least: least_below(key, inherited),
        })
    }
}

/// The digits of a number, which may be a card's: they are zeroed, and long enough a buffer leaves
/// no copy behind while it grows.
fn written(number: impl fmt::Display) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(32));
    // Writing to a string cannot fail.
    let _ = write!(text, "{number}");
    text
}
