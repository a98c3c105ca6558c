//! Schemas: the table of their keywords, and the keywords that stand alone.

mod properties;
mod unions;

use std::collections::HashSet;

use serde_json::Value;

use crate::context::{Context, Weight};
use crate::fields::{Field, Treat};
use crate::matching;
use crate::node::{Node, Pair};
use crate::values::{brief, fingerprint};
use crate::walk::Walker;

/// The keywords of a schema of OpenAPI 3.0.
const SCHEMA: &[Field] = &[
    ("title", Treat::Note("title-changed")),
    ("example", Treat::Note("example-changed")),
    ("type", Treat::Within(type_keyword)),
    ("format", Treat::Scalar("format")),
    ("pattern", Treat::Scalar("pattern")),
    ("multipleOf", Treat::Scalar("multiple-of")),
    ("default", Treat::Scalar("default-value")),
    ("maximum", Treat::Bound("max")),
    ("minimum", Treat::Bound("min")),
    (
        "exclusiveMaximum",
        Treat::Flag("exclusive-max-set", "exclusive-max-unset"),
    ),
    (
        "exclusiveMinimum",
        Treat::Flag("exclusive-min-set", "exclusive-min-unset"),
    ),
    ("maxLength", Treat::Bound("max-length")),
    ("minLength", Treat::Bound("min-length")),
    ("maxItems", Treat::Bound("max-items")),
    ("minItems", Treat::Bound("min-items")),
    ("maxProperties", Treat::Bound("max-properties")),
    ("minProperties", Treat::Bound("min-properties")),
    (
        "uniqueItems",
        Treat::Flag("unique-items-set", "unique-items-unset"),
    ),
    (
        "nullable",
        Treat::Flag("became-nullable", "became-not-nullable"),
    ),
    (
        "readOnly",
        Treat::Flag("became-read-only", "became-not-read-only"),
    ),
    (
        "writeOnly",
        Treat::Flag("became-write-only", "became-not-write-only"),
    ),
    ("deprecated", Treat::Flag("deprecated", "reactivated")),
    ("enum", Treat::Array(enumeration)),
    ("required", Treat::Within(properties::required)),
    ("properties", Treat::Within(properties::properties)),
    (
        "additionalProperties",
        Treat::Within(properties::additional),
    ),
    ("items", Treat::Object(items)),
    ("allOf", Treat::Array(unions::all_of)),
    ("anyOf", Treat::Array(unions::any_of)),
    ("oneOf", Treat::Array(unions::one_of)),
    ("not", Treat::Object(not)),
    ("discriminator", Treat::Object(discriminator)),
    ("xml", Treat::Change("xml-changed")),
];

const DISCRIMINATOR: &[Field] = &[
    (
        "propertyName",
        Treat::Change("discriminator-property-name-changed"),
    ),
    ("mapping", Treat::Object(mapping)),
];

/// Compares two schemas that are there on both sides.
pub(crate) fn schema<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    walker.object(cx, pair, SCHEMA);
}

fn type_keyword<'a>(walker: &mut Walker<'a>, cx: &Context, schema: &Pair<'a>) {
    let field = schema.get("type");
    let (base, revision) = field.values();
    if [base, revision]
        .into_iter()
        .flatten()
        .any(|value| !value.is_string())
    {
        return walker.differs(cx, "unclassified", &field);
    }
    match (
        base.and_then(Value::as_str),
        revision.and_then(Value::as_str),
    ) {
        (base, revision) if base == revision => {}
        (Some("integer"), Some("number")) => {
            walker.event(cx, "type-generalized", &field, ": integer → number");
        }
        (Some("number"), Some("integer")) => {
            walker.event(cx, "type-specialized", &field, ": number → integer");
        }
        (None, Some(to)) => walker.event(cx, "type-specialized", &field, &format!(": any → {to}")),
        (Some(from), None) => {
            walker.event(cx, "type-generalized", &field, &format!(": {from} → any"));
        }
        (from, to) => {
            let detail = format!(": {} → {}", from.unwrap_or("any"), to.unwrap_or("any"));
            walker.event(cx, "type-changed", &field, &detail);
        }
    }
}

fn enumeration<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    match field.values() {
        (None, Some(values)) => {
            walker.event(cx, "became-enum", field, &format!(": {}", brief(values)));
        }
        (Some(values), None) => {
            walker.event(
                cx,
                "became-not-enum",
                field,
                &format!(": {}", brief(values)),
            );
        }
        _ => set(walker, cx, field, |walker, entry, removed| {
            let event = if removed {
                "enum-value-removed"
            } else {
                "enum-value-added"
            };
            let value = entry.base.value.or(entry.revision.value);
            let detail = value.map(|value| format!(": {}", brief(value)));
            walker.event(cx, event, entry, &detail.unwrap_or_default());
        }),
    }
}

/// Compares two lists as sets, and hands over each entry that only one side has, with
/// whether that is the base. An entry that is merely repeated is reported here.
pub(crate) fn set<'a>(
    walker: &mut Walker<'a>,
    cx: &Context,
    field: &Pair<'a>,
    mut changed: impl FnMut(&mut Walker<'a>, &Pair<'a>, bool),
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
            walker.differs(cx, "unclassified", &entry);
        } else {
            changed(walker, &entry, true);
        }
    }
    for node in matched.added {
        let entry = field.only_revision(node);
        if repeats(&entry.revision, &in_base) {
            walker.differs(cx, "unclassified", &entry);
        } else {
            changed(walker, &entry, false);
        }
    }
}

fn items<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    existence(
        walker,
        cx,
        field,
        "items-added",
        "items-removed",
        |walker| {
            walker.visit(&cx.items(), field, schema);
        },
    );
}

fn not<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    existence(walker, cx, field, "not-added", "not-removed", |walker| {
        walker.visit(&cx.weighed(Weight::Inverted), field, schema);
    });
}

fn discriminator<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let (added, removed) = ("discriminator-added", "discriminator-removed");
    existence(walker, cx, field, added, removed, |walker| {
        walker.object(cx, field, DISCRIMINATOR);
    });
}

fn mapping<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    for name in crate::walk::keys(field) {
        let entry = field.get(name);
        let event = match entry.values() {
            (None, _) => "discriminator-mapping-added",
            (_, None) => "discriminator-mapping-deleted",
            (base, revision) if base != revision => "discriminator-mapping-changed",
            _ => continue,
        };
        walker.event(cx, event, &entry, &format!(": {name:?}"));
    }
}

/// Reports what is there on one side only, and looks into what is there on both.
fn existence<'a>(
    walker: &mut Walker<'a>,
    cx: &Context,
    field: &Pair<'a>,
    added: &str,
    removed: &str,
    both: impl FnOnce(&mut Walker<'a>),
) {
    match field.values() {
        (Some(_), Some(_)) => both(walker),
        (None, Some(_)) => walker.event(cx, added, field, ""),
        (Some(_), None) => walker.event(cx, removed, field, ""),
        (None, None) => {}
    }
}
