//! Servers: of the document, of a path or of an operation.

use crate::{
    comparison::{Comparison, keys},
    context::Context,
    fields::{Comparator, Field},
    matching,
    node::{Node, Pair},
};

const SERVER: &[Field] = &[
    ("url", Comparator::Parent(url)),
    ("variables", Comparator::Object(variables)),
];

const VARIABLE: &[Field] = &[
    (
        "default",
        Comparator::EachLeaf("server-variable-default-changed"),
    ),
    ("enum", Comparator::Array(variable_values)),
];

/// Compares two lists of servers by their URLs.
pub(crate) fn servers<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let by_url = |node: &Node<'a>| -> Vec<_> {
        node.items()
            .map(|server| (server.str("url").map(without_slash), server))
            .collect()
    };
    let mut matched = matching::by_key(by_url(&field.base), by_url(&field.revision));
    matching::match_single_leftovers(&mut matched);
    comparison.order(&matched.both, |comparison| {
        let message = "the servers are in another order; the first is the default".to_owned();
        comparison.report(context, "servers-reordered", field, message);
    });
    for pair in &matched.both {
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

fn url<'a>(comparison: &mut Comparison<'a>, context: &Context, server: &Pair<'a>) {
    let field = server.get("url");
    let url = |node: &Node<'a>| node.str("url").map(without_slash);
    let id = match (url(&server.base), url(&server.revision)) {
        (Some(from), Some(to)) if from == to => "equivalent-change",
        _ => "server-url-changed",
    };
    comparison.differs(context, id, &field);
}

/// Paths start with a slash, whether or not the URL before them ends in one.
fn without_slash(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
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
