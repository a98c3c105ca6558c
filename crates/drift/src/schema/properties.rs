//! The properties of an object: which there are, and which came or went.

mod moves;

use std::collections::HashMap;

use serde_json::Value;

use super::{
    parts::{Parts, PartsPair},
    relevance::{Both, of_property, with_relevance},
    required::{has_default, property, required_entries, requires},
    visit_parts,
};
use crate::{
    comparison::Comparison,
    context::Context,
    node::{Node, Pair},
    resolve::Resolver,
    rules::Direction,
};
use moves::moves;

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
            let moved = in_alternatives(&comparison.revision, &parts.revision, name);
            let is_required = requires(&parts.base, name);
            let still = moved.iter().all(|it| it.is_required || !is_required);
            if moved.is_empty() || !still {
                removed(comparison, context, parts, name, base);
                continue;
            }
            // What is sent must fit one of the alternatives, which is reported; what is received
            // may be any of them.
            let is_received = context.usage.direction() == Direction::Response;
            for it in moved.into_iter().filter(|_| is_received) {
                visit_property(comparison, context, parts, name, (base, &it.schemas));
            }
            for node in base {
                let pair = parts.field("properties", Some(node.clone()), None);
                let message = format!("`{name}` is said of each alternative now");
                comparison.report(context, "spelled-elsewhere", &pair, message);
            }
        } else {
            added(comparison, context, parts, name, revision);
        }
    }
}

/// A property of one alternative.
struct OfAlternative<'a> {
    schemas: Vec<Node<'a>>,
    is_required: bool,
}

/// A property that each of the alternatives has, in each of them; nothing where one lacks it.
fn in_alternatives<'a>(
    resolver: &Resolver<'a>,
    parts: &Parts<'a>,
    name: &'a str,
) -> Vec<OfAlternative<'a>> {
    let lists = [parts.having("anyOf"), parts.having("oneOf")].concat();
    let of_member = |member: Node<'a>| {
        let member = Parts::of(resolver, &[member]);
        let schemas = property(&member, name);
        let is_required = requires(&member, name);
        (!schemas.is_empty()).then_some(OfAlternative {
            schemas,
            is_required,
        })
    };
    let mut lists = lists.iter();
    let in_each = lists.find_map(|list| list.items().map(of_member).collect::<Option<Vec<_>>>());
    in_each.unwrap_or_default()
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
