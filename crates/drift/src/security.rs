//! Security: which ways to authenticate are accepted, and what each of them sends.

use std::collections::HashSet;

use bigcommerce_spec::operations;
use serde_json::Value;

use crate::{
    comparison::{Comparison, common, keys},
    context::Context,
    fields::{Comparator, Field},
    matching,
    node::{Node, Pair},
    resolve::Resolver,
    values::Values,
};

const SCHEME: &[Field] = &[
    (
        "type",
        Comparator::EachLeaf("api-security-component-type-changed"),
    ),
    (
        "name",
        Comparator::EachLeaf("api-security-component-name-changed"),
    ),
    (
        "in",
        Comparator::EachLeaf("api-security-component-in-changed"),
    ),
    (
        "scheme",
        Comparator::EachLeaf("api-security-component-scheme-changed"),
    ),
    (
        "bearerFormat",
        Comparator::EachLeaf("api-security-component-bearer-format-changed"),
    ),
    (
        "openIdConnectUrl",
        Comparator::EachLeaf("api-security-component-open-id-url-changed"),
    ),
    ("flows", Comparator::Object(flows)),
];

const FLOW: &[Field] = &[
    (
        "authorizationUrl",
        Comparator::EachLeaf("api-security-component-oauth-url-changed"),
    ),
    (
        "tokenUrl",
        Comparator::EachLeaf("api-security-component-oauth-token-url-changed"),
    ),
    (
        "refreshUrl",
        Comparator::EachLeaf("api-security-component-oauth-refresh-url-changed"),
    ),
    ("scopes", Comparator::Object(flow_scopes)),
];

/// Compares what the documents require of every operation that does not say otherwise.
pub(crate) fn global<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    if is_inherited(&comparison.document()) {
        requirements(comparison, context, field, "api-global-security");
    }
}

/// Compares what an operation requires, be it said there or for the whole document.
pub(crate) fn of_operation<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
) {
    requirements(comparison, context, field, "api-security");
}

/// Compares the definitions of the schemes.
pub(crate) fn schemes<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let scheme = field.get(name);
        let (id, how) = match scheme.values() {
            (Some(_), Some(_)) => {
                comparison.visit(context, &scheme, definition);
                continue;
            }
            (None, _) => ("api-security-component-added", "added"),
            (_, None) => ("api-security-component-removed", "removed"),
        };
        comparison.report(
            context,
            id,
            &scheme,
            format!("the security scheme `{name}` was {how}"),
        );
    }
}

fn definition<'a>(comparison: &mut Comparison<'a>, context: &Context, scheme: &Pair<'a>) {
    let (from, to) = (scheme.base.str("type"), scheme.revision.str("type"));
    if from.is_none() || to.is_none() || from == to {
        return comparison.object(context, scheme, SCHEME);
    }
    // What comes and goes with a type is no change of its own.
    for name in keys(scheme) {
        let id = match common(name) {
            _ if name == "type" => "api-security-component-type-changed",
            "unclassified" => "keyword-without-effect-changed",
            id => id,
        };
        comparison.differs(context, id, &scheme.get(name));
    }
}

/// Compares two lists of alternatives. An empty list, like an empty alternative, says that
/// nothing is needed.
fn requirements<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    prefix: &str,
) {
    let (was_open, is_open) = (is_open(&field.base), is_open(&field.revision));
    let mut matched = matching::by_key(by_names(&field.base), by_names(&field.revision));
    let (base, revision, values) = (&comparison.base, &comparison.revision, &comparison.values);
    let kept = matched.both.len();
    matching::by_score(&mut matched, |from, to| {
        let sent = definitions(values, base, from);
        usize::from(sent.is_some() && sent == definitions(values, revision, to))
    });
    comparison.order(&matched.both, |comparison| {
        let message = format!(
            "{}: the ways to authenticate are in another order",
            context.describe()
        );
        comparison.report(context, "api-security-reordered", field, message);
    });
    for pair in &matched.both[kept..] {
        let message = "a security scheme has another name; what is sent is the same".to_owned();
        comparison.report(context, "api-security-scheme-renamed", pair, message);
    }
    for pair in &matched.both {
        comparison.consider(pair);
        scopes(comparison, context, pair, prefix);
    }
    let come: Vec<_> = matched.added.iter().flat_map(names).collect();
    let gone: Vec<_> = matched.removed.iter().flat_map(names).collect();
    for node in matched.removed {
        let what = match (is_anonymous(&node), was_open, is_open) {
            (true, _, false) => "became-required",
            // Another alternative leaves it open as before.
            (true, ..) => {
                comparison.consider_base(&node);
                continue;
            }
            (false, false, true) => "became-optional",
            _ if is_still_enough(&node, &field.revision) => "needs-less",
            _ => "removed",
        };
        let (base, revision) = located(first_but(&node, &come), &field.base, &field.revision);
        alternative(comparison, context, prefix, what, &Pair { base, revision });
    }
    for node in matched.added {
        let what = match (is_anonymous(&node), was_open, is_open) {
            (true, false, _) => "became-optional",
            (true, ..) => {
                comparison.consider_revision(&node);
                continue;
            }
            (false, true, false) => "became-required",
            _ => "added",
        };
        let (revision, base) = located(first_but(&node, &gone), &field.revision, &field.base);
        alternative(comparison, context, prefix, what, &Pair { base, revision });
    }
}

/// Where to report an alternative that only one side has: there, unless that side inherits
/// it from the document and the other side's operation says something else.
fn located<'a>(node: Node<'a>, list: &Node<'a>, other: &Node<'a>) -> (Node<'a>, Node<'a>) {
    let is_global = |list: &Node<'a>| list.pointer.to_string() == "/security";
    if is_global(list) && !is_global(other) {
        (node.emptied(), other.clone())
    } else {
        (node, other.emptied())
    }
}

/// The first scheme of an alternative that is not among the others, or the alternative.
fn first_but<'a>(alternative: &Node<'a>, others: &[&str]) -> Node<'a> {
    let other = names(alternative)
        .into_iter()
        .find(|name| !others.contains(name));
    other.map_or_else(|| alternative.clone(), |name| alternative.get(name))
}

fn alternative<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    prefix: &str,
    what: &str,
    pair: &Pair<'a>,
) {
    let who = context.describe();
    let message = match what {
        "became-required" => format!("{who} could be used without authentication"),
        "became-optional" => format!("{who} can be used without authentication"),
        "needs-less" => format!("{who}: a part of what was sent is enough"),
        _ => format!("{who}: a way to authenticate was {what}"),
    };
    comparison.report(context, &format!("{prefix}-{what}"), pair, message);
}

/// Whether an operation that both documents have leaves it to them what it requires. What no
/// operation inherits has no effect.
fn is_inherited(both: &Pair<'_>) -> bool {
    let inheriting = |node: &Node<'_>| -> HashSet<String> {
        let document = node.value.into_iter();
        let operations = document.flat_map(operations);
        let inherits = operations.filter(|it| it.value.get("security").is_none());
        inherits.map(|operation| operation.name()).collect()
    };
    !inheriting(&both.base).is_disjoint(&inheriting(&both.revision))
}

/// Whether a client that sends all of an alternative still sends enough.
fn is_still_enough(alternative: &Node<'_>, list: &Node<'_>) -> bool {
    let sent = names(alternative);
    let has_all = |other: Node<'_>| {
        let needed = names(&other);
        !needed.is_empty() && needed.iter().all(|name| sent.contains(name))
    };
    list.items().any(has_all)
}

fn is_open(list: &Node<'_>) -> bool {
    list.array().is_none_or(|list| {
        list.is_empty()
            || list
                .iter()
                .any(|entry| entry.as_object().is_some_and(serde_json::Map::is_empty))
    })
}

fn is_anonymous(alternative: &Node<'_>) -> bool {
    alternative.object().is_some_and(serde_json::Map::is_empty)
}

fn names<'a>(alternative: &Node<'a>) -> Vec<&'a str> {
    let mut names: Vec<_> = alternative.entries().map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

fn by_names<'a>(list: &Node<'a>) -> Vec<(Vec<&'a str>, Node<'a>)> {
    list.items()
        .map(|alternative| (names(&alternative), alternative))
        .collect()
}

/// What an alternative sends, whatever its schemes are called; nothing where that is unknown.
fn definitions(
    values: &Values,
    resolver: &Resolver<'_>,
    alternative: &Node<'_>,
) -> Option<Vec<u64>> {
    let schemes = resolver.root().get("components").get("securitySchemes");
    let mut definitions = Vec::new();
    for name in names(alternative) {
        let definition = schemes.object()?.get(name)?.as_object()?;
        let sent = definition
            .iter()
            .filter(|(key, _)| *key != "description" && !key.starts_with("x-"));
        let sent: serde_json::Map<_, _> = sent.map(|(k, v)| (k.clone(), v.clone())).collect();
        definitions.push(values.fingerprint(&Value::Object(sent)));
    }
    definitions.sort_unstable();
    (!definitions.is_empty()).then_some(definitions)
}

fn scopes<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    alternative: &Pair<'a>,
    prefix: &str,
) {
    if alternative.base.object().is_none() || alternative.revision.object().is_none() {
        return comparison.differs(context, "unclassified", alternative);
    }
    for name in keys(alternative) {
        let list = alternative.get(name);
        if list.both().is_none() {
            continue;
        }
        if list.base.array().is_none() || list.revision.array().is_none() {
            comparison.differs(context, "unclassified", &list);
            continue;
        }
        let (removed, added) = matching::as_sets(&list, &comparison.values);
        let removed = removed.iter().map(|entry| (entry, "removed"));
        for (entry, how) in removed.chain(added.iter().map(|entry| (entry, "added"))) {
            let message = format!("{}: a scope of {name} was {how}", context.describe());
            comparison.report(context, &format!("{prefix}-scope-{how}"), entry, message);
        }
    }
}

fn flows<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let flow = field.get(name);
        let (id, how) = match flow.values() {
            (Some(_), Some(_)) => {
                comparison.object(context, &flow, FLOW);
                continue;
            }
            (None, _) => ("api-security-component-oauth-flow-added", "added"),
            (_, None) => ("api-security-component-oauth-flow-removed", "removed"),
        };
        comparison.report(
            context,
            id,
            &flow,
            format!("the OAuth flow `{name}` was {how}"),
        );
    }
}

fn flow_scopes<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let scope = field.get(name);
        let how = match scope.values() {
            (None, _) => "added",
            (_, None) => "removed",
            (base, revision) if base != revision => "changed",
            _ => continue,
        };
        let id = format!("api-security-component-oauth-scope-{how}");
        comparison.report(
            context,
            &id,
            &scope,
            format!("the OAuth scope `{name}` was {how}"),
        );
    }
}
