//! Schemas: the table of their keywords, and the keywords that stand alone.

mod properties;
mod unions;

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    comparison::Comparison,
    context::{Context, Relevance},
    fields::{Comparator, Field},
    matching,
    node::{Node, Pair},
    values::{excerpt, fingerprint},
};

/// The keywords of a schema of OpenAPI 3.0.
const SCHEMA: &[Field] = &[
    ("title", Comparator::EachLeaf("title-changed")),
    ("example", Comparator::EachLeaf("example-changed")),
    ("type", Comparator::Parent(type_keyword)),
    ("format", Comparator::Scalar("format")),
    ("pattern", Comparator::Scalar("pattern")),
    ("multipleOf", Comparator::Scalar("multiple-of")),
    ("default", Comparator::Scalar("default-value")),
    ("maximum", Comparator::Bound("max")),
    ("minimum", Comparator::Bound("min")),
    (
        "exclusiveMaximum",
        Comparator::Flag("exclusive-max-set", "exclusive-max-unset"),
    ),
    (
        "exclusiveMinimum",
        Comparator::Flag("exclusive-min-set", "exclusive-min-unset"),
    ),
    ("maxLength", Comparator::Bound("max-length")),
    ("minLength", Comparator::Bound("min-length")),
    ("maxItems", Comparator::Bound("max-items")),
    ("minItems", Comparator::Bound("min-items")),
    ("maxProperties", Comparator::Bound("max-properties")),
    ("minProperties", Comparator::Bound("min-properties")),
    (
        "uniqueItems",
        Comparator::Flag("unique-items-set", "unique-items-unset"),
    ),
    (
        "nullable",
        Comparator::Flag("became-nullable", "became-not-nullable"),
    ),
    (
        "readOnly",
        Comparator::Flag("became-read-only", "became-not-read-only"),
    ),
    (
        "writeOnly",
        Comparator::Flag("became-write-only", "became-not-write-only"),
    ),
    ("deprecated", Comparator::Flag("deprecated", "reactivated")),
    ("enum", Comparator::Array(enumeration)),
    ("required", Comparator::Parent(properties::required)),
    ("properties", Comparator::Parent(properties::properties)),
    (
        "additionalProperties",
        Comparator::Parent(properties::additional),
    ),
    ("items", Comparator::Object(items)),
    ("allOf", Comparator::Array(unions::all_of)),
    ("anyOf", Comparator::Array(unions::any_of)),
    ("oneOf", Comparator::Array(unions::one_of)),
    ("not", Comparator::Object(not)),
    ("discriminator", Comparator::Object(discriminator)),
    ("xml", Comparator::AnyChange("xml-changed")),
];

const DISCRIMINATOR: &[Field] = &[
    (
        "propertyName",
        Comparator::AnyChange("discriminator-property-name-changed"),
    ),
    ("mapping", Comparator::Object(mapping)),
];

/// Compares two schemas that are there on both sides.
pub(crate) fn schema<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    comparison.object(context, pair, SCHEMA);
}

fn type_keyword<'a>(comparison: &mut Comparison<'a>, context: &Context, schema: &Pair<'a>) {
    let field = schema.get("type");
    let (base, revision) = field.values();
    if [base, revision]
        .into_iter()
        .flatten()
        .any(|value| !value.is_string())
    {
        return comparison.differs(context, "unclassified", &field);
    }
    match (
        base.and_then(Value::as_str),
        revision.and_then(Value::as_str),
    ) {
        (base, revision) if base == revision => {}
        (Some("integer"), Some("number")) => {
            comparison.event(context, "type-generalized", &field, ": integer → number");
        }
        (Some("number"), Some("integer")) => {
            comparison.event(context, "type-specialized", &field, ": number → integer");
        }
        (None, Some(to)) => comparison.event(
            context,
            "type-specialized",
            &field,
            &format!(": any → {to}"),
        ),
        (Some(from), None) => {
            comparison.event(
                context,
                "type-generalized",
                &field,
                &format!(": {from} → any"),
            );
        }
        (from, to) => {
            let detail = format!(": {} → {}", from.unwrap_or("any"), to.unwrap_or("any"));
            comparison.event(context, "type-changed", &field, &detail);
        }
    }
}

fn enumeration<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    match field.values() {
        (None, Some(values)) => {
            comparison.event(
                context,
                "became-enum",
                field,
                &format!(": {}", excerpt(values)),
            );
        }
        (Some(values), None) => {
            comparison.event(
                context,
                "became-not-enum",
                field,
                &format!(": {}", excerpt(values)),
            );
        }
        _ => set(comparison, context, field, |comparison, entry, removed| {
            let event = if removed {
                "enum-value-removed"
            } else {
                "enum-value-added"
            };
            let value = entry.base.value.or(entry.revision.value);
            let detail = value.map(|value| format!(": {}", excerpt(value)));
            comparison.event(context, event, entry, &detail.unwrap_or_default());
        }),
    }
}

/// Compares two lists as sets, and hands over each entry that only one side has, with
/// whether that is the base. An entry that is merely repeated is reported here.
pub(crate) fn set<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    mut changed: impl FnMut(&mut Comparison<'a>, &Pair<'a>, bool),
) {
    let keyed = |node: &Node<'a>| -> Vec<(u64, Node<'a>)> {
        node.items()
            .filter_map(|item| Some((fingerprint(item.value?), item)))
            .collect()
    };
    let (base, revision) = (keyed(&field.base), keyed(&field.revision));
    let known = |list: &[(u64, Node<'a>)]| list.iter().map(|(key, _)| *key).collect::<HashSet<_>>();
    let (in_base, in_revision) = (known(&base), known(&revision));
    let repeats = |node: &Node<'a>, others: &HashSet<u64>| {
        node.value
            .is_some_and(|value| others.contains(&fingerprint(value)))
    };
    let matched = matching::by_key(base, revision);
    for node in matched.removed {
        let entry = field.only_base(node);
        if repeats(&entry.base, &in_revision) {
            comparison.differs(context, "unclassified", &entry);
        } else {
            changed(comparison, &entry, true);
        }
    }
    for node in matched.added {
        let entry = field.only_revision(node);
        if repeats(&entry.revision, &in_base) {
            comparison.differs(context, "unclassified", &entry);
        } else {
            changed(comparison, &entry, false);
        }
    }
}

fn items<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    existence(
        comparison,
        context,
        field,
        "items-added",
        "items-removed",
        |comparison| {
            comparison.visit(&context.items(), field, schema);
        },
    );
}

fn not<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    existence(
        comparison,
        context,
        field,
        "not-added",
        "not-removed",
        |comparison| {
            comparison.visit(&context.with_relevance(Relevance::Negated), field, schema);
        },
    );
}

fn discriminator<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let (added, removed) = ("discriminator-added", "discriminator-removed");
    existence(comparison, context, field, added, removed, |comparison| {
        comparison.object(context, field, DISCRIMINATOR);
    });
}

fn mapping<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in crate::comparison::keys(field) {
        let entry = field.get(name);
        let event = match entry.values() {
            (None, _) => "discriminator-mapping-added",
            (_, None) => "discriminator-mapping-deleted",
            (base, revision) if base != revision => "discriminator-mapping-changed",
            _ => continue,
        };
        comparison.event(context, event, &entry, &format!(": {name:?}"));
    }
}

/// Reports what is there on one side only, and looks into what is there on both.
fn existence<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    added: &str,
    removed: &str,
    both: impl FnOnce(&mut Comparison<'a>),
) {
    match field.values() {
        (Some(_), Some(_)) => both(comparison),
        (None, Some(_)) => comparison.event(context, added, field, ""),
        (Some(_), None) => comparison.event(context, removed, field, ""),
        (None, None) => {}
    }
}
