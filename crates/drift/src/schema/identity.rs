//! What tells one alternative of a union from another.

use std::collections::HashSet;

use serde_json::Value;

use super::parts::Parts;
use crate::{node::Node, resolve::Resolver};

/// What tells one member of a union from another.
pub(super) struct MemberIdentity<'a> {
    reference: Option<&'a str>,
    title: Option<&'a str>,
    kind: Option<&'a str>,
    /// The only value of a property, as of `type` in a tagged union.
    tag: Option<&'a Value>,
    properties: HashSet<&'a str>,
}

impl<'a> MemberIdentity<'a> {
    pub(super) fn of_node(resolver: &Resolver<'a>, node: &Node<'a>) -> Self {
        Self::with_tags(
            &Parts::of(resolver, std::slice::from_ref(node)),
            Some(resolver),
        )
    }

    pub(super) fn of(parts: &Parts<'a>) -> Self {
        Self::with_tags(parts, None)
    }

    fn with_tags(parts: &Parts<'a>, resolver: Option<&Resolver<'a>>) -> Self {
        let lists = parts.having("properties");
        let properties: Vec<_> = lists
            .iter()
            .flat_map(|list| list.entries().collect::<Vec<_>>())
            .collect();
        let tag = properties.iter().find_map(|(_, property)| {
            let property = resolver.map_or(property.clone(), |it| it.resolved(property));
            match property.get("enum").array().map(Vec::as_slice) {
                Some([value]) => Some(value),
                _ => None,
            }
        });
        let text = |keyword| parts.first(keyword).and_then(|node| node.value?.as_str());
        Self {
            reference: parts.reference(),
            title: text("title"),
            kind: text("type").or_else(|| parts.first("items").map(|_| "array")),
            tag,
            properties: properties.into_iter().map(|(name, _)| name).collect(),
        }
    }

    pub(super) fn name(&self) -> Option<&'a str> {
        let target = self
            .reference
            .and_then(|reference| reference.rsplit('/').next());
        self.tag.and_then(Value::as_str).or(target).or(self.title)
    }
}

/// How much speaks for two members being the same one; 0 where nothing does.
pub(super) fn similarity(a: &MemberIdentity<'_>, b: &MemberIdentity<'_>) -> usize {
    fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> Option<bool> {
        a.zip(b).map(|(a, b)| a == b)
    }
    // Members with different tags are different members, however alike they look.
    if agree(a.tag, b.tag) == Some(false) && agree(a.reference, b.reference) != Some(true) {
        return 0;
    }
    let weight = |agrees: Option<bool>, weight| if agrees == Some(true) { weight } else { 0 };
    let shared = a.properties.intersection(&b.properties).count();
    let all = a.properties.union(&b.properties).count();
    let overlap = (40 * shared).checked_div(all).unwrap_or(0);
    weight(agree(a.reference, b.reference), 80)
        + weight(agree(a.tag, b.tag), 40)
        + weight(agree(a.title, b.title), 40)
        + weight(agree(a.kind, b.kind).filter(|_| all == 0), 10)
        + overlap
}
