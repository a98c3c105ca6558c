//! Equality of JSON values as OpenAPI means it, a hash that agrees with it, and their text.

use std::{
    collections::HashMap,
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
};

use bigcommerce_spec::Document;
use serde_json::{Number, Value};

/// Values of both documents, with the exact digits of the numbers that a value rounds.
#[derive(Default)]
pub(crate) struct Values {
    /// By the address of the number.
    digits: HashMap<usize, Box<str>>,
}

impl Values {
    pub(crate) fn of(documents: [&Document; 2]) -> Self {
        let numbers = documents.into_iter().flat_map(Document::rounded_numbers);
        Self {
            digits: numbers
                .map(|(value, digits)| (address(value), digits.into()))
                .collect(),
        }
    }

    /// Whether two values mean the same: `1` and `1.0` do, and so do objects in another order.
    pub(crate) fn same(&self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Number(x), Value::Number(y)) => {
                same_number(x, y) && self.digits_of(a) == self.digits_of(b)
            }
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(a, b))
            }
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, a)| b.get(key).is_some_and(|b| self.same(a, b)))
            }
            _ => a == b,
        }
    }

    /// A hash under which values that are the [`same`](Self::same) collide.
    pub(crate) fn fingerprint(&self, value: &Value) -> u64 {
        let mut hasher = DefaultHasher::new();
        match value {
            Value::Null => 0_u8.hash(&mut hasher),
            Value::Bool(value) => value.hash(&mut hasher),
            Value::Number(number) => {
                // Both zeros are the same number.
                let float = number.as_f64().map(|float| (float + 0.0).to_bits());
                (float, self.digits_of(value)).hash(&mut hasher);
            }
            Value::String(text) => text.hash(&mut hasher),
            Value::Array(items) => {
                for item in items {
                    self.fingerprint(item).hash(&mut hasher);
                }
            }
            // A sum does not depend on the order of the keys.
            Value::Object(entries) => entries
                .iter()
                .fold(0_u64, |sum, (key, value)| {
                    let mut entry = DefaultHasher::new();
                    (key, self.fingerprint(value)).hash(&mut entry);
                    sum.wrapping_add(entry.finish())
                })
                .hash(&mut hasher),
        }
        hasher.finish()
    }

    /// The JSON text of a value with exact digits; nothing where the value says it as well.
    pub(crate) fn exact_text(&self, value: &Value) -> Option<String> {
        if self.digits.is_empty() || !self.has_rounded(value) {
            return None;
        }
        let mut text = String::new();
        self.write(&mut text, value);
        Some(text)
    }

    /// A value in at most about sixty characters.
    pub(crate) fn excerpt(&self, value: &Value) -> String {
        excerpt(&self.exact_text(value).unwrap_or_else(|| value.to_string()))
    }

    fn digits_of(&self, value: &Value) -> Option<&str> {
        self.digits.get(&address(value)).map(|digits| &**digits)
    }

    fn has_rounded(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(|item| self.has_rounded(item)),
            Value::Object(entries) => entries.values().any(|value| self.has_rounded(value)),
            scalar => self.digits_of(scalar).is_some(),
        }
    }

    fn write(&self, out: &mut String, value: &Value) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    self.write(out, item);
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Value::Object(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    // Writing to a string cannot fail.
                    let start = if index == 0 { '{' } else { ',' };
                    let _ = write!(out, "{start}{}:", Value::from(key.as_str()));
                    self.write(out, value);
                }
                out.push_str(if entries.is_empty() { "{}" } else { "}" });
            }
            scalar => match self.digits_of(scalar) {
                Some(digits) => out.push_str(digits),
                None => out.push_str(&scalar.to_string()),
            },
        }
    }
}

/// A text in at most about sixty characters.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

fn same_number(a: &Number, b: &Number) -> bool {
    a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equality_and_hash_agree() {
        let values = Values::default();
        let a = json!({"x": [1, 2.5, 0.0], "y": {"a": null, "b": true}});
        let b = json!({"y": {"b": true, "a": null}, "x": [1.0, 2.5, -0.0]});
        assert!(values.same(&a, &b));
        assert_eq!(values.fingerprint(&a), values.fingerprint(&b));
        let c = json!({"x": [2.5, 1, 0], "y": {"a": null, "b": true}});
        assert!(!values.same(&a, &c));
        assert_ne!(values.fingerprint(&a), values.fingerprint(&c));
    }

    #[test]
    fn rounded_numbers_are_told_apart_by_their_digits() {
        let read = |digits: &str| {
            let text = format!(r#"{{"a": [{{"b": -{digits}}}, "x"]}}"#);
            Document::parse("a.json", &text).expect("a document")
        };
        let (a, b) = (read("9223372036854776000"), read("9223372036854776001"));
        let values = Values::of([&a, &b]);
        assert!(values.same(a.value(), a.value()));
        assert!(!values.same(a.value(), b.value()));
        assert_ne!(values.fingerprint(a.value()), values.fingerprint(b.value()));
        assert_eq!(
            values.exact_text(b.value()).as_deref(),
            Some(r#"{"a":[{"b":-9223372036854776001},"x"]}"#)
        );
        assert_eq!(values.exact_text(&json!(1)), None);
    }
}
