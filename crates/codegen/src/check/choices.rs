//! A choice that is told apart by `type` came out as an internally tagged enum.

use std::collections::BTreeSet;

use bigcommerce_spec::{Document, DocumentError};
use serde_json::{Map, Value};

use crate::{
    generator::Generated,
    layers::accommodations,
    origins::GeneratedType,
    rust_code::serde_option,
    schemas::{self, alternatives, pinned_type},
};

/// Where one alternative pins `type`, all must, and the enum must be tagged. Else serde tries
/// the alternatives one after the other, and takes the first that happens to fit.
pub(super) fn check(document: &Document, generated: &Generated) -> Vec<DocumentError> {
    let mut failures = Vec::new();
    for schema in schemas::all(document.value()) {
        let Some((key, alternatives)) = alternatives(schema.map) else {
            continue;
        };
        let resolved: Vec<_> = alternatives
            .iter()
            .map(|alternative| schemas::resolve(document.value(), alternative))
            .collect();
        let tags: BTreeSet<_> = resolved
            .iter()
            .flatten()
            .filter_map(|s| pinned_type(s))
            .collect();
        if tags.is_empty() {
            continue;
        }
        let types = generated.origins.types_of(&schema.pointer);
        if types.iter().any(|it| is_tagged(it, &tags)) && tags.len() == alternatives.len() {
            continue;
        }
        let at = format!("{}/{key}", schema.pointer);
        let before = failures.len();
        for (index, alternative) in alternatives.iter().enumerate() {
            let at = format!("{at}/{index}");
            if let Some(problem) = problem(alternative, resolved[index]) {
                failures.push(failure(document, &schema.pointer, &at, problem));
            }
        }
        if failures.len() == before {
            let problem = "none of its alternatives says why";
            failures.push(failure(document, &schema.pointer, &at, problem));
        }
    }
    failures
}

fn is_tagged(generated: &GeneratedType<'_>, tags: &BTreeSet<&str>) -> bool {
    let GeneratedType::Enum(item) = generated else {
        return false;
    };
    let variants: BTreeSet<_> = item
        .variants
        .iter()
        .filter_map(|variant| serde_option(&variant.attrs, "rename"))
        .collect();
    serde_option(&item.attrs, "tag").as_deref() == Some("type")
        && variants.iter().map(String::as_str).eq(tags.iter().copied())
}

/// Why typify does not tag an alternative.
fn problem(alternative: &Value, schema: Option<&Map<String, Value>>) -> Option<&'static str> {
    let Some(schema) = schema else {
        return Some("the alternative refers to nothing");
    };
    let required = schema.get("required").and_then(Value::as_array);
    if pinned_type(schema).is_none() {
        Some("its property `type` is not an `enum` of one value")
    } else if alternative.get("$ref").is_some() {
        Some("the alternative is not written inline")
    } else if !required.is_some_and(|names| names.iter().any(|name| name == "type")) {
        Some("its property `type` is not `required`")
    } else if schema
        .get("additionalProperties")
        .is_some_and(|v| v != &Value::Bool(false))
    {
        Some("it has `additionalProperties`")
    } else if schema.contains_key("allOf") {
        Some("it has `allOf`")
    } else {
        None
    }
}

fn failure(document: &Document, choice: &str, at: &str, problem: &str) -> DocumentError {
    let name = choice.rsplit('/').next().unwrap_or_default();
    DocumentError::at(
        document.place(at),
        format!("the choice `{name}` is not told apart by `type` in the generated code: {problem}"),
        format!(
            "correct the alternative where it is, or in {}",
            accommodations(document)
        ),
    )
}
