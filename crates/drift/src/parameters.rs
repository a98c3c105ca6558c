//! Parameters in every place, and headers, which are parameters of a response.

use std::borrow::Cow;

use crate::body;
use crate::context::Context;
use crate::fields::{Field, Treat};
use crate::matching;
use crate::node::{Node, Pair};
use crate::resolve::Resolver;
use crate::rules::Scope;
use crate::walk::Walker;

/// The keys of a parameter, and of a header but for its name and place.
const PARAMETER: &[Field] = &[
    ("name", Treat::Elsewhere),
    ("in", Treat::Elsewhere),
    ("example", Treat::Note("example-changed")),
    ("examples", Treat::Note("example-changed")),
    (
        "required",
        Treat::Flag("became-required", "became-optional"),
    ),
    ("deprecated", Treat::Flag("deprecated", "reactivated")),
    (
        "allowEmptyValue",
        Treat::Flag("allow-empty-value-set", "allow-empty-value-unset"),
    ),
    (
        "allowReserved",
        Treat::Flag("allow-reserved-set", "allow-reserved-unset"),
    ),
    ("style", Treat::Change("style-changed")),
    ("explode", Treat::Change("explode-changed")),
    ("schema", Treat::Object(body::schema_of)),
    ("content", Treat::Object(body::content)),
];

/// Compares what an operation takes: its own parameters and those of its path.
pub(crate) fn of_operation<'a>(
    walker: &mut Walker<'a>,
    cx: &Context,
    item: &Pair<'a>,
    operation: &Pair<'a>,
    renamed: &[(&'a str, &'a str)],
) {
    let base = effective(&walker.base, &item.base, &operation.base, renamed);
    let revision = effective(&walker.revision, &item.revision, &operation.revision, &[]);
    let matched = matching::by_key(base, revision);
    for pair in &matched.both {
        compare(walker, cx, pair);
    }
    walker.reference_of_the_only_ones(cx, &matched);
    let lists = operation.get("parameters");
    for node in matched.removed {
        let cx = of_parameter(cx, &walker.base.peek(&node));
        let message = format!("{} was removed", cx.describe());
        walker.report(
            &cx,
            "request-parameter-removed",
            &lists.only_base(node),
            message,
        );
    }
    for node in matched.added {
        added(walker, cx, &lists.only_revision(node));
    }
}

/// Compares the parameters that a path's operations share. What an operation feels of them
/// was reported there; this finds what none of them feels.
pub(crate) fn of_path<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    if field.both().is_none() {
        return;
    }
    let base = keyed(&walker.base, &field.base, &[]);
    let revision = keyed(&walker.revision, &field.revision, &[]);
    let matched = matching::by_key(base, revision);
    for pair in &matched.both {
        compare(walker, cx, pair);
    }
    for node in matched.removed {
        walker.catch(cx, &field.only_base(node));
    }
    for node in matched.added {
        walker.catch(cx, &field.only_revision(node));
    }
}

/// Compares two headers of responses.
pub(crate) fn header<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    walker.object(cx, pair, PARAMETER);
}

/// The place and name that make a parameter the same one.
type Identity<'a> = (Option<&'a str>, Option<Cow<'a, str>>);

fn effective<'a>(
    resolver: &Resolver<'a>,
    item: &Node<'a>,
    operation: &Node<'a>,
    renamed: &[(&'a str, &'a str)],
) -> Vec<(Identity<'a>, Node<'a>)> {
    let mut list = keyed(resolver, &operation.get("parameters"), renamed);
    let shared = keyed(resolver, &item.get("parameters"), renamed);
    let shared = shared
        .into_iter()
        .filter(|(key, _)| list.iter().all(|(own, _)| own != key));
    let shared: Vec<_> = shared.collect();
    list.extend(shared);
    list
}

fn keyed<'a>(
    resolver: &Resolver<'a>,
    list: &Node<'a>,
    renamed: &[(&'a str, &'a str)],
) -> Vec<(Identity<'a>, Node<'a>)> {
    list.items()
        .map(|node| {
            let parameter = resolver.peek(&node);
            let (place, name) = (parameter.str("in"), parameter.str("name"));
            let name = name.map(|name| match place {
                // Header names are the same in any case.
                Some("header") => Cow::Owned(name.to_ascii_lowercase()),
                Some("path") => {
                    let new = renamed.iter().find(|(old, _)| *old == name);
                    Cow::Borrowed(new.map_or(name, |(_, new)| new))
                }
                _ => Cow::Borrowed(name),
            });
            ((place, name), node)
        })
        .collect()
}

fn of_parameter(cx: &Context, parameter: &Node<'_>) -> Context {
    let place = parameter.str("in").unwrap_or("unplaced");
    let name = parameter.str("name").unwrap_or("?");
    cx.subject(
        Scope::RequestParameter,
        format!("the {place} parameter `{name}`"),
    )
}

fn compare<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    let cx = of_parameter(cx, &walker.revision.peek(&pair.revision));
    walker.visit(&cx, pair, parameter);
}

fn parameter<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    walker.object(cx, pair, PARAMETER);
    // A parameter without a place or a name is matched with another such one.
    for name in ["in", "name"] {
        let field = pair.get(name);
        let differ = field.values().0 != field.values().1;
        let is_name = name == "name"
            && field
                .both()
                .is_some_and(|(a, b)| a.is_string() && b.is_string());
        if differ && !is_name {
            walker.differs(cx, "unclassified", &field);
        } else if differ {
            let message = format!(
                "{} has another name; what is sent is the same",
                cx.describe()
            );
            walker.report(cx, "path-parameter-renamed", &field, message);
        }
    }
}

fn added<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    let parameter = walker.revision.peek(&pair.revision);
    let required = parameter.is_true("required");
    let id = match parameter.str("in") {
        Some("path") => "new-request-path-parameter",
        _ if required => "new-required-request-parameter",
        _ => "new-optional-request-parameter",
    };
    let cx = of_parameter(cx, &parameter);
    let how = if required { "required" } else { "optional" };
    walker.report(&cx, id, pair, format!("{} was added, {how}", cx.describe()));
}
