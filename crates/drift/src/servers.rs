//! Servers: of the document, of a path or of an operation.

use crate::{
    comparison::{Comparison, keys},
    context::Context,
    fields::{Comparator, Field},
    matching,
    moved_prefix::{MovedPrefix, without_slash},
    node::{Node, Pair},
};

const SERVER: &[Field] = &[
    ("url", Comparator::Elsewhere),
    ("variables", Comparator::Object(variables)),
];

const VARIABLE: &[Field] = &[
    (
        "default",
        Comparator::EachLeaf("server-variable-default-changed"),
    ),
    ("enum", Comparator::Array(variable_values)),
];

/// Compares the servers of the document.
pub(crate) fn of_document<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
) {
    let moved = comparison.moved_prefix;
    compare(comparison, context, field, moved);
}

/// Compares the servers of a path or an operation.
pub(crate) fn servers<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    compare(comparison, context, field, MovedPrefix::default());
}

/// Compares two lists of servers by their URLs.
fn compare<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    moved: MovedPrefix<'a>,
) {
    let by_url = |list: &Node<'a>, key: &dyn Fn(&'a str) -> &'a str| -> Vec<_> {
        let key = |server: &Node<'a>| server.str("url").map(key);
        list.items().map(|server| (key(&server), server)).collect()
    };
    let base = by_url(&field.base, &|url| moved.strip_base(url));
    let revision = by_url(&field.revision, &|url| moved.strip_revision(url));
    let mut matched = matching::by_key(base, revision);
    matching::match_single_leftovers(&mut matched);
    comparison.order(&matched.both, |comparison| {
        let message = "the servers are in another order; the first is the default".to_owned();
        comparison.report(context, "servers-reordered", field, message);
    });
    for pair in &matched.both {
        url(comparison, context, pair, moved);
        comparison.object(context, pair, SERVER);
    }
    for server in matched.removed {
        let message = format!(
            "the server {} was removed",
            server.str("url").unwrap_or("?")
        );
        comparison.report(context, "server-removed", &field.only_base(server), message);
    }
    for server in matched.added {
        let message = format!("the server {} was added", server.str("url").unwrap_or("?"));
        comparison.report(
            context,
            "server-added",
            &field.only_revision(server),
            message,
        );
    }
}

fn url<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    server: &Pair<'a>,
    moved: MovedPrefix<'a>,
) {
    let field = server.get("url");
    let id = match (server.base.str("url"), server.revision.str("url")) {
        (Some(from), Some(to)) if without_slash(from) == without_slash(to) => "equivalent-change",
        (Some(from), Some(to)) if moved.strip_base(from) == moved.strip_revision(to) => {
            "server-url-prefix-moved"
        }
        _ => "server-url-changed",
    };
    comparison.differs(context, id, &field);
}

fn variables<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let variable = field.get(name);
        let id = match variable.values() {
            (Some(_), Some(_)) => {
                comparison.object(context, &variable, VARIABLE);
                continue;
            }
            (None, _) => "server-variable-added",
            (_, None) => "server-variable-removed",
        };
        let how = if id.ends_with("added") {
            "added"
        } else {
            "removed"
        };
        comparison.report(
            context,
            id,
            &variable,
            format!("the server variable `{name}` was {how}"),
        );
    }
}

fn variable_values<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let (removed, added) = matching::as_sets(field, &comparison.values);
    for entry in removed {
        let message = "a server variable no longer allows this value".to_owned();
        comparison.report(context, "server-variable-value-removed", &entry, message);
    }
    for entry in added {
        let message = "a server variable now allows this value".to_owned();
        comparison.report(context, "server-variable-value-added", &entry, message);
    }
}
