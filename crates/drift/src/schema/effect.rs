//! Keywords that say nothing, because of what stands beside them.

use serde_json::Value;

use super::parts::{Parts, PartsPair};

/// Whether a keyword says nothing of the type that the schema has on both sides, or came or went
/// with a type, which is reported itself.
pub(super) fn is_without_effect(parts: &PartsPair<'_>, name: &str) -> bool {
    let types: &[&str] = match name {
        "maximum" | "minimum" | "exclusiveMaximum" | "exclusiveMinimum" | "multipleOf" => {
            &["number", "integer"]
        }
        "maxLength" | "minLength" | "pattern" => &["string"],
        "maxItems" | "minItems" | "uniqueItems" | "items" => &["array"],
        "maxProperties" | "minProperties" | "properties" | "required" | "additionalProperties" => {
            &["object"]
        }
        _ => return false,
    };
    let stated = |parts: &Parts<'_>| Some(parts.first("type")?.value?.as_str()?.to_owned());
    let (Some(from), Some(to)) = (stated(&parts.base), stated(&parts.revision)) else {
        return false;
    };
    let has = |parts: &Parts<'_>| parts.nodes.iter().any(|node| node.has(name));
    match (types.contains(&&*from), types.contains(&&*to)) {
        (false, false) => true,
        (true, true) => false,
        (true, false) => !has(&parts.revision),
        (false, true) => !has(&parts.base),
    }
}

/// Whether all texts that a schema lists, or that have its format, are of a length that a bound
/// allows.
pub(super) fn is_kept_by_all(parts: &Parts<'_>, keyword: &str, bound: &Value) -> bool {
    let lengths: Vec<usize> = match (parts.first("enum"), parts.first("format")) {
        (Some(list), _) => {
            let texts = list.array().into_iter().flatten().filter_map(Value::as_str);
            texts.map(|text| text.chars().count()).collect()
        }
        (_, Some(format)) => match format.value.and_then(Value::as_str) {
            Some("date") => vec!["2026-11-21".len()],
            Some("uuid") => vec!["00000000-0000-0000-0000-000000000000".len()],
            _ => return false,
        },
        _ => return false,
    };
    let Some(bound) = bound.as_u64().and_then(|bound| usize::try_from(bound).ok()) else {
        return false;
    };
    match keyword {
        "maxLength" => lengths.iter().all(|length| *length <= bound),
        "minLength" => lengths.iter().all(|length| *length >= bound),
        _ => false,
    }
}
