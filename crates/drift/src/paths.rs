//! Paths: which of the base's is which of the revision's, and the operations on them.

use crate::context::Context;
use crate::document::servers;
use crate::fields::{Field, Treat};
use crate::matching::{self, Matched};
use crate::node::{Node, Pair};
use crate::operation::operation;
use crate::parameters;
use crate::walk::{Walker, common};

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

const PATH_ITEM: &[Field] = &[
    ("parameters", Treat::Array(parameters::of_path)),
    ("servers", Treat::Array(shared_servers)),
    ("get", Treat::Elsewhere),
    ("put", Treat::Elsewhere),
    ("post", Treat::Elsewhere),
    ("delete", Treat::Elsewhere),
    ("options", Treat::Elsewhere),
    ("head", Treat::Elsewhere),
    ("patch", Treat::Elsewhere),
    ("trace", Treat::Elsewhere),
];

/// Compares two maps of paths (or of a callback's expressions).
pub(crate) fn paths<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let is_path = |(name, _): &(&'a str, Node<'a>)| !name.starts_with("x-");
    let entries = |node: &Node<'a>| -> Vec<_> { node.entries().filter(is_path).collect() };
    let mut matched = matching::by_key(entries(&field.base), entries(&field.revision));
    by_template(&mut matched);
    for pair in &matched.both {
        path(walker, cx, pair);
    }
    for node in matched.removed {
        for (cx, operation) in operations(cx, &node, &walker.base.peek(&node)) {
            removed(walker, &cx, "api-path", &field.only_base(operation));
        }
    }
    for node in matched.added {
        for (cx, operation) in operations(cx, &node, &walker.revision.peek(&node)) {
            added(walker, &cx, &field.only_revision(operation));
        }
    }
    for name in crate::walk::keys(field) {
        if name.starts_with("x-") {
            walker.differs(cx, common(name), &field.get(name));
        }
    }
}

/// Matches paths that differ in the names of their parameters only.
fn by_template<'a>(matched: &mut Matched<'a>) {
    let keyed = |nodes: Vec<Node<'a>>| nodes.into_iter().map(|node| (shape(node.name()), node));
    let removed = std::mem::take(&mut matched.removed);
    let added = std::mem::take(&mut matched.added);
    let rest = matching::by_key(keyed(removed), keyed(added));
    matched.both.extend(rest.both);
    matched.removed = rest.removed;
    matched.added = rest.added;
}

/// A path template with its parameters' names left out.
fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        shape.push_str(before);
        shape.push_str("{}");
        rest = behind;
    }
    shape + rest
}

/// The names of a path template's parameters.
fn names(template: &str) -> Vec<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}

fn path<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    let (from, to) = (pair.base.name(), pair.revision.name());
    let renamed: Vec<_> = names(from)
        .into_iter()
        .zip(names(to))
        .filter(|(a, b)| a != b)
        .collect();
    if from != to {
        let message = format!("{from} is now written {to}; what is sent is the same");
        walker.report(cx, "path-parameter-renamed", pair, message);
    }
    let Some(item) = walker.follow(cx, pair) else {
        return;
    };
    for method in METHODS {
        let cx = &cx.operation(format!("{} {to}", method.to_uppercase()));
        let both = item.get(method);
        match both.values() {
            (Some(_), Some(_)) => operation(walker, cx, &item, &both, &renamed),
            (Some(_), None) => removed(walker, cx, "api", &both),
            (None, Some(_)) => added(walker, cx, &both),
            (None, None) => {}
        }
    }
    walker.object(cx, &item, PATH_ITEM);
}

/// The operations of a path that only one side has, or the path itself where it has none.
fn operations<'a>(cx: &Context, path: &Node<'a>, item: &Node<'a>) -> Vec<(Context, Node<'a>)> {
    let named = |method: &&'static str| {
        let name = format!("{} {}", method.to_uppercase(), path.name());
        (cx.operation(name), item.get(method))
    };
    let operations = METHODS.iter().map(named);
    let mut operations: Vec<_> = operations
        .filter(|(_, node)| node.value.is_some())
        .collect();
    if operations.is_empty() {
        operations.push((cx.operation(path.name().to_owned()), path.clone()));
    }
    operations
}

fn removed<'a>(walker: &mut Walker<'a>, cx: &Context, prefix: &str, pair: &Pair<'a>) {
    let deprecated = pair.base.is_true("deprecated");
    let how = if deprecated { "with" } else { "without" };
    let id = format!("{prefix}-removed-{how}-deprecation");
    walker.report(cx, &id, pair, format!("{} was removed", cx.describe()));
}

fn added<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    walker.report(
        cx,
        "endpoint-added",
        pair,
        format!("{} was added", cx.describe()),
    );
}

fn shared_servers<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    // What is on one side only was compared with what each operation had before.
    if field.both().is_some() {
        servers(walker, cx, field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_apart_by_all_but_names() {
        assert_eq!(shape("/a/{x}/b/{y}"), shape("/a/{id}/b/{z}"));
        assert_ne!(shape("/a/{x}"), shape("/a/x"));
        assert_ne!(shape("/a/{x"), shape("/a/{y}"));
        assert_eq!(names("/a/{x}/b/{y}"), ["x", "y"]);
    }
}
