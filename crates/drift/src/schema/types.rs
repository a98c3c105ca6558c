//! The keyword `type`, and what other keywords imply of it.

use serde_json::Value;

use super::parts::{Parts, PartsPair};
use crate::{comparison::Comparison, context::Context, node::Node, resolve::Resolver};

pub(super) fn type_keyword<'a>(
    comparison: &mut Comparison<'a>,
    context: &Context,
    parts: &PartsPair<'a>,
) {
    let strictest = |parts: &Parts<'a>| {
        let values = parts.having("type");
        let integer = values
            .iter()
            .find(|node| node.value == Some(&"integer".into()));
        integer.or(values.first()).cloned()
    };
    let field = parts.field("type", strictest(&parts.base), strictest(&parts.revision));
    let (base, revision) = field.values();
    if [base, revision]
        .into_iter()
        .flatten()
        .any(|value| !value.is_string())
    {
        return comparison.differs(context, "unclassified", &field);
    }
    let is_text = context.serialization.is_text();
    match (
        base.and_then(Value::as_str),
        revision.and_then(Value::as_str),
    ) {
        (base, revision) if base == revision => {}
        (Some(from @ ("integer" | "number" | "boolean")), Some("string")) if is_text => {
            let detail = format!(": {from} → string");
            comparison.event(context, "type-generalized", &field, &detail);
        }
        (Some("string"), Some(to @ ("integer" | "number" | "boolean"))) if is_text => {
            let detail = format!(": string → {to}");
            comparison.event(context, "type-specialized", &field, &detail);
        }
        (Some("integer"), Some("number")) => {
            comparison.event(context, "type-generalized", &field, ": integer → number");
        }
        (Some("number"), Some("integer")) => {
            comparison.event(context, "type-specialized", &field, ": number → integer");
        }
        // Whatever is no list and no object is written as a text.
        (None, Some("string")) if is_text && is_one_text(context, &parts.base) => {
            comparison.event(context, "type-spelled-out", &field, ": string");
        }
        (Some("string"), None) if is_text && is_one_text(context, &parts.revision) => {
            comparison.event(context, "type-left-out", &field, ": string");
        }
        (None, Some(to)) if is_implied(to, &parts.base, &comparison.base) => {
            comparison.event(context, "type-spelled-out", &field, &format!(": {to}"));
        }
        (Some(from), None) if is_implied(from, &parts.revision, &comparison.revision) => {
            comparison.event(context, "type-left-out", &field, &format!(": {from}"));
        }
        (None, Some(to)) => {
            comparison.event(
                context,
                "type-specialized",
                &field,
                &format!(": any → {to}"),
            );
        }
        (Some(from), None) => {
            comparison.event(
                context,
                "type-generalized",
                &field,
                &format!(": {from} → any"),
            );
        }
        (from, to) => {
            let detail = format!(": {} → {}", from.unwrap_or("any"), to.unwrap_or("any"));
            comparison.event(context, "type-changed", &field, &detail);
        }
    }
}

/// Whether what may be of any type is written as one text: nothing is said that holds of a list or
/// an object, and where those would be written as several texts, something that holds of neither.
fn is_one_text(context: &Context, parts: &Parts<'_>) -> bool {
    const OF_SEVERAL: &[&str] = &[
        "items",
        "minItems",
        "maxItems",
        "uniqueItems",
        "properties",
        "additionalProperties",
        "required",
        "minProperties",
        "maxProperties",
        "anyOf",
        "oneOf",
    ];
    const OF_ONE: &[&str] = &[
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "multipleOf",
    ];
    let says = |keywords: &[&'static str]| keywords.iter().any(|it| parts.first(it).is_some());
    let is_one = |value: &Value| !value.is_array() && !value.is_object();
    let lists_ones = || {
        let values = parts.first("enum").and_then(|list| list.array());
        values.is_some_and(|values| values.iter().all(is_one))
    };
    !says(OF_SEVERAL) && (!context.serialization.splits() || says(OF_ONE) || lists_ones())
}

/// Whether keywords that only say something of one type leave no doubt about it, or all
/// alternatives are of that type.
fn is_implied<'a>(name: &str, parts: &Parts<'a>, resolver: &Resolver<'a>) -> bool {
    let is_of_type = |member: &Node<'a>| {
        let member = Parts::of(resolver, std::slice::from_ref(member));
        let stated = member.first("type").and_then(|node| node.value);
        stated.is_some_and(|stated| stated == name)
    };
    let lists = [parts.having("anyOf"), parts.having("oneOf")].concat();
    let members: Vec<_> = lists.iter().flat_map(Node::items).collect();
    if !members.is_empty() && members.iter().all(is_of_type) {
        return true;
    }
    let values = |matches: fn(&Value) -> bool| {
        parts
            .first("enum")
            .and_then(|list| list.array())
            .is_some_and(|list| !list.is_empty() && list.iter().all(matches))
    };
    let any = |keywords: &[&'static str]| keywords.iter().any(|it| parts.first(it).is_some());
    match name {
        "object" => any(&["properties", "additionalProperties", "required"]),
        "array" => any(&["items"]),
        "string" => values(Value::is_string) || any(&["pattern", "maxLength", "minLength"]),
        "integer" => values(|value| value.is_i64() || value.is_u64()),
        "number" => values(Value::is_number),
        "boolean" => values(Value::is_boolean),
        _ => false,
    }
}
