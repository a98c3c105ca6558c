//! Components. Those that operations use were compared where they are used; what is left is
//! compared by name, so that nothing goes unseen.

use crate::{
    comparison::{Comparison, keys},
    content::parameter,
    context::{Context, Relevance},
    fields::{Comparator, Field},
    node::Pair,
    request_body::request_body,
    responses::response,
    rules::Usage,
    schema::schema,
    security,
};

const COMPONENTS: &[Field] = &[
    ("schemas", Comparator::Object(schemas)),
    ("responses", Comparator::Object(responses)),
    ("parameters", Comparator::Object(parameters)),
    ("examples", Comparator::Object(others)),
    ("requestBodies", Comparator::Object(request_bodies)),
    ("headers", Comparator::Object(headers)),
    ("links", Comparator::Object(others)),
    ("callbacks", Comparator::Object(others)),
    ("securitySchemes", Comparator::Object(security::schemes)),
];

/// Compares the components, after all that operations use was visited.
pub(crate) fn components<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    comparison.compare_queued();
    comparison.object(context, field, COMPONENTS);
}

/// What compares the components of a section with each other.
type Compare = for<'a> fn(&mut Comparison<'a>, &Context, &Pair<'a>);

fn schemas<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let context = context.subject(Usage::RequestBody, "a schema that no operation uses");
    section(comparison, &context, field, "api-schema", schema);
}

fn responses<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let context = context.subject(Usage::ResponseBody, "a response that no operation uses");
    section(comparison, &context, field, "component", response);
}

fn parameters<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let context = context.subject(
        Usage::RequestParameter,
        "a parameter that no operation uses",
    );
    section(comparison, &context, field, "component", parameter);
}

fn request_bodies<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    section(comparison, context, field, "component", request_body);
}

fn headers<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    let context = context.subject(Usage::ResponseHeader, "a header that no operation uses");
    section(comparison, &context, field, "component", parameter);
}

fn others<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    section(
        comparison,
        context,
        field,
        "component",
        |comparison, context, pair| {
            comparison.differs(context, "unused-component-changed", pair);
        },
    );
}

fn section<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    field: &Pair<'a>,
    prefix: &str,
    compare: Compare,
) {
    for name in keys(field) {
        let component = field.get(name);
        let how = match component.values() {
            (Some(_), Some(_)) => {
                if !comparison.was_compared(&component) {
                    let context = context.with_relevance(Relevance::Unused);
                    comparison.mark_compared(&component.base, &component.revision);
                    comparison.visit(&context, &component, compare);
                }
                continue;
            }
            (None, _) => "added",
            (_, None) => "removed",
        };
        let message = format!("the component `{name}` was {how}");
        comparison.report(context, &format!("{prefix}-{how}"), &component, message);
    }
}
