//! Security: which ways to authenticate are accepted, and what each of them sends.

use serde_json::Value;

use crate::context::Context;
use crate::fields::{Field, Treat};
use crate::matching;
use crate::node::{Node, Pair};
use crate::resolve::Resolver;
use crate::schema::set;
use crate::values::fingerprint;
use crate::walk::{Walker, keys};

const SCHEME: &[Field] = &[
    ("type", Treat::Note("api-security-component-type-changed")),
    ("name", Treat::Note("api-security-component-name-changed")),
    ("in", Treat::Note("api-security-component-in-changed")),
    (
        "scheme",
        Treat::Note("api-security-component-scheme-changed"),
    ),
    (
        "bearerFormat",
        Treat::Note("api-security-component-bearer-format-changed"),
    ),
    (
        "openIdConnectUrl",
        Treat::Note("api-security-component-open-id-url-changed"),
    ),
    ("flows", Treat::Object(flows)),
];

const FLOW: &[Field] = &[
    (
        "authorizationUrl",
        Treat::Note("api-security-component-oauth-url-changed"),
    ),
    (
        "tokenUrl",
        Treat::Note("api-security-component-oauth-token-url-changed"),
    ),
    (
        "refreshUrl",
        Treat::Note("api-security-component-oauth-refresh-url-changed"),
    ),
    ("scopes", Treat::Object(flow_scopes)),
];

/// Compares what the documents require of every operation that does not say otherwise.
pub(crate) fn global<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    requirements(walker, cx, field, "api-global-security");
}

/// Compares what an operation requires, be it said there or for the whole document.
pub(crate) fn of_operation<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    requirements(walker, cx, field, "api-security");
}

/// Compares the definitions of the schemes.
pub(crate) fn schemes<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let scheme = field.get(name);
        let (id, how) = match scheme.values() {
            (Some(_), Some(_)) => {
                walker.visit(cx, &scheme, |walker, cx, pair| {
                    walker.object(cx, pair, SCHEME);
                });
                continue;
            }
            (None, _) => ("api-security-component-added", "added"),
            (_, None) => ("api-security-component-removed", "removed"),
        };
        walker.report(
            cx,
            id,
            &scheme,
            format!("the security scheme `{name}` was {how}"),
        );
    }
}

/// Compares two lists of alternatives. An empty list, like an empty alternative, says that
/// nothing is needed.
fn requirements<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>, prefix: &str) {
    let (was_open, is_open) = (is_open(&field.base), is_open(&field.revision));
    let mut matched = matching::by_key(by_names(&field.base), by_names(&field.revision));
    let (base, revision) = (&walker.base, &walker.revision);
    let kept = matched.both.len();
    matching::by_score(&mut matched, |from, to| {
        let sent = definitions(base, from);
        usize::from(sent.is_some() && sent == definitions(revision, to))
    });
    for pair in &matched.both[kept..] {
        let message = "a security scheme has another name; what is sent is the same".to_owned();
        walker.report(cx, "api-security-scheme-renamed", pair, message);
    }
    for pair in &matched.both {
        scopes(walker, cx, pair, prefix);
    }
    let come: Vec<_> = matched.added.iter().flat_map(names).collect();
    let gone: Vec<_> = matched.removed.iter().flat_map(names).collect();
    for node in matched.removed {
        let what = match (is_anonymous(&node), was_open, is_open) {
            (true, _, false) => "became-required",
            (true, ..) => return walker.differs(cx, "unclassified", &field.only_base(node)),
            (false, false, true) => "became-optional",
            _ => "removed",
        };
        let (base, revision) = located(first_but(&node, &come), &field.base, &field.revision);
        alternative(walker, cx, prefix, what, &Pair { base, revision });
    }
    for node in matched.added {
        let what = match (is_anonymous(&node), was_open, is_open) {
            (true, false, _) => "became-optional",
            (true, ..) => return walker.catch(cx, &field.only_revision(node)),
            (false, true, false) => "became-required",
            _ => "added",
        };
        let (revision, base) = located(first_but(&node, &gone), &field.revision, &field.base);
        alternative(walker, cx, prefix, what, &Pair { base, revision });
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
    walker: &mut Walker<'a>,
    cx: &Context,
    prefix: &str,
    what: &str,
    pair: &Pair<'a>,
) {
    let who = cx.describe();
    let message = match what {
        "became-required" => format!("{who} could be used without authentication"),
        "became-optional" => format!("{who} can be used without authentication"),
        _ => format!("{who}: a way to authenticate was {what}"),
    };
    walker.report(cx, &format!("{prefix}-{what}"), pair, message);
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
fn definitions(resolver: &Resolver<'_>, alternative: &Node<'_>) -> Option<Vec<u64>> {
    let schemes = resolver.root().get("components").get("securitySchemes");
    let mut definitions = Vec::new();
    for name in names(alternative) {
        let definition = schemes.object()?.get(name)?.as_object()?;
        let sent = definition
            .iter()
            .filter(|(key, _)| *key != "description" && !key.starts_with("x-"));
        let sent: serde_json::Map<_, _> = sent.map(|(k, v)| (k.clone(), v.clone())).collect();
        definitions.push(fingerprint(&Value::Object(sent)));
    }
    definitions.sort_unstable();
    (!definitions.is_empty()).then_some(definitions)
}

fn scopes<'a>(walker: &mut Walker<'a>, cx: &Context, alternative: &Pair<'a>, prefix: &str) {
    if alternative.base.object().is_none() || alternative.revision.object().is_none() {
        return walker.differs(cx, "unclassified", alternative);
    }
    for name in keys(alternative) {
        let list = alternative.get(name);
        if list.both().is_none() {
            continue;
        }
        if list.base.array().is_none() || list.revision.array().is_none() {
            walker.differs(cx, "unclassified", &list);
            continue;
        }
        set(walker, cx, &list, |walker, entry, removed| {
            let how = if removed { "removed" } else { "added" };
            let message = format!("{}: a scope of {name} was {how}", cx.describe());
            walker.report(cx, &format!("{prefix}-scope-{how}"), entry, message);
        });
    }
}

fn flows<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let flow = field.get(name);
        let (id, how) = match flow.values() {
            (Some(_), Some(_)) => {
                walker.object(cx, &flow, FLOW);
                continue;
            }
            (None, _) => ("api-security-component-oauth-flow-added", "added"),
            (_, None) => ("api-security-component-oauth-flow-removed", "removed"),
        };
        walker.report(cx, id, &flow, format!("the OAuth flow `{name}` was {how}"));
    }
}

fn flow_scopes<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let scope = field.get(name);
        let how = match scope.values() {
            (None, _) => "added",
            (_, None) => "removed",
            (base, revision) if base != revision => "changed",
            _ => continue,
        };
        let id = format!("api-security-component-oauth-scope-{how}");
        walker.report(
            cx,
            &id,
            &scope,
            format!("the OAuth scope `{name}` was {how}"),
        );
    }
}
