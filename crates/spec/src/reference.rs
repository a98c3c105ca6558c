//! Following `$ref`s within one document.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A chain of references longer than this is taken for a circle.
pub const MAX_HOPS: usize = 100;

/// A node that a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target<'d> {
    /// Where the node is.
    pub pointer: String,
    /// The node, which may be a reference in turn.
    pub value: &'d Value,
}

/// What a value refers to, if it is a reference: the text of its `$ref`.
pub fn of(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// The JSON pointer that a reference within its own document stands for, whether or not a node is
/// there; nothing for a reference to another document, and for one that is no pointer.
///
/// ```
/// use bigcommerce_spec::reference;
///
/// assert_eq!(reference::pointer("#/paths/~1a%7Bid%7D").as_deref(), Some("/paths/~1a{id}"));
/// assert_eq!(reference::pointer("other.yml#/paths"), None);
/// ```
pub fn pointer(reference: &str) -> Option<String> {
    let fragment = percent_decode_str(reference.strip_prefix('#')?);
    let pointer = fragment.decode_utf8().ok()?.into_owned();
    (pointer.is_empty() || pointer.starts_with('/')).then_some(pointer)
}

/// The nodes that are passed by following references from a value to the first node that is none,
/// which is the last; none for a value that is no reference. Nothing where a reference leads
/// nowhere, outside the document or in a circle.
pub fn chain<'d>(document: &'d Value, value: &Value) -> Option<Vec<Target<'d>>> {
    let mut passed: Vec<Target<'d>> = Vec::new();
    while let Some(reference) = of(passed.last().map_or(value, |target| target.value)) {
        if passed.len() == MAX_HOPS {
            return None;
        }
        let pointer = pointer(reference)?;
        let value = document.pointer(&pointer)?;
        passed.push(Target { pointer, value });
    }
    Some(passed)
}

/// The value itself, or what it refers to in the end; nothing as for [`chain`].
pub fn resolve<'d>(document: &'d Value, value: &'d Value) -> Option<&'d Value> {
    let passed = chain(document, value)?;
    Some(passed.last().map_or(value, |target| target.value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn last(reference: &str) -> Option<String> {
        let document = json!({
            "a": {"b/c": [{"found": true}], "ü": {}},
            "x": {"$ref": "#/y"},
            "y": {"$ref": "#/x"},
            "z": {"$ref": "#/a/b~1c/0"},
        });
        let passed = chain(&document, &json!({"$ref": reference}))?;
        passed.last().map(|target| target.pointer.clone())
    }

    #[test]
    fn references_are_followed_with_their_escapes() {
        assert_eq!(last("#/a/b~1c/0").as_deref(), Some("/a/b~1c/0"));
        assert_eq!(last("#/z").as_deref(), Some("/a/b~1c/0"), "to the end");
        assert_eq!(last("#/a/%C3%BC").as_deref(), Some("/a/ü"));
        assert_eq!(last("#").as_deref(), Some(""), "the whole document");
    }

    #[test]
    fn circles_and_dead_ends_lead_nowhere() {
        for reference in [
            "#/x",
            "#/none",
            "other.yml#/a",
            "#/a/%zz",
            "#/a/%ff",
            "#/a/b~1c/7",
            "#a",
            "",
        ] {
            assert_eq!(last(reference), None, "{reference}");
        }
    }

    #[test]
    fn what_is_no_reference_is_its_own_end() {
        let document = json!({"a": {"b": 1}});
        assert_eq!(resolve(&document, &document["a"]), Some(&document["a"]));
        assert_eq!(chain(&document, &document["a"]), Some(Vec::new()));
    }
}
