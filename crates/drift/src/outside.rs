//! References into other files, which are not read.

use bigcommerce_spec::{Document, pointer};
use serde_json::Value;

use crate::{dangling::DATA, finding::Finding, resolve::is_outside};

/// Says how many references of both documents lead into other files, whose content may have
/// changed without a finding.
pub(crate) fn references_outside(base: &Document, revision: &Document) -> Option<Finding> {
    let (before, now) = (all(base), all(revision));
    let shown = now.first().or(before.first())?;
    let message = format!(
        "{} references lead into other files, as {:?}, and {} did before: what is there was not \
         compared",
        now.len(),
        shown.text,
        before.len()
    );
    let pointer = |list: &[Outside]| list.first().map_or("", |it| &it.pointer).to_owned();
    let places = (pointer(&before), pointer(&now));
    Some(Finding::of_documents(
        "references-not-followed",
        message,
        (base, &places.0),
        (revision, &places.1),
    ))
}

struct Outside {
    pointer: String,
    text: String,
}

fn all(document: &Document) -> Vec<Outside> {
    let mut found = Vec::new();
    if has_any(document.value()) {
        collect(document.value(), "", &mut found);
    }
    found
}

/// Whether there could be any: most documents have none, and need no places.
fn has_any(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(key, value)| {
            key == "$ref" && value.as_str().is_some_and(is_outside) || has_any(value)
        }),
        Value::Array(items) => items.iter().any(has_any),
        _ => false,
    }
}

fn collect(value: &Value, at: &str, found: &mut Vec<Outside>) {
    if let Some(Value::String(reference)) = value.get("$ref")
        && is_outside(reference)
    {
        found.push(Outside {
            pointer: pointer::child(at, "$ref"),
            text: reference.clone(),
        });
    }
    for (at, child) in pointer::children(at, value) {
        let is_data = pointer::split_last(&at)
            .is_some_and(|(_, name)| DATA.contains(&&*name) || name.starts_with("x-"));
        if !is_data && (child.is_object() || child.is_array()) {
            collect(child, &at, found);
        }
    }
}
