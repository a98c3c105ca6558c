//! The properties of an object: which there are, which are required, and what else may be.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    equivalence::same_meaning,
    parts::{Parts, PartsPair},
    visit, visit_parts,
};
use crate::{
    comparison::Comparison,
    context::{Context, Relevance},
    node::{Node, Pair},
    rules::Direction,
    values::excerpt,
};

/// Compares `properties`.
pub(super) fn properties<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let odd = |parts: &Parts<'a>| {
        let lists = parts.having("properties");
        lists.into_iter().find(|list| list.object().is_none())
    };
    let odd = (odd(&parts.base), odd(&parts.revision));
    if odd.0.is_some() || odd.1.is_some() {
        let base = odd.0.or_else(|| parts.base.first("properties"));
        let revision = odd.1.or_else(|| parts.revision.first("properties"));
        let field = parts.field("properties", base, revision);
        return comparison.differs(context, "unclassified", &field);
    }
    let (base, revision) = (Properties::of(&parts.base), Properties::of(&parts.revision));
    let moved = moves(comparison, context, parts, &base, &revision);
    let names = base.names.iter();
    let new = revision
        .names
        .iter()
        .filter(|name| !base.by_name.contains_key(*name));
    for &name in names.chain(new) {
        let (base, revision) = (base.get(name), revision.get(name));
        let both = !base.is_empty() && !revision.is_empty();
        if both {
            visit_property(comparison, context, parts, name, (base, revision));
        } else if moved.contains(name) {
        } else if revision.is_empty() {
            removed(comparison, context, parts, name, base);
        } else {
            added(comparison, context, parts, name, revision);
        }
    }
}

/// The properties that all parts of a schema have together.
struct Properties<'a> {
    /// In the order of the documents.
    names: Vec<&'a str>,
    by_name: HashMap<&'a str, Vec<Node<'a>>>,
}

impl<'a> Properties<'a> {
    fn of(parts: &Parts<'a>) -> Self {
        let mut properties = Self {
            names: Vec::new(),
            by_name: HashMap::new(),
        };
        for list in parts.having("properties") {
            for (name, property) in list.entries() {
                let known = properties.by_name.entry(name).or_default();
                if known.is_empty() {
                    properties.names.push(name);
                }
                known.push(property);
            }
        }
        properties
    }

    fn get(&self, name: &str) -> &[Node<'a>] {
        self.by_name
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

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
fn property<'a>(parts: &Parts<'a>, name: &'a str) -> Vec<Node<'a>> {
    parts
        .having("properties")
        .iter()
        .map(|list| list.get(name))
        .filter(|property| property.value.is_some())
        .collect()
}

/// Compares `additionalProperties`.
pub(super) fn additional<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let keyword = "additionalProperties";
    let lists = (parts.base.having(keyword), parts.revision.having(keyword));
    let strictest = |list: &[Node<'a>]| {
        list.iter()
            .max_by_key(|node| OtherProperties::of(node) as u8)
            .cloned()
    };
    let field = parts.field(keyword, strictest(&lists.0), strictest(&lists.1));
    if field.base.object().is_some() && field.revision.object().is_some() {
        return visit(comparison, &context.property("*"), &lists.0, &lists.1);
    }
    let event = match (
        OtherProperties::of(&field.base),
        OtherProperties::of(&field.revision),
    ) {
        (OtherProperties::Unknown, _) | (_, OtherProperties::Unknown) => {
            return comparison.differs(context, "unclassified", &field);
        }
        (OtherProperties::Limited, OtherProperties::Limited)
        | (OtherProperties::None, OtherProperties::None)
        | (OtherProperties::Any, OtherProperties::Any) => return,
        (_, OtherProperties::None) => "additional-properties-forbidden",
        (OtherProperties::None, _) => "additional-properties-allowed",
        (OtherProperties::Any, OtherProperties::Limited) => "additional-properties-constrained",
        (OtherProperties::Limited, OtherProperties::Any) => "additional-properties-unconstrained",
    };
    comparison.event(context, event, &field, "");
}

/// What `additionalProperties` says of other properties, from what allows the most.
#[derive(Clone, Copy)]
enum OtherProperties {
    Any,
    Limited,
    None,
    Unknown,
}

impl OtherProperties {
    fn of(node: &Node<'_>) -> Self {
        match node.value {
            None | Some(Value::Bool(true)) => Self::Any,
            Some(Value::Bool(false)) => Self::None,
            Some(Value::Object(schema)) if schema.is_empty() => Self::Any,
            Some(Value::Object(_)) => Self::Limited,
            Some(_) => Self::Unknown,
        }
    }
}

/// The schemas of a property in the base and in the revision.
type Both<'l, 'a> = (&'l [Node<'a>], &'l [Node<'a>]);

fn visit_property<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    (base, revision): Both<'_, 'a>,
) {
    let property = PartsPair::of(comparison, base, revision);
    let own = with_relevance(context, name, &property);
    no_longer_read_only(comparison, context, parts, name, &property);
    visit_parts(comparison, &own, (base, revision), property);
}

/// A property that was required and never sent, because it was read-only, must be sent now.
fn no_longer_read_only<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    property: &PartsPair<'a>,
) {
    let is_request = context.usage.direction() == Direction::Request;
    if is_request
        && property.is_true("readOnly") == (true, false)
        && requires(&parts.base, name)
        && requires(&parts.revision, name)
        && property.revision.first("default").is_none()
    {
        let context = context.property(name);
        let message = format!("{} is required and must be sent now", context.describe());
        let id = "request-required-property-became-not-read-only";
        comparison.report(&context, id, &property.first("readOnly"), message);
    }
}

/// The context of a property, which weighs nothing where nobody sends it.
fn of_property<'a>(
    comparison: &Comparison<'a>,
    context: &Context,
    name: &str,
    (base, revision): Both<'_, 'a>,
) -> Context {
    with_relevance(context, name, &PartsPair::of(comparison, base, revision))
}

fn with_relevance(context: &Context, name: &str, parts: &PartsPair<'_>) -> Context {
    let unsent = match context.usage.direction() {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let is_unsent = |parts: &Parts<'_>| parts.nodes.is_empty() || parts.is_true(unsent);
    let there = !(parts.base.nodes.is_empty() && parts.revision.nodes.is_empty());
    let context = context.property(name);
    if there && is_unsent(&parts.base) && is_unsent(&parts.revision) {
        context.with_relevance(Relevance::NotSent)
    } else {
        context
    }
}

fn requiredness<'a>(
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

fn has_default<'a>(comparison: &Comparison<'a>, property: &[Node<'a>]) -> bool {
    let parts = Parts::of(&comparison.revision, property);
    parts.first("default").is_some()
}

fn removed<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    property: &[Node<'a>],
) {
    let id = match context.usage.direction() {
        Direction::Request if is_closed(&parts.revision) => {
            "request-property-removed-from-closed-object"
        }
        Direction::Request => "request-property-removed",
        Direction::Response if requires(&parts.base, name) => "response-required-property-removed",
        Direction::Response => "response-optional-property-removed",
    };
    let context = of_property(comparison, context, name, (property, &[]));
    for node in property {
        let pair = Pair {
            base: node.clone(),
            revision: place_of_property(&parts.revision, name, node),
        };
        let message = format!("{} was removed", context.describe());
        let also = required_entries(&parts.base, name);
        comparison.report_with(&context, id, &pair, message, &also);
    }
}

fn added<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    property: &[Node<'a>],
) {
    let required = requires(&parts.revision, name);
    let default = has_default(comparison, property);
    let id = match (context.usage.direction(), required, default) {
        (Direction::Request, true, false) => "new-required-request-property",
        (Direction::Request, true, true) => "new-required-request-property-with-default",
        (Direction::Request, false, _) => "new-optional-request-property",
        (Direction::Response, _, _) if is_closed(&parts.base) => {
            "response-property-added-to-closed-object"
        }
        (Direction::Response, true, _) => "response-required-property-added",
        (Direction::Response, false, _) => "response-optional-property-added",
    };
    let context = of_property(comparison, context, name, (&[], property));
    let how = if required { "required" } else { "optional" };
    for node in property {
        let pair = Pair {
            base: place_of_property(&parts.base, name, node),
            revision: node.clone(),
        };
        let message = format!("{} was added, {how}", context.describe());
        let also = required_entries(&parts.revision, name);
        comparison.report_with(&context, id, &pair, message, &also);
    }
}

/// Where a property would be that the other document has.
fn place_of_property<'a>(parts: &Parts<'a>, name: &'a str, other: &Node<'a>) -> Node<'a> {
    let pointer = other.pointer.to_string();
    let lists = parts
        .nodes
        .iter()
        .map(|part| part.get("properties").get(name));
    let mut places = lists
        .clone()
        .filter(|place| place.pointer.to_string() == pointer);
    let has_list = |part: &&Node<'a>| part.get("properties").value.is_some();
    let fallback = parts.nodes.iter().find(has_list).or(parts.nodes.first());
    let place = places
        .next()
        .or_else(|| fallback.map(|part| part.get("properties").get(name)));
    place.unwrap_or_default().emptied()
}

fn is_closed(parts: &Parts<'_>) -> bool {
    let others = parts.having("additionalProperties");
    others
        .iter()
        .any(|node| node.value == Some(&Value::Bool(false)))
}

/// The entries of all lists of required properties that are this name.
fn required_entries<'a>(parts: &Parts<'a>, name: &str) -> Vec<Node<'a>> {
    let lists = parts.having("required");
    let entries = lists.iter().flat_map(Node::items);
    let is_name = |node: &Node<'a>| node.value.is_some_and(|value| value == name);
    entries.filter(is_name).collect()
}

fn requires(parts: &Parts<'_>, name: &str) -> bool {
    let lists = parts.having("required");
    lists
        .iter()
        .filter_map(Node::array)
        .any(|names| names.iter().any(|n| n == name))
}

/// Finds properties that moved into a new property or out of a removed one, and compares
/// them where they are now. Returns their names.
fn moves<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    base: &Properties<'a>,
    revision: &Properties<'a>,
) -> HashSet<&'a str> {
    let missing = |from: &Properties<'a>, in_: &Properties<'a>| -> Vec<&'a str> {
        let is_missing = |name: &&&'a str| !in_.by_name.contains_key(**name);
        from.names.iter().filter(is_missing).copied().collect()
    };
    let (gone, new) = (missing(base, revision), missing(revision, base));
    for &name in &new {
        let envelope = Parts::of(&comparison.revision, revision.get(name));
        let inside = Properties::of(&envelope);
        if let Some(moved) = same_ones(comparison, &gone, base, &inside, false) {
            let pair = PartsPair {
                base: parts.base.clone(),
                revision: envelope,
            };
            return report_moved(
                comparison,
                context,
                &pair,
                name,
                "wrapped-in-property",
                moved,
            );
        }
    }
    for &name in &gone {
        let envelope = Parts::of(&comparison.base, base.get(name));
        let inside = Properties::of(&envelope);
        if let Some(moved) = same_ones(comparison, &new, revision, &inside, true) {
            let pair = PartsPair {
                base: envelope,
                revision: parts.revision.clone(),
            };
            let event = "unwrapped-from-property";
            return report_moved(comparison, context, &pair, name, event, moved);
        }
    }
    HashSet::new()
}

/// Those of the names that the envelope has too. An object that merely shares a name with
/// what is gone is no envelope: at least two properties moved, they are most of what is gone
/// and most of what is inside, and most of them are what they were.
fn same_ones<'a>(
    comparison: &Comparison<'a>,
    names: &[&'a str],
    outside: &Properties<'a>,
    inside: &Properties<'a>,
    inside_is_base: bool,
) -> Option<HashSet<&'a str>> {
    let is_inside = |name: &&&'a str| inside.by_name.contains_key(**name);
    let moved: HashSet<_> = names.iter().filter(is_inside).copied().collect();
    let enough =
        moved.len() >= 2 && moved.len() * 2 >= names.len() && moved.len() * 2 >= inside.names.len();
    if !enough {
        return None;
    }
    let is_same = |name: &&&'a str| {
        let (outside, inside) = (outside.get(name), inside.get(name));
        let (base, revision) = if inside_is_base {
            (inside, outside)
        } else {
            (outside, inside)
        };
        same_meaning(comparison, base, revision)
    };
    let same = moved.iter().filter(is_same).count();
    (same * 2 >= moved.len()).then_some(moved)
}

/// Reports the move at the properties on both sides, and what else changed in them.
fn report_moved<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    pair: &PartsPair<'a>,
    envelope: &str,
    event: &str,
    moved: HashSet<&'a str>,
) -> HashSet<&'a str> {
    let mut names: Vec<_> = moved.iter().copied().collect();
    names.sort_unstable();
    let detail = format!(
        ", `{envelope}`: {}",
        excerpt(&Value::from(names.clone()).to_string())
    );
    comparison.event(context, event, &pair.first("properties"), &detail);
    let (base, revision) = (Properties::of(&pair.base), Properties::of(&pair.revision));
    for name in names {
        let property = (base.get(name), revision.get(name));
        for (base, revision) in property.0.iter().zip(property.1) {
            let (base, revision) = (base.clone(), revision.clone());
            comparison.mark_all_reported(&Pair { base, revision });
        }
        visit_property(comparison, context, pair, name, property);
        let was_required = match (requires(&pair.base, name), requires(&pair.revision, name)) {
            (false, true) => false,
            (true, false) => true,
            _ => continue,
        };
        if let (Some(base), Some(revision)) = (property.0.first(), property.1.first()) {
            let entry = Pair {
                base: base.clone(),
                revision: revision.clone(),
            };
            requiredness(comparison, context, name, property, &entry, was_required);
        }
    }
    moved
}
