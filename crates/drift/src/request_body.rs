//! Request bodies.

use crate::{
    comparison::Comparison,
    content,
    context::Context,
    fields::{Comparator, Field},
    node::Pair,
    rules::Usage,
};

const REQUEST_BODY: &[Field] = &[
    (
        "required",
        Comparator::Flag("became-required", "became-optional"),
    ),
    ("content", Comparator::Object(content::content)),
];

/// Compares the request bodies of an operation.
pub(crate) fn request_body<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
) {
    let context = &context.subject(Usage::RequestBody, "the request body");
    let (id, how) = match field.values() {
        (Some(_), Some(_)) => {
            return comparison.visit(context, field, |comparison, context, pair| {
                comparison.object(context, pair, REQUEST_BODY);
            });
        }
        (Some(_), None) => ("request-body-removed", "removed"),
        _ if comparison
            .revision
            .resolved(&field.revision)
            .is_true("required") =>
        {
            ("request-body-added-required", "added, required")
        }
        _ => ("request-body-added-optional", "added, optional"),
    };
    comparison.report(
        context,
        id,
        field,
        format!("{} was {how}", context.describe()),
    );
}
