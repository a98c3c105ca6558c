//! The keyword `required`: which properties there must be.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    parts::{Parts, PartsPair},
    relevance::{Both, of_property},
};
use crate::{
    comparison::Comparison,
    context::Context,
    node::{Node, Pair},
    rules::Direction,
};

/// Compares `required`. What came or went together with its property is reported with the
/// property.
pub(super) fn required<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let is_name = |node: &Node<'a>| node.value.is_some_and(Value::is_string);
    let is_list = |node: &Node<'a>| node.array().is_some() && node.items().all(|it| is_name(&it));
    let lists = (
        parts.base.having("required"),
        parts.revision.having("required"),
    );
    if !lists.0.iter().chain(&lists.1).all(is_list) {
        let field = parts.first("required");
        return comparison.differs(context, "unclassified", &field);
    }
    let (base, revision) = (required_names(&lists.0), required_names(&lists.1));
    for (entry, name) in &base {
        if !revision.iter().any(|(_, other)| other == name) {
            let other = parts
                .revision
                .place_of("required", list_of(&lists.0, entry));
            let pair = Pair {
                base: entry.clone(),
                revision: other,
            };
            required_entry(comparison, context, parts, name, &pair, true);
        }
    }
    for (entry, name) in &revision {
        if !base.iter().any(|(_, other)| other == name) {
            let other = parts.base.place_of("required", list_of(&lists.1, entry));
            let pair = Pair {
                base: other,
                revision: entry.clone(),
            };
            required_entry(comparison, context, parts, name, &pair, false);
        }
    }
}

fn list_of<'l, 'a>(lists: &'l [Node<'a>], entry: &Node<'a>) -> Option<&'l Node<'a>> {
    let has = |list: &&Node<'a>| list.items().any(|item| item.address() == entry.address());
    lists.iter().find(has)
}

/// The entries of all lists, each name once.
fn required_names<'a>(lists: &[Node<'a>]) -> Vec<(Node<'a>, &'a str)> {
    let mut known = HashSet::new();
    lists
        .iter()
        .flat_map(Node::items)
        .filter_map(|item| Some((item.clone(), item.value?.as_str()?)))
        .filter(|(_, name)| known.insert(*name))
        .collect()
}

fn required_entry<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    entry: &Pair<'a>,
    was_required: bool,
) {
    let (base, revision) = (property(&parts.base, name), property(&parts.revision, name));
    let came_or_went = match (base.is_empty(), revision.is_empty()) {
        (false, true) => was_required,
        (true, false) => !was_required,
        _ => false,
    };
    if !came_or_went {
        requiredness(
            comparison,
            context,
            name,
            (&base, &revision),
            entry,
            was_required,
        );
    }
}

/// The schemas of a property in all parts.
pub(super) fn property<'a>(parts: &Parts<'a>, name: &'a str) -> Vec<Node<'a>> {
    parts
        .having("properties")
        .iter()
        .map(|list| list.get(name))
        .filter(|property| property.value.is_some())
        .collect()
}

pub(super) fn requiredness<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    name: &str,
    property: Both<'_, 'a>,
    entry: &Pair<'a>,
    was_required: bool,
) {
    let context = of_property(comparison, context, name, property);
    let event = match (was_required, context.usage.direction()) {
        (true, _) => "became-optional",
        (false, Direction::Request) if has_default(comparison, property.1) => {
            "became-required-with-default"
        }
        (false, _) => "became-required",
    };
    comparison.event(&context, event, entry, "");
}

pub(super) fn has_default<'a>(comparison: &Comparison<'a>, property: &[Node<'a>]) -> bool {
    let parts = Parts::of(&comparison.revision, property);
    parts.first("default").is_some()
}

/// The entries of all lists of required properties that are this name.
pub(super) fn required_entries<'a>(parts: &Parts<'a>, name: &str) -> Vec<Node<'a>> {
    let lists = parts.having("required");
    let entries = lists.iter().flat_map(Node::items);
    let is_name = |node: &Node<'a>| node.value.is_some_and(|value| value == name);
    entries.filter(is_name).collect()
}

pub(super) fn requires(parts: &Parts<'_>, name: &str) -> bool {
    let lists = parts.having("required");
    lists
        .iter()
        .filter_map(Node::array)
        .any(|names| names.iter().any(|n| n == name))
}
