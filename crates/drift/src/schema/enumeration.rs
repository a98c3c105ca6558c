//! The keyword `enum`: a list of values, of which several may come or go together.

use serde_json::Value;

use super::{different, parts::PartsPair};
use crate::{comparison::Comparison, context::Context, matching, node::Pair};

pub(super) fn enumeration<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    for field in different(comparison, parts, "enum") {
        list(comparison, context, &field);
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
    let (removed, added) = matching::as_sets(field, &comparison.values);
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

/// The first few of a list, and how many more there are.
fn listed(texts: &[String]) -> String {
    const MOST: usize = 8;
    let first = texts[..texts.len().min(MOST)].join(", ");
    match texts.len().saturating_sub(MOST) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
