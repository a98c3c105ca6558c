//! Content: media types with their schemas and encodings, and the parameters and headers that
//! have a schema or content of their own. Each can hold the others, so that they stand together.

use serde_json::Value;

use crate::{
    comparison::{Comparison, common, keys},
    context::Context,
    fields::{Comparator, Field},
    matching,
    node::{Node, Pair},
    rules::Usage,
    schema::schema,
    serialization::{Serialization, style_of},
};

const MEDIA_TYPE: &[Field] = &[
    ("schema", Comparator::Object(schema_of)),
    ("example", Comparator::EachLeaf("example-changed")),
    ("examples", Comparator::EachLeaf("example-changed")),
    ("encoding", Comparator::Object(encodings)),
];

const ENCODING: &[Field] = &[
    ("contentType", Comparator::Parent(encoding_keyword)),
    ("headers", Comparator::Object(headers)),
    ("style", Comparator::Parent(encoding_keyword)),
    ("explode", Comparator::Parent(encoding_keyword)),
    ("allowReserved", Comparator::Parent(encoding_keyword)),
];

/// The keys of a parameter, and of a header but for its name. The place of parameters that are
/// matched is the same.
const PARAMETER: &[Field] = &[
    ("in", Comparator::EachLeaf("unclassified")),
    ("name", Comparator::Parent(name)),
    ("example", Comparator::EachLeaf("example-changed")),
    ("examples", Comparator::EachLeaf("example-changed")),
    (
        "required",
        Comparator::Flag("became-required", "became-optional"),
    ),
    ("deprecated", Comparator::Flag("deprecated", "reactivated")),
    (
        "allowEmptyValue",
        Comparator::Flag("allow-empty-value-set", "allow-empty-value-unset"),
    ),
    (
        "allowReserved",
        Comparator::Flag("allow-reserved-set", "allow-reserved-unset"),
    ),
    ("style", Comparator::Parent(style)),
    ("explode", Comparator::Parent(explode)),
    ("schema", Comparator::Object(schema_of)),
    ("content", Comparator::Object(content)),
];

/// Compares two maps of media types.
pub(crate) fn content<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let named = |node: &Node<'a>| -> Vec<_> {
        node.entries()
            .map(|(name, entry)| (name.to_ascii_lowercase(), entry))
            .collect()
    };
    let matched = matching::by_key(named(&field.base), named(&field.revision));
    for pair in &matched.both {
        media_types(comparison, context, pair);
    }
    // The only one that went and the only one that came carry the same body.
    if let ([base], [revision]) = (&matched.removed[..], &matched.added[..]) {
        let (base, revision) = (base.clone(), revision.clone());
        media_types(comparison, context, &Pair { base, revision });
    }
    let (removed, added) = (matched.removed, matched.added);
    for (base, revision) in removed
        .iter()
        .flat_map(|it| added.iter().map(move |to| (it, to)))
    {
        let is_only = removed.len() == 1 && added.len() == 1;
        if !is_only
            && (covers(base.name(), revision.name()) || covers(revision.name(), base.name()))
        {
            let (base, revision) = (base.clone(), revision.clone());
            media_types(comparison, context, &Pair { base, revision });
        }
    }
    for node in &removed {
        let pair = field.only_base(node.clone());
        let is_part = added.iter().any(|other| covers(other.name(), node.name()));
        let has_part = added.iter().any(|other| covers(node.name(), other.name()));
        let how = match (is_part, has_part) {
            (true, _) => "generalized",
            (_, true) => "specialized",
            _ => "removed",
        };
        media_type(comparison, context, how, node.name(), &pair);
    }
    for node in &added {
        let pair = field.only_revision(node.clone());
        media_type(comparison, context, "added", node.name(), &pair);
    }
}

fn media_types<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let context = context.serialized(Serialization::of_media_type(pair));
    comparison.object(&context, pair, MEDIA_TYPE);
}

/// Whether a range of media types, as `text/*`, has another one in it.
fn covers(range: &str, name: &str) -> bool {
    let start = range.strip_suffix('*').filter(|start| start.ends_with('/'));
    range != name
        && start.is_some_and(|start| {
            start == "*/"
                || name
                    .to_ascii_lowercase()
                    .starts_with(&start.to_ascii_lowercase())
        })
}

fn media_type<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    how: &str,
    name: &str,
    pair: &Pair<'a>,
) {
    // What is no media type nobody asks for.
    if !name.contains('/') {
        return comparison.differs(context, common(name), pair);
    }
    let id = match context.usage {
        Usage::ResponseBody => format!("response-media-type-{how}"),
        usage => format!("{}-media-type-{how}", usage.prefix()),
    };
    comparison.report(
        context,
        &id,
        pair,
        format!("{}: the media type {name} was {how}", context.describe()),
    );
}

/// Compares the `schema` of a media type, a parameter or a header.
fn schema_of<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let how = match field.values() {
        (Some(_), Some(_)) => return comparison.visit(context, field, schema),
        (None, _) => "added",
        (_, None) => "removed",
    };
    let id = format!("{}-schema-{how}", context.usage.prefix());
    comparison.report(
        context,
        &id,
        field,
        format!("the schema of {} was {how}", context.describe()),
    );
}

fn encodings<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    for name in keys(field) {
        let encoding = field.get(name);
        if encoding.both().is_some() {
            comparison.object(&context.property(name), &encoding, ENCODING);
        } else {
            comparison.differs(context, encoding_rule(context), &encoding);
        }
    }
}

fn encoding_keyword<'a>(comparison: &mut Comparison<'a>, context: &Context, encoding: &Pair<'a>) {
    let is_form = |node: &Node<'a>| node.str("style").is_none_or(|style| style == "form");
    let implied = |node: &Node<'a>, name: &str| match name {
        "style" => Some(Value::from("form")),
        "explode" => Some(is_form(node).into()),
        "allowReserved" => Some(false.into()),
        _ => None,
    };
    for name in ["contentType", "style", "explode", "allowReserved"] {
        let field = encoding.get(name);
        let value = |node: &Node<'a>, parent: &Node<'a>| {
            node.value.cloned().or_else(|| implied(parent, name))
        };
        if value(&field.base, &encoding.base) != value(&field.revision, &encoding.revision) {
            comparison.differs(context, encoding_rule(context), &field);
        }
    }
}

fn style<'a>(comparison: &mut Comparison<'a>, context: &Context, parameter: &Pair<'a>) {
    if style_of(&parameter.base) != style_of(&parameter.revision) {
        comparison.change(context, &parameter.get("style"), "style-changed");
    }
}

fn explode<'a>(comparison: &mut Comparison<'a>, context: &Context, parameter: &Pair<'a>) {
    if explode_of(&parameter.base) != explode_of(&parameter.revision) {
        let left_out = parameter.get("explode").values() == (None, None);
        // Another style writes items another way by itself, and is reported.
        if !left_out {
            comparison.change(context, &parameter.get("explode"), "explode-changed");
        }
    }
}

fn explode_of(node: &Node<'_>) -> Value {
    let explode = node.object().and_then(|object| object.get("explode"));
    explode
        .cloned()
        .unwrap_or_else(|| (style_of(node) == "form").into())
}

fn encoding_rule(context: &Context) -> &'static str {
    match context.usage {
        Usage::ResponseBody | Usage::ResponseProperty => "response-body-encoding-changed",
        _ => "request-body-encoding-changed",
    }
}

/// Compares two headers, or two parameters.
pub(crate) fn parameter<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let context = context.serialized(Serialization::of_parameter(pair));
    comparison.object(&context, pair, PARAMETER);
}

fn name<'a>(comparison: &mut Comparison<'a>, context: &Context, parameter: &Pair<'a>) {
    let field = parameter.get("name");
    let names = (parameter.base.str("name"), parameter.revision.str("name"));
    let (Some(from), Some(to)) = names else {
        return comparison.differs(context, "unclassified", &field);
    };
    if from != to {
        let message = format!(
            "{} was called {from}; what is sent is the same",
            context.describe()
        );
        comparison.report(context, "path-parameter-renamed", &field, message);
    }
}

/// Compares the headers of a response, or of a part of a body.
pub(crate) fn headers<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let named = |node: &Node<'a>| -> Vec<_> {
        node.entries()
            .map(|(name, header)| (name.to_ascii_lowercase(), header))
            .collect()
    };
    let of = |name: &str| context.subject(Usage::ResponseHeader, format!("the header `{name}`"));
    let matched = matching::by_key(named(&field.base), named(&field.revision));
    for pair in &matched.both {
        comparison.visit(&of(pair.revision.name()), pair, parameter);
    }
    for node in matched.removed {
        let required = comparison.base.resolved(&node).is_true("required");
        let kind = if required { "required" } else { "optional" };
        let context = of(node.name());
        let message = format!("{} was removed", context.describe());
        let id = format!("{kind}-response-header-removed");
        comparison.report(&context, &id, &field.only_base(node.clone()), message);
    }
    for node in matched.added {
        let context = of(node.name());
        let message = format!("{} was added", context.describe());
        comparison.report(
            &context,
            "response-header-added",
            &field.only_revision(node.clone()),
            message,
        );
    }
}
