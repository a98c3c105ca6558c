//! The properties of an object: which there are, which are required, and what else may be.

use std::collections::HashSet;

use serde_json::Value;

use super::{schema, set};
use crate::{
    comparison::{Comparison, keys},
    context::{Context, Relevance},
    node::{Node, Pair},
    rules::Direction,
    values::excerpt,
};

/// Compares `properties`; the pair is the schemas that have them.
pub(super) fn properties<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parent: &Pair<'a>,
) {
    let field = parent.get("properties");
    let (base, revision) = field.values();
    if ![base, revision].into_iter().flatten().all(Value::is_object) {
        return comparison.differs(context, "unclassified", &field);
    }
    let moved = moves(comparison, context, parent, &field);
    for name in keys(&field) {
        let property = field.get(name);
        match property.values() {
            (Some(_), Some(_)) => visit(comparison, context, name, &property),
            _ if moved.contains(name) => {}
            (Some(_), None) => removed(comparison, context, parent, name, &property),
            _ => added(comparison, context, parent, name, &property),
        }
    }
}

/// Compares `required`; the pair is the schemas that have it. What came or went together
/// with its property is reported with the property.
pub(super) fn required<'a>(comparison: &mut Comparison<'a>, context: &Context, parent: &Pair<'a>) {
    let field = parent.get("required");
    let is_list_of_names = |value: &Value| {
        value
            .as_array()
            .is_some_and(|names| names.iter().all(Value::is_string))
    };
    let (base, revision) = field.values();
    if ![base, revision].into_iter().flatten().all(is_list_of_names) {
        return comparison.differs(context, "unclassified", &field);
    }
    set(
        comparison,
        context,
        &field,
        |comparison, entry, was_required| {
            let Some(name) = entry
                .base
                .value
                .or(entry.revision.value)
                .and_then(Value::as_str)
            else {
                return;
            };
            let property = parent.get("properties").get(name);
            let came_or_went = match property.values() {
                (Some(_), None) => was_required,
                (None, Some(_)) => !was_required,
                _ => false,
            };
            if came_or_went {
                comparison.mark_reported(entry);
            } else {
                requiredness(comparison, context, name, &property, entry, was_required);
            }
        },
    );
}

/// Compares `additionalProperties`; the pair is the schemas that have it.
pub(super) fn additional<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parent: &Pair<'a>,
) {
    let field = parent.get("additionalProperties");
    if field.base.object().is_some() && field.revision.object().is_some() {
        return comparison.visit(&context.property("*"), &field, schema);
    }
    let event = match (
        OtherProperties::of(&field.base),
        OtherProperties::of(&field.revision),
    ) {
        (OtherProperties::Unknown, _) | (_, OtherProperties::Unknown) => {
            return comparison.differs(context, "unclassified", &field);
        }
        (OtherProperties::Limited, OtherProperties::Limited)
        | (OtherProperties::None, OtherProperties::None) => return,
        (OtherProperties::Any, OtherProperties::Any) => {
            let message = format!(
                "{} allows any other properties, as before",
                context.describe()
            );
            if field.values().0 != field.values().1 {
                comparison.report(context, "equivalent-change", &field, message);
            }
            return;
        }
        (_, OtherProperties::None) => "additional-properties-forbidden",
        (OtherProperties::None, _) => "additional-properties-allowed",
        (OtherProperties::Any, OtherProperties::Limited) => "additional-properties-constrained",
        (OtherProperties::Limited, OtherProperties::Any) => "additional-properties-unconstrained",
    };
    comparison.event(context, event, &field, "");
}

/// What `additionalProperties` says of other properties.
enum OtherProperties {
    Any,
    None,
    Limited,
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

fn visit<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    name: &'a str,
    property: &Pair<'a>,
) {
    let context = of_property(comparison, context, name, property);
    comparison.visit(&context, property, schema);
}

/// The context of a property, which weighs nothing where nobody sends it.
fn of_property<'a>(
    comparison: &Comparison<'a>,
    context: &Context,
    name: &str,
    property: &Pair<'a>,
) -> Context {
    let unsent = match context.usage.direction() {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let is_unsent = |node: Node<'a>| node.value.is_none() || node.is_true(unsent);
    let context = context.property(name);
    let base = comparison.base.resolved(&property.base);
    let revision = comparison.revision.resolved(&property.revision);
    let there = base.value.is_some() || revision.value.is_some();
    if there && is_unsent(base) && is_unsent(revision) {
        context.with_relevance(Relevance::NotSent)
    } else {
        context
    }
}

fn requiredness<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    name: &str,
    property: &Pair<'a>,
    entry: &Pair<'a>,
    was_required: bool,
) {
    let context = of_property(comparison, context, name, property);
    let default = comparison
        .revision
        .resolved(&property.revision)
        .get("default")
        .value;
    let event = match (was_required, context.usage.direction(), default) {
        (true, ..) => "became-optional",
        (false, Direction::Request, Some(_)) => "became-required-with-default",
        (false, ..) => "became-required",
    };
    comparison.event(&context, event, entry, "");
}

fn removed<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parent: &Pair<'a>,
    name: &str,
    property: &Pair<'a>,
) {
    let id = match context.usage.direction() {
        Direction::Request => "request-property-removed",
        Direction::Response if requires(&parent.base, name) => "response-required-property-removed",
        Direction::Response => "response-optional-property-removed",
    };
    let context = of_property(comparison, context, name, property);
    comparison.report(
        &context,
        id,
        property,
        format!("{} was removed", context.describe()),
    );
}

fn added<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parent: &Pair<'a>,
    name: &str,
    property: &Pair<'a>,
) {
    let required = requires(&parent.revision, name);
    let default = comparison
        .revision
        .resolved(&property.revision)
        .get("default")
        .value;
    let id = match (context.usage.direction(), required, default) {
        (Direction::Request, true, None) => "new-required-request-property",
        (Direction::Request, true, Some(_)) => "new-required-request-property-with-default",
        (Direction::Request, false, _) => "new-optional-request-property",
        (Direction::Response, true, _) => "response-required-property-added",
        (Direction::Response, false, _) => "response-optional-property-added",
    };
    let context = of_property(comparison, context, name, property);
    let how = if required { "required" } else { "optional" };
    comparison.report(
        &context,
        id,
        property,
        format!("{} was added, {how}", context.describe()),
    );
}

fn requires(schema: &Node<'_>, name: &str) -> bool {
    let required = schema.object().and_then(|object| object.get("required"));
    required
        .and_then(Value::as_array)
        .is_some_and(|names| names.iter().any(|n| n == name))
}

/// Finds properties that moved into a new property or out of a removed one, and compares
/// them where they are now. Returns their names.
fn moves<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parent: &Pair<'a>,
    field: &Pair<'a>,
) -> HashSet<&'a str> {
    let missing = |in_: &Node<'a>, from: &Node<'a>| -> Vec<&'a str> {
        let others = from.object();
        in_.entries()
            .map(|(name, _)| name)
            .filter(|name| others.is_none_or(|others| !others.contains_key(*name)))
            .collect()
    };
    let gone = missing(&field.base, &field.revision);
    let new = missing(&field.revision, &field.base);
    for &name in &new {
        let envelope = comparison.revision.resolved(&field.revision.get(name));
        if let Some(moved) = most_of(&gone, &envelope) {
            let pair = Pair {
                base: parent.base.clone(),
                revision: envelope,
            };
            return moved_ones(
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
        let envelope = comparison.base.resolved(&field.base.get(name));
        if let Some(moved) = most_of(&new, &envelope) {
            let pair = Pair {
                base: envelope,
                revision: parent.revision.clone(),
            };
            return moved_ones(
                comparison,
                context,
                &pair,
                name,
                "unwrapped-from-property",
                moved,
            );
        }
    }
    HashSet::new()
}

/// Those of the names that are properties of the envelope, if they are at least half.
fn most_of<'a>(names: &[&'a str], envelope: &Node<'a>) -> Option<HashSet<&'a str>> {
    let inside = envelope.get("properties").object()?;
    let moved: HashSet<_> = names
        .iter()
        .copied()
        .filter(|n| inside.contains_key(*n))
        .collect();
    (!moved.is_empty() && moved.len() * 2 >= names.len()).then_some(moved)
}

/// Reports the move at the properties on both sides, and what else changed in them.
fn moved_ones<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    pair: &Pair<'a>,
    envelope: &str,
    event: &str,
    moved: HashSet<&'a str>,
) -> HashSet<&'a str> {
    let field = pair.get("properties");
    let mut names: Vec<_> = moved.iter().copied().collect();
    names.sort_unstable();
    let detail = format!(", `{envelope}`: {}", excerpt(&Value::from(names.clone())));
    comparison.event(context, event, &field, &detail);
    for name in names {
        let property = field.get(name);
        visit(comparison, context, name, &property);
        match (requires(&pair.base, name), requires(&pair.revision, name)) {
            (false, true) => requiredness(comparison, context, name, &property, &property, false),
            (true, false) => requiredness(comparison, context, name, &property, &property, true),
            _ => {}
        }
    }
    moved
}
