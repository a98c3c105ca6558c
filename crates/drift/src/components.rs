//! Components. Those that operations use were compared where they are used; what is left is
//! compared by name, so that nothing goes unseen.

use crate::{
    comparison::{Comparison, keys},
    context::Context,
    fields::{Comparator, Field},
    node::Pair,
    security,
};

const COMPONENTS: &[Field] = &[
    ("schemas", Comparator::Object(schemas)),
    ("responses", Comparator::Object(others)),
    ("parameters", Comparator::Object(others)),
    ("examples", Comparator::Object(others)),
    ("requestBodies", Comparator::Object(others)),
    ("headers", Comparator::Object(others)),
    ("links", Comparator::Object(others)),
    ("callbacks", Comparator::Object(others)),
    ("securitySchemes", Comparator::Object(security::schemes)),
];

/// Compares the components, after all that operations use was visited.
pub(crate) fn components<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    comparison.compare_queued();
    comparison.object(context, field, COMPONENTS);
}

fn schemas<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    section(comparison, context, field, "api-schema");
}

fn others<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>) {
    section(comparison, context, field, "component");
}

fn section<'a>(comparison: &mut Comparison<'a>, context: &Context, field: &Pair<'a>, prefix: &str) {
    for name in keys(field) {
        let component = field.get(name);
        let how = match component.values() {
            (Some(_), Some(_)) => {
                unused(comparison, context, &component);
                continue;
            }
            (None, _) => "added",
            (_, None) => "removed",
        };
        let message = format!("the component `{name}` was {how}");
        comparison.report(context, &format!("{prefix}-{how}"), &component, message);
    }
}

fn unused<'a>(comparison: &mut Comparison<'a>, context: &Context, component: &Pair<'a>) {
    let in_use = comparison.base.was_visited(&component.base)
        && comparison.revision.was_visited(&component.revision);
    if !in_use {
        comparison.differs(context, "unused-component-changed", component);
    }
}
