//! The document as a whole: version, info, tags and servers.

use crate::components;
use crate::context::Context;
use crate::fields::{Field, Treat};
use crate::matching;
use crate::node::{Node, Pair};
use crate::paths;
use crate::security;
use crate::walk::Walker;

/// The components come last: those that nothing before them used are compared by name.
const DOCUMENT: &[Field] = &[
    ("openapi", Treat::Note("openapi-version-changed")),
    ("info", Treat::Object(info)),
    ("tags", Treat::Array(tags)),
    ("servers", Treat::Array(servers)),
    ("security", Treat::Array(security::global)),
    ("paths", Treat::Object(paths::paths)),
    ("components", Treat::Object(components::components)),
];

const INFO: &[Field] = &[
    ("title", Treat::Note("title-changed")),
    ("version", Treat::Note("api-version-changed")),
    ("contact", Treat::Note("info-changed")),
    ("license", Treat::Note("info-changed")),
    ("termsOfService", Treat::Note("info-changed")),
];

const SERVER: &[Field] = &[
    ("url", Treat::Note("server-url-changed")),
    ("variables", Treat::Object(variables)),
];

const VARIABLE: &[Field] = &[
    ("default", Treat::Note("server-variable-default-changed")),
    ("enum", Treat::Array(variable_values)),
];

/// Walks two whole documents.
pub(crate) fn document<'a>(walker: &mut Walker<'a>, pair: &Pair<'a>) {
    walker.object(&Context::document(), pair, DOCUMENT);
    walker.drain();
}

fn info<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    if field.both().is_some() {
        walker.object(cx, field, INFO);
    } else {
        walker.differs(cx, "info-changed", field);
    }
}

fn tags<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let named =
        |node: &Node<'a>| -> Vec<_> { node.items().map(|tag| (tag.str("name"), tag)).collect() };
    let mut matched = matching::by_key(named(&field.base), named(&field.revision));
    matching::the_only_ones(&mut matched);
    for pair in &matched.both {
        walker.differs(cx, "tag-definition-changed", pair);
    }
    for tag in matched.removed {
        walker.differs(cx, "tag-definition-changed", &field.only_base(tag));
    }
    for tag in matched.added {
        walker.differs(cx, "tag-definition-changed", &field.only_revision(tag));
    }
}

/// Compares two lists of servers by their URLs.
pub(crate) fn servers<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let by_url = |node: &Node<'a>| -> Vec<_> {
        node.items()
            .map(|server| (server.str("url"), server))
            .collect()
    };
    let mut matched = matching::by_key(by_url(&field.base), by_url(&field.revision));
    matching::the_only_ones(&mut matched);
    for pair in &matched.both {
        walker.object(cx, pair, SERVER);
    }
    for server in matched.removed {
        let message = format!(
            "the server {} was removed",
            server.str("url").unwrap_or("?")
        );
        walker.report(cx, "server-removed", &field.only_base(server), message);
    }
    for server in matched.added {
        let message = format!("the server {} was added", server.str("url").unwrap_or("?"));
        walker.report(cx, "server-added", &field.only_revision(server), message);
    }
}

fn variables<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    for name in crate::walk::keys(field) {
        let variable = field.get(name);
        let id = match variable.values() {
            (Some(_), Some(_)) => {
                walker.object(cx, &variable, VARIABLE);
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
        walker.report(
            cx,
            id,
            &variable,
            format!("the server variable `{name}` was {how}"),
        );
    }
}

fn variable_values<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    crate::schema::set(walker, cx, field, |walker, entry, removed| {
        let (id, how) = if removed {
            ("server-variable-value-removed", "no longer")
        } else {
            ("server-variable-value-added", "now")
        };
        walker.report(
            cx,
            id,
            entry,
            format!("a server variable {how} allows this value"),
        );
    });
}
