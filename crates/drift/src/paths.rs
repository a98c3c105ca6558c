//! Paths: which of the base's is which of the revision's, and the operations on them.

use bigcommerce_spec::METHODS;
use serde_json::Value;

use crate::{
    comparison::{Comparison, common, keys},
    context::Context,
    fields::{Comparator, Field},
    matching::{self, Matched},
    moved_prefix::{CalledPath, MovedPrefix},
    node::{Node, Pair},
    operation::operation,
    parameters,
    path_template::{names, shape},
    servers::servers,
};

const PATH_ITEM: &[Field] = &[
    ("parameters", Comparator::Array(parameters::of_path)),
    ("servers", Comparator::Array(shared_servers)),
    ("get", Comparator::Elsewhere),
    ("put", Comparator::Elsewhere),
    ("post", Comparator::Elsewhere),
    ("delete", Comparator::Elsewhere),
    ("options", Comparator::Elsewhere),
    ("head", Comparator::Elsewhere),
    ("patch", Comparator::Elsewhere),
    ("trace", Comparator::Elsewhere),
];

/// Compares two maps of paths (or of a callback's expressions).
pub(crate) fn paths<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let matched = matched_paths(comparison, context, field);
    for pair in &matched.both {
        path(comparison, context, pair);
    }
    for node in matched.removed {
        let item = comparison.base.resolved(&node);
        let also = beside_operations(&node, &item);
        for (context, operation) in operations(comparison, context, &node, &item) {
            let pair = field.only_base(operation);
            removed(comparison, &context, "api-path", &pair, &also);
        }
    }
    for node in matched.added {
        let item = comparison.revision.resolved(&node);
        let also = beside_operations(&node, &item);
        for (context, operation) in operations(comparison, context, &node, &item) {
            added(comparison, &context, &field.only_revision(operation), &also);
        }
    }
    for name in keys(field) {
        if name.starts_with("x-") {
            comparison.differs(context, common(name), &field.get(name));
        }
    }
}

/// Matches paths that are called by the same URL, be it with parameters of other names.
fn matched_paths<'a>(
    comparison: &Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
) -> Matched<'a> {
    // A callback has URLs of its own.
    let moved = if context.in_callback {
        MovedPrefix::default()
    } else {
        comparison.moved_prefix
    };
    let in_base = |path: &Node<'a>| moved.in_base(&comparison.base, path);
    let in_revision = |path: &Node<'a>| moved.in_revision(&comparison.revision, path);
    let paths = |node: &Node<'a>| -> Vec<_> {
        let entries = node.entries().filter(|(name, _)| !name.starts_with("x-"));
        entries.map(|(_, path)| path).collect()
    };
    let named = |nodes: Vec<Node<'a>>, name: &dyn Fn(&Node<'a>) -> CalledPath| -> Vec<_> {
        nodes.into_iter().map(|node| (name(&node), node)).collect()
    };
    let mut matched = matching::by_key(
        named(paths(&field.base), &in_base),
        named(paths(&field.revision), &in_revision),
    );
    let rest = matching::by_key(
        named(matched.removed, &|path| in_base(path).shape()),
        named(matched.added, &|path| in_revision(path).shape()),
    );
    matched.both.extend(rest.both);
    Matched {
        both: matched.both,
        removed: rest.removed,
        added: rest.added,
    }
}

fn path<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let (from, to) = (pair.base.name(), pair.revision.name());
    let renamed: Vec<_> = names(from)
        .into_iter()
        .zip(names(to))
        .filter(|(a, b)| a != b)
        .collect();
    if !renamed.is_empty() {
        let message = format!("{from} is now written {to}; what is sent is the same");
        comparison.report(context, "path-parameter-renamed", pair, message);
    }
    if shape(from) != shape(to) {
        let message = format!("{from} is {to} now, after a server's URL without the difference");
        comparison.report(context, "path-prefix-moved", pair, message);
    }
    if from != to {
        comparison.mark_renamed(pair);
    }
    let Some(item) = comparison.follow(context, pair) else {
        return;
    };
    for method in METHODS {
        let both = item.get(method);
        let name = format!("{} {to}", method.to_uppercase());
        let context = &match both.values() {
            (None, None) => continue,
            _ => comparison.operation(context, name),
        };
        match both.values() {
            (Some(_), Some(_)) => {
                operation(comparison, context, &item, &both, &renamed);
                callbacks(comparison, context, &both);
            }
            (Some(_), None) => removed(comparison, context, "api", &both, &[]),
            (None, Some(_)) => added(comparison, context, &both, &[]),
            _ => {}
        }
    }
    comparison.object(context, &item, PATH_ITEM);
}

/// The operations of a path that only one side has, or the path itself where it has none.
fn operations<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    path: &Node<'a>,
    item: &Node<'a>,
) -> Vec<(Context, Node<'a>)> {
    let mut operations = Vec::new();
    for method in METHODS {
        let operation = item.get(method);
        if operation.value.is_some() {
            let name = format!("{} {}", method.to_uppercase(), path.name());
            operations.push((comparison.operation(context, name), operation));
        }
    }
    if operations.is_empty() {
        let context = comparison.operation(context, path.name().to_owned());
        operations.push((context, path.clone()));
    }
    operations
}

/// What a path that only one side has says of all its operations, and a reference that leads
/// to it: that comes and goes with them.
fn beside_operations<'a>(path: &Node<'a>, item: &Node<'a>) -> Vec<Node<'a>> {
    if path.address() != item.address() {
        return vec![path.clone()];
    }
    let has_operation = METHODS
        .iter()
        .any(|method| item.get(method).value.is_some());
    let entries = item.entries().filter(|(key, _)| !METHODS.contains(key));
    let beside = entries.map(|(_, entry)| entry).collect();
    if has_operation { beside } else { Vec::new() }
}

fn removed<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    prefix: &str,
    pair: &Pair<'a>,
    also: &[Node<'a>],
) {
    let deprecated = pair.base.is_true("deprecated");
    let how = if deprecated { "with" } else { "without" };
    let id = format!("{prefix}-removed-{how}-deprecation");
    let message = format!("{} was removed", context.describe());
    comparison.report_with(context, &id, pair, message, also);
}

fn added<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    pair: &Pair<'a>,
    also: &[Node<'a>],
) {
    let message = format!("{} was added", context.describe());
    comparison.report_with(context, "endpoint-added", pair, message, also);
}

fn callbacks<'a>(comparison: &mut Comparison<'a>, context: &Context, operation: &Pair<'a>) {
    let field = &operation.get("callbacks");
    if ![field.base.value, field.revision.value]
        .into_iter()
        .flatten()
        .all(Value::is_object)
    {
        return comparison.differs(context, "unclassified", field);
    }
    // A callback of a callback is the client's own affair, and could be one without end.
    if context.in_callback {
        return comparison.differs(context, "unclassified", field);
    }
    for name in keys(field) {
        let callback = field.get(name);
        let id = match callback.values() {
            (Some(_), Some(_)) => {
                if let Some(callback) = comparison.follow(context, &callback) {
                    paths(comparison, &context.callback(), &callback);
                }
                continue;
            }
            (None, _) => "callback-added",
            (_, None) => "callback-removed",
        };
        comparison.report(
            context,
            id,
            &callback,
            format!("the callback `{name}` came or went"),
        );
    }
}

fn shared_servers<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    // What is on one side only was compared with what each operation had before.
    if field.both().is_some() {
        servers(comparison, context, field);
    }
}
