//! The keyword `enum`: a list of values, of which several may come or go together.

use std::collections::HashSet;

use serde_json::Value;

use super::parts::{Parts, PartsPair};
use crate::{
    comparison::Comparison,
    context::Context,
    matching,
    node::{Node, Pair},
};

pub(super) fn enumeration<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let keyed = |parts: &Parts<'a>| -> Vec<_> {
        let lists = parts.having("enum").into_iter();
        let fingerprint = |node: Node<'a>| Some((comparison.values.fingerprint(node.value?), node));
        lists.filter_map(fingerprint).collect()
    };
    let matched = matching::by_key(keyed(&parts.base), keyed(&parts.revision));
    let (mut removed, mut added) = (matched.removed.into_iter(), matched.added.into_iter());
    loop {
        let (base, revision) = (removed.next(), added.next());
        let is_in = |other: &Parts<'a>, list: &Option<Node<'a>>| {
            let own = list.as_ref().and_then(|list| list.value);
            let others = other
                .having("enum")
                .into_iter()
                .filter_map(|list| list.value);
            own.is_some_and(|own| {
                others
                    .into_iter()
                    .any(|list| comparison.values.same(own, list))
            })
        };
        match (&base, &revision) {
            (None, None) => return,
            // The same list once more limits nothing.
            (None, Some(_)) if is_in(&parts.base, &revision) => continue,
            (Some(_), None) if is_in(&parts.revision, &base) => continue,
            _ => {}
        }
        list(comparison, context, &parts.field("enum", base, revision));
    }
}

fn list<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let detail = |value: &Value| format!(": {}", comparison.values.excerpt(value));
    match field.values() {
        (Some(value), _) | (_, Some(value)) if !value.is_array() => {
            comparison.differs(context, "unclassified", field);
        }
        (None, Some(values)) => {
            let detail = detail(values);
            comparison.event(context, "became-enum", field, &detail);
        }
        (Some(values), None) => {
            let detail = detail(values);
            comparison.event(context, "became-not-enum", field, &detail);
        }
        _ => enum_values(comparison, context, field),
    }
}

fn enum_values<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let (mut removed, mut added) = matching::as_sets(field, &comparison.values);
    if context.serialization.is_text() {
        let texts = |list: &[Pair<'a>]| list.iter().map(text).collect::<HashSet<_>>();
        let (gone, new) = (texts(&removed), texts(&added));
        let (same, rest): (Vec<_>, Vec<_>) = removed
            .into_iter()
            .partition(|entry| new.contains(&text(entry)));
        removed = rest;
        added.retain(|entry| !gone.contains(&text(entry)));
        for entry in &same {
            let message = "this is another type of value, and the same text".to_owned();
            comparison.report(context, "equivalent-change", entry, message);
        }
    }
    for (entries, event) in [(removed, "enum-value-removed"), (added, "enum-value-added")] {
        if entries.is_empty() {
            continue;
        }
        let there = |entry: &Pair<'a>| entry.base.value.or(entry.revision.value);
        let texts: Vec<_> = entries
            .iter()
            .filter_map(there)
            .map(|value| comparison.values.excerpt(value))
            .collect();
        let detail = format!(": {}", listed(&texts));
        comparison.event_of_list(context, event, field, &entries, &detail);
    }
}

/// A value as it is written in a parameter or a header.
fn text(entry: &Pair<'_>) -> String {
    match entry.base.value.or(entry.revision.value) {
        Some(Value::String(text)) => text.clone(),
        value => value.map(Value::to_string).unwrap_or_default(),
    }
}

/// The first few of a list, and how many more there are.
fn listed(texts: &[String]) -> String {
    const MOST: usize = 8;
    let first = texts[..texts.len().min(MOST)].join(", ");
    match texts.len().saturating_sub(MOST) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
