//! Following `$ref`s within one document.

use std::collections::HashSet;

use bigcommerce_spec::{pointer, reference};
use serde_json::Value;

use crate::node::{Key, Node};

/// Where a node leads.
pub(crate) enum Target<'a> {
    /// It is no reference.
    Here,
    There(Node<'a>),
    /// The reference leads nowhere, outside the document or in a circle.
    Nowhere,
}

/// One document, with the targets that were visited so far.
pub(crate) struct Resolver<'a> {
    root: Node<'a>,
    visited: HashSet<usize>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self {
            root: Node::root(root),
            visited: HashSet::new(),
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
        self.hops(node).map_or(Target::Nowhere, |hops| {
            hops.last().cloned().map_or(Target::Nowhere, Target::There)
        })
    }

    /// As [`target`](Self::target), and remembers what was passed as visited.
    pub(crate) fn visit(&mut self, node: &Node<'a>) -> Target<'a> {
        if let Some(hops) = self.hops(node) {
            self.visited.extend(hops.iter().map(Node::address));
        }
        self.target(node)
    }

    /// The node itself, or what it refers to; the node itself too where that is nothing.
    pub(crate) fn resolved(&self, node: &Node<'a>) -> Node<'a> {
        match self.target(node) {
            Target::There(target) => target,
            _ => node.clone(),
        }
    }

    pub(crate) fn was_visited(&self, node: &Node<'a>) -> bool {
        self.visited.contains(&node.address())
    }

    fn hops(&self, node: &Node<'a>) -> Option<Vec<Node<'a>>> {
        let document = self.root.value?;
        let hops = reference::chain(document, node.value?)?;
        hops.iter().map(|hop| self.find(&hop.pointer)).collect()
    }

    fn find(&self, pointer: &str) -> Option<Node<'a>> {
        pointer::tokens(pointer).try_fold(self.root.clone(), |node, token| step(&node, &token))
    }
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
            Target::There(node) => Some(node.pointer.to_string()),
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
