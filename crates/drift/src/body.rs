//! Bodies: media types, their schemas, examples and encodings.

use crate::context::Context;
use crate::fields::{Field, Treat};
use crate::matching;
use crate::node::{Node, Pair};
use crate::responses;
use crate::rules::Scope;
use crate::schema::schema;
use crate::walk::Walker;

const REQUEST_BODY: &[Field] = &[
    (
        "required",
        Treat::Flag("became-required", "became-optional"),
    ),
    ("content", Treat::Object(content)),
];

const MEDIA_TYPE: &[Field] = &[
    ("schema", Treat::Object(schema_of)),
    ("example", Treat::Note("example-changed")),
    ("examples", Treat::Note("example-changed")),
    ("encoding", Treat::Object(encodings)),
];

const ENCODING: &[Field] = &[
    ("contentType", Treat::Within(encoding_keyword)),
    ("headers", Treat::Object(responses::headers)),
    ("style", Treat::Within(encoding_keyword)),
    ("explode", Treat::Within(encoding_keyword)),
    ("allowReserved", Treat::Within(encoding_keyword)),
];

/// Compares the request bodies of an operation.
pub(crate) fn request_body<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let cx = &cx.subject(Scope::RequestBody, "the request body");
    let (id, how) = match field.values() {
        (Some(_), Some(_)) => {
            return walker.visit(cx, field, |walker, cx, pair| {
                walker.object(cx, pair, REQUEST_BODY);
            });
        }
        (Some(_), None) => ("request-body-removed", "removed"),
        _ if walker.revision.peek(&field.revision).is_true("required") => {
            ("request-body-added-required", "added, required")
        }
        _ => ("request-body-added-optional", "added, optional"),
    };
    walker.report(cx, id, field, format!("{} was {how}", cx.describe()));
}

/// Compares two maps of media types.
pub(crate) fn content<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let named = |node: &Node<'a>| -> Vec<_> {
        node.entries()
            .map(|(name, entry)| (name.to_ascii_lowercase(), entry))
            .collect()
    };
    let matched = matching::by_key(named(&field.base), named(&field.revision));
    for pair in &matched.both {
        walker.object(cx, pair, MEDIA_TYPE);
    }
    // The only one that went and the only one that came carry the same body.
    if let ([base], [revision]) = (&matched.removed[..], &matched.added[..]) {
        let (base, revision) = (base.clone(), revision.clone());
        walker.object(cx, &Pair { base, revision }, MEDIA_TYPE);
    }
    for node in matched.removed {
        media_type(
            walker,
            cx,
            "removed",
            node.name(),
            &field.only_base(node.clone()),
        );
    }
    for node in matched.added {
        media_type(
            walker,
            cx,
            "added",
            node.name(),
            &field.only_revision(node.clone()),
        );
    }
}

fn media_type<'a>(walker: &mut Walker<'a>, cx: &Context, how: &str, name: &str, pair: &Pair<'a>) {
    let id = match cx.scope {
        Scope::ResponseBody => format!("response-media-type-{how}"),
        scope => format!("{}-media-type-{how}", scope.prefix()),
    };
    walker.report(
        cx,
        &id,
        pair,
        format!("{}: the media type {name} was {how}", cx.describe()),
    );
}

/// Compares the `schema` of a media type, a parameter or a header.
pub(crate) fn schema_of<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    let how = match field.values() {
        (Some(_), Some(_)) => return walker.visit(cx, field, schema),
        (None, _) => "added",
        (_, None) => "removed",
    };
    let id = format!("{}-schema-{how}", cx.scope.prefix());
    walker.report(
        cx,
        &id,
        field,
        format!("the schema of {} was {how}", cx.describe()),
    );
}

fn encodings<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    for name in crate::walk::keys(field) {
        let encoding = field.get(name);
        if encoding.both().is_some() {
            walker.object(&cx.property(name), &encoding, ENCODING);
        } else {
            walker.differs(cx, encoding_rule(cx), &encoding);
        }
    }
}

fn encoding_keyword<'a>(walker: &mut Walker<'a>, cx: &Context, encoding: &Pair<'a>) {
    for name in ["contentType", "style", "explode", "allowReserved"] {
        walker.differs(cx, encoding_rule(cx), &encoding.get(name));
    }
}

fn encoding_rule(cx: &Context) -> &'static str {
    match cx.scope {
        Scope::ResponseBody | Scope::ResponseProperty => "response-body-encoding-changed",
        _ => "request-body-encoding-changed",
    }
}
