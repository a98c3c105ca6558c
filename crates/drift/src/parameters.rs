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

/// The keys of a parameter, and of a header but for its name. The place of parameters that are
/// matched is the same.
const PARAMETER: &[Field] = &[
    ("name", Treat::Within(name)),
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

/// Compares two headers, or two parameters.
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
    walker.visit(&cx, pair, header);
}

fn name<'a>(walker: &mut Walker<'a>, cx: &Context, parameter: &Pair<'a>) {
    let field = parameter.get("name");
    let names = (parameter.base.str("name"), parameter.revision.str("name"));
    let (Some(from), Some(to)) = names else {
        return walker.differs(cx, "unclassified", &field);
    };
    if from != to {
        let message = format!(
            "{} was called {from}; what is sent is the same",
            cx.describe()
        );
        walker.report(cx, "path-parameter-renamed", &field, message);
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
