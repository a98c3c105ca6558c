//! Whether a property is sent at all: nobody sends what is read-only, and nobody gets what is
//! write-only.

use super::parts::{Parts, PartsPair};
use crate::{
    comparison::Comparison,
    context::{Context, Relevance},
    node::Node,
    rules::Direction,
};

/// The schemas of a property in the base and in the revision.
pub(super) type Both<'l, 'a> = (&'l [Node<'a>], &'l [Node<'a>]);

/// The context of a property, which weighs nothing where nobody sends it.
pub(super) fn of_property<'a>(
    comparison: &Comparison<'a>,
    context: &Context,
    name: &str,
    (base, revision): Both<'_, 'a>,
) -> Context {
    with_relevance(context, name, &PartsPair::of(comparison, base, revision))
}

pub(super) fn with_relevance(context: &Context, name: &str, parts: &PartsPair<'_>) -> Context {
    let unsent = match context.usage.direction() {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let is_unsent = |parts: &Parts<'_>| parts.nodes.is_empty() || parts.is_true(unsent);
    let there = !(parts.base.nodes.is_empty() && parts.revision.nodes.is_empty());
    let context = context.property(name);
    if there && is_unsent(&parts.base) && is_unsent(&parts.revision) {
        context.with_relevance(Relevance::NotSent)
    } else {
        context
    }
}
