//! Operations.

use serde_json::Value;

use crate::{
    comparison::Comparison,
    context::Context,
    fields::{Comparator, Field},
    matching,
    node::Pair,
    parameters,
    request_body::request_body,
    responses, security,
    servers::servers,
};

const OPERATION: &[Field] = &[
    ("operationId", Comparator::Parent(operation_id)),
    ("tags", Comparator::Array(tags)),
    ("parameters", Comparator::Elsewhere),
    ("requestBody", Comparator::Object(request_body)),
    ("responses", Comparator::Object(responses::responses)),
    ("callbacks", Comparator::Elsewhere),
    ("deprecated", Comparator::Parent(deprecated)),
    ("security", Comparator::Elsewhere),
    ("servers", Comparator::Elsewhere),
];

/// Compares an operation that both path items have; `renamed` are the path parameters that
/// have another name in the revision.
pub(crate) fn operation<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    item: &Pair<'a>,
    pair: &Pair<'a>,
    renamed: &[(&'a str, &'a str)],
) {
    parameters::of_operation(comparison, context, item, pair, renamed);
    let document = comparison.document();
    let lists = nearest(&[pair, item, &document], "servers");
    if has(pair, "servers") || has(item, "servers") {
        servers(comparison, context, &lists);
    }
    if has(pair, "security") {
        security::of_operation(
            comparison,
            context,
            &nearest(&[pair, &document], "security"),
        );
    }
    comparison.object(context, pair, OPERATION);
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

fn operation_id<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let field = pair.get("operationId");
    let (id, how) = match field.values() {
        (Some(from), Some(to)) if from == to => return,
        (None, Some(to)) => ("api-operation-id-added", to.to_string()),
        (Some(from), None) => ("api-operation-id-removed", format!("no longer {from}")),
        (Some(from), Some(to)) => ("api-operation-id-changed", format!("{from} → {to}")),
        (None, None) => return,
    };
    comparison.report(
        context,
        id,
        &field,
        format!("the operationId changed: {how}"),
    );
}

fn deprecated<'a>(comparison: &mut Comparison<'a>, context: &Context, pair: &Pair<'a>) {
    let field = pair.get("deprecated");
    let (id, how) = match pair.is_true("deprecated") {
        (false, true) => ("endpoint-deprecated", "was deprecated"),
        (true, false) => ("endpoint-reactivated", "is no longer deprecated"),
        _ => return,
    };
    comparison.report(context, id, &field, format!("{} {how}", context.describe()));
}

fn tags<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let (removed, added) = matching::as_sets(field, &comparison.values);
    let lost = removed
        .iter()
        .map(|entry| (entry, "api-tag-removed", "lost"));
    let got = added.iter().map(|entry| (entry, "api-tag-added", "got"));
    for (entry, id, how) in lost.chain(got) {
        let tag = entry
            .base
            .value
            .or(entry.revision.value)
            .and_then(Value::as_str);
        let message = format!(
            "{} {how} the tag `{}`",
            context.describe(),
            tag.unwrap_or("?")
        );
        comparison.report(context, id, entry, message);
    }
}
