//! The parameters of operations and of the paths that share them.

use std::borrow::Cow;

use crate::{
    comparison::Comparison,
    content,
    context::Context,
    matching::{self, is_in_order},
    node::{Node, Pair},
    resolve::Resolver,
    rules::Usage,
};

/// Compares what an operation takes: its own parameters and those of its path.
pub(crate) fn of_operation<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    item: &Pair<'a>,
    operation: &Pair<'a>,
    renamed: &[(&'a str, &'a str)],
) {
    let base = effective(&comparison.base, &item.base, &operation.base, renamed);
    let revision = effective(
        &comparison.revision,
        &item.revision,
        &operation.revision,
        &[],
    );
    let matched = matching::by_key(base, revision);
    for pair in &matched.both {
        comparison.consider(pair);
        compare(comparison, context, pair);
    }
    order(comparison, context, &operation.get("parameters"), renamed);
    if let ([base], [revision]) = (&matched.removed[..], &matched.added[..]) {
        let (base, revision) = (base.clone(), revision.clone());
        comparison.hop(context, &Pair { base, revision });
    }
    let lists = operation.get("parameters");
    for node in matched.removed {
        let parameter = comparison.base.resolved(&node);
        let context = of_parameter(context, &parameter);
        let id = if parameter.is_true("deprecated") {
            "request-parameter-removed-with-deprecation"
        } else {
            "request-parameter-removed-without-deprecation"
        };
        let message = format!("{} was removed", context.describe());
        comparison.report(&context, id, &lists.only_base(node), message);
    }
    for node in matched.added {
        added(comparison, context, &lists.only_revision(node));
    }
}

/// Compares the parameters that a path's operations share. What an operation feels of them
/// was reported there; this finds what none of them feels.
pub(crate) fn of_path<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    if field.both().is_none() {
        return;
    }
    order(comparison, context, field, &[]);
    let base = keyed(&comparison.base, &field.base, &[]);
    let revision = keyed(&comparison.revision, &field.revision, &[]);
    let matched = matching::by_key(base, revision);
    for pair in &matched.both {
        compare(comparison, context, pair);
    }
    // What one of them leaves to the operations was reported there, or is the same there.
    for node in matched.removed {
        comparison.consider_base(&node);
    }
    for node in matched.added {
        comparison.consider_revision(&node);
    }
}

/// Reports parameters that are listed in another order: generated functions take those that
/// are required in the order of the list, and the compiler cannot tell two texts apart.
fn order<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    lists: &Pair<'a>,
    renamed: &[(&'a str, &'a str)],
) {
    let base = keyed(&comparison.base, &lists.base, renamed);
    let revision = keyed(&comparison.revision, &lists.revision, &[]);
    let matched = matching::by_key(base, revision).both;
    let is_required = |pair: &&Pair<'a>| {
        comparison.base.resolved(&pair.base).is_true("required")
            && comparison
                .revision
                .resolved(&pair.revision)
                .is_true("required")
    };
    let required: Vec<_> = matched.iter().filter(is_required).cloned().collect();
    let (id, what) = if is_in_order(&required) {
        ("request-parameters-reordered", "parameters")
    } else {
        (
            "request-required-parameters-reordered",
            "required parameters",
        )
    };
    comparison.order(&matched, |comparison| {
        let message = format!("{}: the {what} are in another order", context.describe());
        comparison.report(context, id, lists, message);
    });
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
            let parameter = resolver.resolved(&node);
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

fn of_parameter(context: &Context, parameter: &Node<'_>) -> Context {
    let place = parameter.str("in").unwrap_or("unplaced");
    let name = parameter.str("name").unwrap_or("?");
    context.subject(
        Usage::RequestParameter,
        format!("the {place} parameter `{name}`"),
    )
}

fn compare<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let context = of_parameter(context, &comparison.revision.resolved(&pair.revision));
    comparison.visit(&context, pair, content::parameter);
}

fn added<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let parameter = comparison.revision.resolved(&pair.revision);
    let required = parameter.is_true("required");
    let id = match parameter.str("in") {
        Some("path") => "new-request-path-parameter",
        _ if required => "new-required-request-parameter",
        _ => "new-optional-request-parameter",
    };
    let context = of_parameter(context, &parameter);
    let how = if required { "required" } else { "optional" };
    comparison.report(
        &context,
        id,
        pair,
        format!("{} was added, {how}", context.describe()),
    );
}
