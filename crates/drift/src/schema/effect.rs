//! Keywords that say nothing, because of the type beside them.

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
