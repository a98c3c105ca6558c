//! Responses: which status is which, their headers, bodies and links.

use std::collections::HashSet;

use crate::{
    comparison::{Comparison, common, keys},
    content,
    context::Context,
    fields::{Comparator, Field},
    matching::{self, Matched},
    node::{Node, Pair},
    resolve::Resolver,
    rules::Usage,
};

const RESPONSE: &[Field] = &[
    ("headers", Comparator::Object(content::headers)),
    ("content", Comparator::Object(content::content)),
    ("links", Comparator::EachLeaf("response-link-changed")),
];

/// Compares the responses of an operation. A status that went is paired with one that came
/// where that took its place, and their bodies are compared.
pub(crate) fn responses<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let statuses = |node: &Node<'a>| -> Vec<_> {
        let is_status = |(name, _): &(&'a str, Node<'a>)| !name.starts_with("x-");
        let upper = |(name, node): (&'a str, Node<'a>)| (name.to_ascii_uppercase(), node);
        node.entries().filter(is_status).map(upper).collect()
    };
    let matched = matching::by_key(statuses(&field.base), statuses(&field.revision));
    for pair in &matched.both {
        of_status(comparison, context, pair);
    }
    let (removed, added) = (matched.removed, matched.added);
    ranges(comparison, context, &removed, &added);
    renamed(comparison, context, &removed, &added);
    for node in &removed {
        status(
            comparison,
            context,
            "removed",
            node,
            &field.only_base(node.clone()),
            &added,
        );
    }
    for node in &added {
        status(
            comparison,
            context,
            "added",
            node,
            &field.only_revision(node.clone()),
            &removed,
        );
    }
    for name in keys(field)
        .into_iter()
        .filter(|name| name.starts_with("x-"))
    {
        comparison.differs(context, common(name), &field.get(name));
    }
}

/// Compares the bodies of statuses with those of the ranges that took their place.
fn ranges<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    removed: &[Node<'a>],
    added: &[Node<'a>],
) {
    for base in removed {
        for revision in added {
            let pair = Pair {
                base: base.clone(),
                revision: revision.clone(),
            };
            if covers(base.name(), revision.name()) || covers(revision.name(), base.name()) {
                of_status(comparison, context, &pair);
            }
        }
    }
}

/// Compares the bodies of success statuses that were renamed.
fn renamed<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    removed: &[Node<'a>],
    added: &[Node<'a>],
) {
    let alone = |nodes: &[Node<'a>], others: &[Node<'a>]| -> Vec<Node<'a>> {
        let covered = |node: &Node<'a>| {
            others
                .iter()
                .any(|other| covers(other.name(), node.name()) || covers(node.name(), other.name()))
        };
        nodes
            .iter()
            .filter(|node| is_success(node.name()) && !covered(node))
            .cloned()
            .collect()
    };
    let mut matched = Matched {
        both: Vec::new(),
        removed: alone(removed, added),
        added: alone(added, removed),
    };
    let only = matched.removed.len() == 1 && matched.added.len() == 1;
    let (base, revision) = (&comparison.base, &comparison.revision);
    matching::by_score(&mut matched, |from, to| {
        similarity(&names_in_body(base, from), &names_in_body(revision, to)) + usize::from(only)
    });
    for pair in &matched.both {
        of_status(comparison, context, pair);
    }
}

fn of_status<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let status = pair.revision.name();
    let from = pair.base.name();
    let subject = if status == from {
        format!("the body of response {status}")
    } else {
        format!("the body of response {status} (before: {from})")
    };
    let context = context.subject(Usage::ResponseBody, subject);
    comparison.visit(&context, pair, response);
}

/// Compares two responses.
pub(crate) fn response<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    comparison.object(context, pair, RESPONSE);
}

fn status<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    how: &str,
    node: &Node<'a>,
    pair: &Pair<'a>,
    others: &[Node<'a>],
) {
    let name = node.name();
    let kind = if is_success(name) {
        "success"
    } else {
        "non-success"
    };
    let is_part = others.iter().any(|other| covers(other.name(), name));
    let has_parts = others.iter().any(|other| covers(name, other.name()));
    let how = match (how, is_part, has_parts) {
        ("removed", true, _) | ("added", _, true) => "generalized",
        ("added", true, _) | ("removed", _, true) => "specialized",
        _ => how,
    };
    let id = format!("response-{kind}-status-{how}");
    let message = format!("the {kind} status {name} was {how}");
    comparison.report(context, &id, pair, message);
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Whether a range of statuses, as `4XX` or `default`, covers a status.
fn covers(range: &str, status: &str) -> bool {
    let class = |status: &str| status.chars().next();
    let is_range = range.len() == 3 && range.to_ascii_uppercase().ends_with("XX");
    is_range && !status.eq_ignore_ascii_case(range) && class(range) == class(status)
}

/// The names of all properties in the first two levels of a response's bodies.
fn names_in_body<'a>(resolver: &Resolver<'a>, response: &Node<'a>) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    for (_, media_type) in resolver.resolved(response).get("content").entries() {
        let schema = resolver.resolved(&media_type.get("schema"));
        for (name, property) in schema.get("properties").entries() {
            names.insert(name);
            let inner = resolver.resolved(&property).get("properties");
            names.extend(inner.entries().map(|(name, _)| name));
        }
    }
    names
}

/// How many percent of all names are in both.
fn similarity(a: &HashSet<&str>, b: &HashSet<&str>) -> usize {
    let shared = 100 * a.intersection(b).count();
    shared.checked_div(a.union(b).count()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn ranges_cover_their_class() {
        assert!(covers("4XX", "404"));
        assert!(covers("2xx", "202"));
        assert!(!covers("4XX", "500"));
        assert!(!covers("404", "404"));
        assert!(!covers("4XX", "4XX"));
    }
}
