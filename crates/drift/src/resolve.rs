//! Following `$ref`s within one document.

use bigcommerce_spec::{pointer, reference};
use serde_json::Value;

use crate::node::{Key, Node};

/// Where a node leads.
pub(crate) enum Target<'a> {
    /// It is no reference.
    Here,
    /// The nodes that are passed on the way; the last one is no reference.
    There(Vec<Node<'a>>),
    /// The reference leads into another file.
    Outside,
    /// The reference leads to nothing in this document, or in a circle.
    Nowhere,
}

impl Target<'_> {
    pub(crate) fn is_reached(&self) -> bool {
        matches!(self, Self::Here | Self::There(_))
    }
}

/// One document.
pub(crate) struct Resolver<'a> {
    root: Node<'a>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self {
            root: Node::root(root),
        }
    }

    pub(crate) fn root(&self) -> &Node<'a> {
        &self.root
    }

    /// Follows a reference to its end.
    pub(crate) fn target(&self, node: &Node<'a>) -> Target<'a> {
        if node.str("$ref").is_none() {
            return Target::Here;
        }
        let mut passed = Vec::new();
        let mut at = node.clone();
        while let Some(reference) = at.str("$ref") {
            if is_outside(reference) {
                return Target::Outside;
            }
            match self.find(reference) {
                Some(next) if passed.len() < reference::MAX_HOPS => {
                    passed.push(next.clone());
                    at = next;
                }
                _ => return Target::Nowhere,
            }
        }
        Target::There(passed)
    }

    /// The node itself, or what it refers to; the node itself too where that is nothing.
    pub(crate) fn resolved(&self, node: &Node<'a>) -> Node<'a> {
        match self.target(node) {
            Target::There(passed) => passed.last().unwrap_or(node).clone(),
            _ => node.clone(),
        }
    }

    fn find(&self, reference: &str) -> Option<Node<'a>> {
        let pointer = reference::pointer(reference)?;
        pointer::tokens(&pointer).try_fold(self.root.clone(), |node, token| step(&node, &token))
    }
}

/// Whether a reference leads into another file.
pub(crate) fn is_outside(reference: &str) -> bool {
    !reference.is_empty() && !reference.starts_with('#')
}

fn step<'a>(node: &Node<'a>, token: &str) -> Option<Node<'a>> {
    let (key, value) = match node.value? {
        Value::Object(object) => {
            let (name, value) = object.get_key_value(token)?;
            (Key::Name(name), value)
        }
        Value::Array(array) => {
            let index = token.parse().ok()?;
            (Key::Index(index), array.get(index)?)
        }
        _ => return None,
    };
    Some(Node {
        value: Some(value),
        pointer: node.pointer.child(key),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target_of(reference: &str) -> Option<String> {
        let root = json!({
            "a": {"b/c": [{"found": true}], "ü": {}},
            "x": {"$ref": "#/y"},
            "y": {"$ref": "#/x"},
            "start": {"$ref": reference},
        });
        let resolver = Resolver::new(&root);
        match resolver.target(&Node::root(&root).get("start")) {
            Target::There(passed) => Some(passed.last()?.pointer.to_string()),
            _ => None,
        }
    }

    #[test]
    fn references_are_followed_with_their_escapes() {
        assert_eq!(target_of("#/a/b~1c/0").as_deref(), Some("/a/b~1c/0"));
        assert_eq!(target_of("#/a/%C3%BC").as_deref(), Some("/a/ü"));
        assert_eq!(target_of("#").as_deref(), Some(""), "the whole document");
    }

    #[test]
    fn circles_and_dead_ends_lead_nowhere() {
        for reference in ["#/x", "#/none", "other.yml#/a", "#/a/%zz", "#/a/b~1c/7", ""] {
            assert_eq!(target_of(reference), None, "{reference}");
        }
    }
}
