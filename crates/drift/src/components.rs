//! Components. Those that operations use were compared where they are used; what is left is
//! compared by name, so that nothing goes unseen.

use crate::context::Context;
use crate::fields::{Field, Treat};
use crate::node::Pair;
use crate::security;
use crate::walk::{Walker, keys};

const COMPONENTS: &[Field] = &[
    ("schemas", Treat::Object(schemas)),
    ("responses", Treat::Object(others)),
    ("parameters", Treat::Object(others)),
    ("examples", Treat::Object(others)),
    ("requestBodies", Treat::Object(others)),
    ("headers", Treat::Object(others)),
    ("links", Treat::Object(others)),
    ("callbacks", Treat::Object(others)),
    ("securitySchemes", Treat::Object(security::schemes)),
];

/// Compares the components, after all that operations use was visited.
pub(crate) fn components<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    walker.drain();
    walker.object(cx, field, COMPONENTS);
}

fn schemas<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    section(walker, cx, field, "api-schema");
}

fn others<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>) {
    section(walker, cx, field, "component");
}

fn section<'a>(walker: &mut Walker<'a>, cx: &Context, field: &Pair<'a>, prefix: &str) {
    for name in keys(field) {
        let component = field.get(name);
        let how = match component.values() {
            (Some(_), Some(_)) => {
                unused(walker, cx, &component);
                continue;
            }
            (None, _) => "added",
            (_, None) => "removed",
        };
        let message = format!("the component `{name}` was {how}");
        walker.report(cx, &format!("{prefix}-{how}"), &component, message);
    }
}

fn unused<'a>(walker: &mut Walker<'a>, cx: &Context, component: &Pair<'a>) {
    let in_use = walker.base.was_visited(&component.base)
        && walker.revision.was_visited(&component.revision);
    if !in_use {
        walker.differs(cx, "unused-component-changed", component);
    }
}
