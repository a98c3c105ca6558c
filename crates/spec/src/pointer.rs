//! JSON pointers (RFC 6901): text such as `/paths/~1orders/get`, which names a node of a document.

use std::borrow::Cow;

use serde_json::Value;

/// A key as one token of a pointer.
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}

/// The pointer to an entry of the mapping that `parent` points to.
///
/// ```
/// assert_eq!(bigcommerce_spec::pointer::child("/paths", "/orders"), "/paths/~1orders");
/// ```
pub fn child(parent: &str, key: &str) -> String {
    format!("{parent}/{}", escape(key))
}

/// The keys and indexes of a pointer, from the root down.
pub fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(unescape)
}

/// A pointer without its last token, and that token; nothing for the whole document.
pub fn split_last(pointer: &str) -> Option<(&str, Cow<'_, str>)> {
    let (parent, token) = pointer.rsplit_once('/')?;
    Some((parent, unescape(token)))
}

/// The nodes right below a node, each with its pointer: the entries of a mapping, or the items of
/// a list.
pub fn children<'v>(
    parent: &str,
    value: &'v Value,
) -> impl Iterator<Item = (String, &'v Value)> + use<'v> {
    let parent = parent.to_owned();
    let entries = value.as_object().into_iter().flatten();
    let items = value.as_array().into_iter().flatten().enumerate();
    let named = entries.map(|(key, value)| (escape(key).into_owned(), value));
    named
        .chain(items.map(|(index, value)| (index.to_string(), value)))
        .map(move |(token, value)| (format!("{parent}/{token}"), value))
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_key_survives_its_pointer() {
        for key in ["", "a", "/", "~", "~1", "~0/", "ü b"] {
            let at = child("/x", key);
            assert_eq!(tokens(&at).collect::<Vec<_>>(), ["x", key]);
            assert_eq!(split_last(&at), Some(("/x", key.into())));
        }
        assert_eq!(tokens("").count(), 0);
        assert_eq!(split_last(""), None);
    }

    #[test]
    fn children_are_at_their_pointers() {
        let document = json!({"a/b": [1, {"~": null}], "c": true});
        for (at, value) in children("", &document) {
            assert_eq!(document.pointer(&at), Some(value));
        }
        let items: Vec<_> = children("/a~1b", &document["a/b"])
            .map(|(at, _)| at)
            .collect();
        assert_eq!(items, ["/a~1b/0", "/a~1b/1"]);
        assert_eq!(children("/c", &document["c"]).count(), 0);
    }
}
