//! Schemas: the keywords that they have, and how the values of each are compared.

mod additional;
mod effect;
mod enumeration;
mod equivalence;
mod formats;
mod identity;
mod parts;
mod properties;
mod relevance;
mod required;
mod types;
mod unions;

use serde_json::Value;

use crate::{
    comparison::{Comparison, common},
    context::{Context, Relevance},
    node::{Node, Pair},
};
use effect::{is_kept_by_all, is_without_effect};
use parts::{Parts, PartsPair};

/// How the values of a keyword in the parts of a schema are compared.
enum Keyword {
    /// It only describes; the outermost value is the one that is shown.
    Annotation(&'static str),
    /// A truth value that is false where it is left out, and true where any part says so.
    Flag(&'static str, &'static str),
    /// As a flag, but the outermost value counts.
    OutermostFlag(&'static str, &'static str),
    /// A value of which each part may add one.
    Each(&'static str),
    /// A bound, of which the smallest one counts.
    Smallest(&'static str),
    /// A bound, of which the largest one counts.
    Largest(&'static str),
    /// Compared by what the parts say of it together.
    Parts(for<'a> fn(&mut Comparison<'a>, &Context, &PartsPair<'a>)),
}

const SCHEMA: &[(&str, Keyword)] = &[
    ("title", Keyword::Annotation("title-changed")),
    ("description", Keyword::Annotation("description-changed")),
    ("externalDocs", Keyword::Annotation("external-docs-changed")),
    ("example", Keyword::Annotation("example-changed")),
    ("type", Keyword::Parts(types::type_keyword)),
    ("format", Keyword::Parts(formats::format)),
    ("pattern", Keyword::Each("pattern")),
    ("multipleOf", Keyword::Each("multiple-of")),
    ("default", Keyword::Each("default-value")),
    ("maximum", Keyword::Smallest("max")),
    ("minimum", Keyword::Largest("min")),
    (
        "exclusiveMaximum",
        Keyword::Flag("exclusive-max-set", "exclusive-max-unset"),
    ),
    (
        "exclusiveMinimum",
        Keyword::Flag("exclusive-min-set", "exclusive-min-unset"),
    ),
    ("maxLength", Keyword::Smallest("max-length")),
    ("minLength", Keyword::Largest("min-length")),
    ("maxItems", Keyword::Smallest("max-items")),
    ("minItems", Keyword::Largest("min-items")),
    ("maxProperties", Keyword::Smallest("max-properties")),
    ("minProperties", Keyword::Largest("min-properties")),
    (
        "uniqueItems",
        Keyword::Flag("unique-items-set", "unique-items-unset"),
    ),
    (
        "nullable",
        Keyword::OutermostFlag("became-nullable", "became-not-nullable"),
    ),
    (
        "readOnly",
        Keyword::Flag("became-read-only", "became-not-read-only"),
    ),
    (
        "writeOnly",
        Keyword::Flag("became-write-only", "became-not-write-only"),
    ),
    (
        "deprecated",
        Keyword::OutermostFlag("deprecated", "reactivated"),
    ),
    ("enum", Keyword::Parts(enumeration::enumeration)),
    ("required", Keyword::Parts(required::required)),
    ("properties", Keyword::Parts(properties::properties)),
    (
        "additionalProperties",
        Keyword::Parts(additional::additional),
    ),
    ("items", Keyword::Parts(items)),
    ("allOf", Keyword::Parts(unions::all_of)),
    ("anyOf", Keyword::Parts(unions::any_of)),
    ("oneOf", Keyword::Parts(unions::one_of)),
    ("not", Keyword::Parts(not)),
    ("discriminator", Keyword::Parts(discriminator)),
    ("xml", Keyword::Each("xml")),
];

/// Compares two schemas that are there on both sides.
pub(crate) fn schema<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let source = std::slice::from_ref;
    visit(
        comparison,
        context,
        source(&pair.base),
        source(&pair.revision),
    );
}

/// Compares what schemas mean that hold together on each side. What is behind a reference is
/// compared later, and once.
fn visit<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    base: &[Node<'a>],
    revision: &[Node<'a>],
) {
    let parts = PartsPair::of(comparison, base, revision);
    visit_parts(comparison, context, (base, revision), parts);
}

/// As [`visit`], where the parts are known already.
fn visit_parts<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    sources: (&[Node<'a>], &[Node<'a>]),
    parts: PartsPair<'a>,
) {
    parts::references(comparison, context, sources, &parts);
    if parts.base.is_lost() || parts.revision.is_lost() {
        return;
    }
    if parts.base.is_plain() && parts.revision.is_plain() {
        return compare(comparison, context, &parts);
    }
    let (base, revision) = (parts.base.addresses(), parts.revision.addresses());
    comparison.later(context, base, revision, move |comparison, context| {
        compare(comparison, context, &parts);
    });
}

fn compare<'a>(comparison: &mut Comparison<'a>, context: &Context, parts: &PartsPair<'a>) {
    let nodes = || parts.base.nodes.iter().chain(&parts.revision.nodes);
    if nodes().any(|node| node.object().is_none()) {
        let first = |parts: &Parts<'a>| parts.nodes[0].clone();
        let pair = Pair {
            base: first(&parts.base),
            revision: first(&parts.revision),
        };
        return comparison.differs(context, "unclassified", &pair);
    }
    if unions::alternatives_around(comparison, context, parts) {
        return;
    }
    let row = |name: &&str| SCHEMA.iter().position(|(keyword, _)| keyword == name);
    let mut names: Vec<&'a str> = nodes()
        .filter_map(Node::object)
        .flat_map(|object| object.keys().map(String::as_str))
        .collect();
    names.sort_by_key(|name| (row(name).unwrap_or(SCHEMA.len()), *name));
    names.dedup();
    for name in names {
        let known = row(&name).map(|row| &SCHEMA[row].1);
        let values = |parts: &Parts<'a>| -> Vec<_> {
            let objects = parts.nodes.iter().filter_map(Node::object);
            objects.filter_map(|object| object.get(name)).collect()
        };
        comparison.consider_values(values(&parts.base), values(&parts.revision));
        if let ([base], [revision]) = (&parts.base.nodes[..], &parts.revision.nodes[..])
            && is_same_scalar(base, revision, name)
        {
            continue;
        }
        if is_without_effect(parts, name) {
            for field in different(comparison, parts, name) {
                comparison.differs(context, "keyword-without-effect-changed", &field);
            }
            continue;
        }
        keyword(comparison, context, parts, name, known);
    }
}

/// Whether a keyword has the same text or truth value in both: most have.
fn is_same_scalar<'a>(base: &Node<'a>, revision: &Node<'a>, name: &str) -> bool {
    let value = |node: &Node<'a>| node.object().and_then(|object| object.get(name));
    match (value(base), value(revision)) {
        (Some(Value::String(base)), Some(Value::String(revision))) => base == revision,
        (Some(Value::Bool(base)), Some(Value::Bool(revision))) => base == revision,
        _ => false,
    }
}

fn keyword<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    known: Option<&Keyword>,
) {
    match known {
        Some(Keyword::Annotation(rule)) => annotation(comparison, context, parts, name, rule),
        Some(Keyword::Flag(on, off)) => {
            let is_set = |parts: &Parts<'a>| {
                let values = parts.having(name);
                let set = values
                    .iter()
                    .find(|node| node.value == Some(&Value::Bool(true)));
                set.or(values.first()).cloned()
            };
            let field = parts.field(name, is_set(&parts.base), is_set(&parts.revision));
            comparison.flag(context, &field, on, off);
        }
        Some(Keyword::OutermostFlag(on, off)) => {
            comparison.flag(context, &parts.first(name), on, off);
        }
        Some(Keyword::Each("xml")) => {
            for field in different(comparison, parts, name) {
                comparison.change(context, &field, "xml-changed");
            }
        }
        Some(Keyword::Each(event)) => {
            for field in different(comparison, parts, name) {
                comparison.scalar(context, &field, event);
            }
        }
        Some(Keyword::Smallest(event)) => bound(comparison, context, parts, name, event, false),
        Some(Keyword::Largest(event)) => bound(comparison, context, parts, name, event, true),
        Some(Keyword::Parts(visitor)) => visitor(comparison, context, parts),
        None => {
            for field in different(comparison, parts, name) {
                comparison.differs(context, common(name), &field);
            }
        }
    }
}

/// The values of a keyword that only one side has, the first beside the first.
fn different<'a>(
    comparison: &Comparison<'a>,
    parts: &PartsPair<'a>,
    name: &'a str,
) -> Vec<Pair<'a>> {
    let (base, revision) = (parts.base.having(name), parts.revision.having(name));
    if base.len() <= 1 && revision.len() <= 1 {
        return vec![parts.field(name, base.into_iter().next(), revision.into_iter().next())];
    }
    let values = &comparison.values;
    let same = |a: &Node<'a>, b: &Node<'a>| {
        let both = a.value.zip(b.value);
        both.is_some_and(|(a, b)| values.same(a, b))
    };
    let without = |list: &[Node<'a>], others: &[Node<'a>]| -> Vec<Node<'a>> {
        let is_new = |(index, node): &(usize, &Node<'a>)| {
            !list[..*index].iter().any(|earlier| same(earlier, node))
                && !others.iter().any(|other| same(other, node))
        };
        let rest = list.iter().enumerate().filter(is_new);
        rest.map(|(_, node)| node.clone()).collect()
    };
    let (removed, added) = (without(&base, &revision), without(&revision, &base));
    (0..removed.len().max(added.len()))
        .map(|i| parts.field(name, removed.get(i).cloned(), added.get(i).cloned()))
        .collect()
}

/// Compares what describes: each value that came or went. Where only their order changed, the
/// outermost one is another one.
fn annotation<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    rule: &str,
) {
    let fields = different(comparison, parts, name);
    if fields.is_empty() {
        return comparison.differs(context, rule, &parts.first(name));
    }
    for field in fields {
        comparison.differs(context, rule, &field);
    }
}

fn bound<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
    name: &'a str,
    event: &str,
    is_floor: bool,
) {
    let strictest = |parts: &Parts<'a>| {
        let mut values = parts.having(name);
        values.sort_by(|a, b| {
            let number = |node: &Node<'a>| node.value.and_then(Value::as_f64);
            number(a)
                .partial_cmp(&number(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        if is_floor {
            values.pop()
        } else {
            values.into_iter().next()
        }
    };
    let field = parts.field(name, strictest(&parts.base), strictest(&parts.revision));
    let is_kept_anyway = match field.values() {
        (None, Some(bound)) => is_kept_by_all(&parts.base, name, bound),
        (Some(bound), None) => is_kept_by_all(&parts.revision, name, bound),
        _ => false,
    };
    if !is_kept_anyway {
        comparison.bound(context, &field, event);
    }
}

fn items<'a>(comparison: &mut Comparison<'a>, context: &Context, parts: &PartsPair<'a>) {
    let (base, revision) = (parts.base.having("items"), parts.revision.having("items"));
    existence(
        comparison,
        context,
        &parts.first("items"),
        ("items-added", "items-removed"),
        |comparison, _| visit(comparison, &context.items(), &base, &revision),
    );
}

fn not<'a>(comparison: &mut Comparison<'a>, context: &Context, parts: &PartsPair<'a>) {
    for field in different(comparison, parts, "not") {
        let negated = context.with_relevance(Relevance::Negated);
        existence(
            comparison,
            context,
            &field,
            ("not-added", "not-removed"),
            |comparison, field| schema(comparison, &negated, field),
        );
    }
}

fn discriminator<'a>(comparison: &mut Comparison<'a>, context: &Context, parts: &PartsPair<'a>) {
    let events = ("discriminator-added", "discriminator-removed");
    for field in different(comparison, parts, "discriminator") {
        existence(comparison, context, &field, events, |comparison, field| {
            comparison.object(context, field, unions::DISCRIMINATOR);
        });
    }
}

/// Reports what is there on one side only, and looks into what is there on both.
fn existence<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    (added, removed): (&str, &str),
    both: impl FnOnce(&mut Comparison<'a>, &Pair<'a>),
) {
    let is_object = |value: &Value| value.is_object();
    let (base, revision) = field.values();
    if ![base, revision].into_iter().flatten().all(is_object) {
        return comparison.differs(context, "unclassified", field);
    }
    match (base, revision) {
        (Some(_), Some(_)) => both(comparison, field),
        (None, Some(_)) => comparison.event(context, added, field, ""),
        (Some(_), None) => comparison.event(context, removed, field, ""),
        (None, None) => {}
    }
}
