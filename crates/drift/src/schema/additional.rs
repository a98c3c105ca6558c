//! The keyword `additionalProperties`: what an object may hold beside what is listed.

use serde_json::Value;

use super::{equivalence::only_describes, parts::PartsPair, visit};
use crate::{comparison::Comparison, context::Context, node::Node};

/// Compares `additionalProperties`.
pub(super) fn additional<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let keyword = "additionalProperties";
    let lists = (parts.base.having(keyword), parts.revision.having(keyword));
    let strictest = |list: &[Node<'a>]| {
        list.iter()
            .max_by_key(|node| OtherProperties::of(node) as u8)
            .cloned()
    };
    let field = parts.field(keyword, strictest(&lists.0), strictest(&lists.1));
    if field.base.object().is_some() && field.revision.object().is_some() {
        return visit(comparison, &context.property("*"), &lists.0, &lists.1);
    }
    let event = match (
        OtherProperties::of(&field.base),
        OtherProperties::of(&field.revision),
    ) {
        (OtherProperties::Unknown, _) | (_, OtherProperties::Unknown) => {
            return comparison.differs(context, "unclassified", &field);
        }
        (OtherProperties::Limited, OtherProperties::Limited)
        | (OtherProperties::None, OtherProperties::None)
        | (OtherProperties::Any, OtherProperties::Any) => return,
        (_, OtherProperties::None) => "additional-properties-forbidden",
        (OtherProperties::None, _) => "additional-properties-allowed",
        (OtherProperties::Any, OtherProperties::Limited) => "additional-properties-constrained",
        (OtherProperties::Limited, OtherProperties::Any) => "additional-properties-unconstrained",
    };
    comparison.event(context, event, &field, "");
}

/// What `additionalProperties` says of other properties, from what allows the most.
#[derive(Clone, Copy)]
enum OtherProperties {
    Any,
    Limited,
    None,
    Unknown,
}

impl OtherProperties {
    fn of(node: &Node<'_>) -> Self {
        match node.value {
            None | Some(Value::Bool(true)) => Self::Any,
            Some(Value::Bool(false)) => Self::None,
            Some(Value::Object(schema)) if schema.keys().all(|name| only_describes(name)) => {
                Self::Any
            }
            Some(Value::Object(_)) => Self::Limited,
            Some(_) => Self::Unknown,
        }
    }
}
