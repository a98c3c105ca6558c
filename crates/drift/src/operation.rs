//! Operations, and what they call back.

use serde_json::Value;

use crate::body;
use crate::context::Context;
use crate::document::servers;
use crate::fields::{Field, Treat};
use crate::node::Pair;
use crate::parameters;
use crate::paths;
use crate::responses;
use crate::schema::set;
use crate::security;
use crate::walk::{Walker, keys};

const OPERATION: &[Field] = &[
    ("operationId", Treat::Within(operation_id)),
    ("tags", Treat::Array(tags)),
    ("parameters", Treat::Elsewhere),
    ("requestBody", Treat::Object(body::request_body)),
    ("responses", Treat::Object(responses::responses)),
    ("callbacks", Treat::Object(callbacks)),
    ("deprecated", Treat::Within(deprecated)),
    ("security", Treat::Elsewhere),
    ("servers", Treat::Elsewhere),
];

/// Compares an operation that both path items have; `renamed` are the path parameters that
/// have another name in the revision.
pub(crate) fn operation<'a>(
    walker: &mut Walker<'a>,
    cx: &Context,
    item: &Pair<'a>,
    pair: &Pair<'a>,
    renamed: &[(&'a str, &'a str)],
) {
    parameters::of_operation(walker, cx, item, pair, renamed);
    let document = walker.document();
    let lists = nearest(&[pair, item, &document], "servers");
    if has(pair, "servers") || has(item, "servers") {
        servers(walker, cx, &lists);
    }
    if has(pair, "security") {
        security::of_operation(walker, cx, &nearest(&[pair, &document], "security"));
    }
    walker.object(cx, pair, OPERATION);
}

fn has(pair: &Pair<'_>, name: &'static str) -> bool {
    let field = pair.get(name);
    field.base.value.is_some() || field.revision.value.is_some()
}

/// On each side, the first of the levels that says something about it.
fn nearest<'a>(levels: &[&Pair<'a>], name: &'a str) -> Pair<'a> {
    let mut nearest = levels[0].get(name);
    for level in levels {
        let field = level.get(name);
        if nearest.base.value.is_none() && field.base.value.is_some() {
            nearest.base = field.base;
        }
        if nearest.revision.value.is_none() && field.revision.value.is_some() {
            nearest.revision = field.revision;
        }
    }
    nearest
}

fn operation_id<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    let field = pair.get("operationId");
    let (id, how) = match field.values() {
        (Some(from), Some(to)) if from == to => return,
        (None, Some(to)) => ("api-operation-id-added", to.to_string()),
        (Some(from), None) => ("api-operation-id-removed", format!("no longer {from}")),
        (Some(from), Some(to)) => ("api-operation-id-changed", format!("{from} → {to}")),
        (None, None) => return,
    };
    walker.report(cx, id, &field, format!("the operationId changed: {how}"));
}

fn deprecated<'a>(walker: &mut Walker<'a>, cx: &Context, pair: &Pair<'a>) {
    let field = pair.get("deprecated");
    let (id, how) = match pair.is_true("deprecated") {
        (false, true) => ("endpoint-deprecated", "was deprecated"),
        (true, false) => ("endpoint-reactivated", "is no longer deprecated"),
        _ => return,
    };
    walker.report(cx, id, &field, format!("{} {how}", cx.describe()));
}

fn tags<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    set(walker, cx, field, |walker, entry, removed| {
        let (id, how) = if removed {
            ("api-tag-removed", "lost")
        } else {
            ("api-tag-added", "got")
        };
        let tag = entry
            .base
            .value
            .or(entry.revision.value)
            .and_then(Value::as_str);
        let message = format!("{} {how} the tag `{}`", cx.describe(), tag.unwrap_or("?"));
        walker.report(cx, id, entry, message);
    });
}

fn callbacks<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    // A callback of a callback is the client's own affair, and could be one without end.
    if cx.in_callback {
        return walker.differs(cx, "unclassified", field);
    }
    for name in keys(field) {
        let callback = field.get(name);
        let id = match callback.values() {
            (Some(_), Some(_)) => {
                if let Some(callback) = walker.follow(cx, &callback) {
                    paths::paths(walker, &cx.callback(), &callback);
                }
                continue;
            }
            (None, _) => "callback-added",
            (_, None) => "callback-removed",
        };
        walker.report(
            cx,
            id,
            &callback,
            format!("the callback `{name}` came or went"),
        );
    }
}
