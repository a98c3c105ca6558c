//! `allOf`, `anyOf` and `oneOf`: lists of schemas whose order means nothing.

use std::collections::HashSet;

use serde_json::Value;

use super::schema;
use crate::{
    comparison::Comparison,
    context::Context,
    matching,
    node::{Node, Pair},
    resolve::Resolver,
    values::fingerprint,
};

pub(super) fn all_of<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    members(comparison, context, field, "all-of-added", "all-of-removed");
}

pub(super) fn any_of<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    alternatives(comparison, context, field, "any-of-added", "any-of-removed");
}

pub(super) fn one_of<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    alternatives(comparison, context, field, "one-of-added", "one-of-removed");
}

/// The first alternative limits what could be anything before, and the last one's going
/// lifts the limit: the opposite of what a further one's coming and going mean.
fn alternatives<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    added: &str,
    removed: &str,
) {
    match field.values() {
        (None, Some(_)) => comparison.event(context, "alternatives-introduced", field, ""),
        (Some(_), None) => comparison.event(context, "alternatives-lifted", field, ""),
        _ => members(comparison, context, field, added, removed),
    }
}

fn members<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    added: &str,
    removed: &str,
) {
    let references = |node: &Node<'a>| -> Vec<(u64, Node<'a>)> {
        node.items()
            .filter_map(|item| Some((fingerprint(item.value?), item)))
            .collect()
    };
    // What is spelled alike is the same member; the rest is told by what it resolves to.
    let mut matched = matching::by_key(references(&field.base), references(&field.revision));
    let (base, revision) = (&comparison.base, &comparison.revision);
    matching::by_score(&mut matched, |from, to| {
        similarity(
            &MemberIdentity::of(base, from),
            &MemberIdentity::of(revision, to),
        )
    });
    comparison.reference_of_single_leftovers(context, &matched);
    for pair in matched.both {
        let name = MemberIdentity::of(&comparison.base, &pair.base).name();
        comparison.visit(&context.member(name), &pair, schema);
    }
    for node in matched.removed {
        let name = MemberIdentity::of(&comparison.base, &node).name();
        comparison.event(&context.member(name), removed, &field.only_base(node), "");
    }
    for node in matched.added {
        let name = MemberIdentity::of(&comparison.revision, &node).name();
        comparison.event(&context.member(name), added, &field.only_revision(node), "");
    }
}

/// What tells one member of a union from another.
struct MemberIdentity<'a> {
    reference: Option<&'a str>,
    title: Option<&'a str>,
    kind: Option<&'a str>,
    /// The only value of a property, as of `type` in a tagged union.
    tag: Option<&'a Value>,
    properties: HashSet<&'a str>,
}

impl<'a> MemberIdentity<'a> {
    fn of(resolver: &Resolver<'a>, node: &Node<'a>) -> Self {
        let schema = resolver.resolved(node);
        let properties = schema.get("properties");
        let tag = properties.entries().find_map(|(_, property)| {
            match resolver
                .resolved(&property)
                .get("enum")
                .array()
                .map(Vec::as_slice)
            {
                Some([value]) => Some(value),
                _ => None,
            }
        });
        Self {
            reference: node.str("$ref"),
            title: schema.str("title"),
            kind: schema.str("type"),
            tag,
            properties: properties.entries().map(|(name, _)| name).collect(),
        }
    }

    fn name(&self) -> Option<&'a str> {
        let target = self
            .reference
            .and_then(|reference| reference.rsplit('/').next());
        self.tag.and_then(Value::as_str).or(target).or(self.title)
    }
}

/// How much speaks for two members being the same one; 0 where nothing does.
fn similarity(a: &MemberIdentity<'_>, b: &MemberIdentity<'_>) -> usize {
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
