//! Equality of JSON values as OpenAPI means it, and a hash that agrees with it.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Number, Value};

/// Whether two values mean the same: `1` and `1.0` do, and so do objects in another order.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn same_number(a: &Number, b: &Number) -> bool {
    a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
}

/// A hash under which values that are the [`same`] collide.
pub(crate) fn fingerprint(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Null => 0_u8.hash(&mut hasher),
        Value::Bool(value) => value.hash(&mut hasher),
        Value::Number(number) => number.as_f64().map(f64::to_bits).hash(&mut hasher),
        Value::String(text) => text.hash(&mut hasher),
        Value::Array(items) => {
            for item in items {
                fingerprint(item).hash(&mut hasher);
            }
        }
        // A sum does not depend on the order of the keys.
        Value::Object(entries) => entries
            .iter()
            .fold(0_u64, |sum, (key, value)| {
                let mut entry = DefaultHasher::new();
                (key, fingerprint(value)).hash(&mut entry);
                sum.wrapping_add(entry.finish())
            })
            .hash(&mut hasher),
    }
    hasher.finish()
}

/// A value in at most about sixty characters.
pub(crate) fn excerpt(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equality_and_hash_agree() {
        let a = json!({"x": [1, 2.5], "y": {"a": null, "b": true}});
        let b = json!({"y": {"b": true, "a": null}, "x": [1.0, 2.5]});
        assert!(same(&a, &b));
        assert_eq!(fingerprint(&a), fingerprint(&b));
        let c = json!({"x": [2.5, 1], "y": {"a": null, "b": true}});
        assert!(!same(&a, &c));
        assert_ne!(fingerprint(&a), fingerprint(&c));
    }
}
