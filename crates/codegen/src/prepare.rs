//! Writes the alternatives of tagged choices inline.

use bigcommerce_spec::Document;
use serde_json::Value;

use crate::schemas::{self, alternatives, pinned_type};

/// typify makes an internally tagged enum only of alternatives that are written inline. An
/// overlay can copy a component it knows into a choice, but not whichever ones upstream lists,
/// so that a new alternative would be lost; here all of them are found. A component that
/// nothing refers to any more goes, because typify would make a type of it all the same.
pub(crate) fn inline_choices(document: &mut Document) {
    let copies = tagged_references(document.value());
    for (alternative, component) in &copies {
        document.copy_node(component, alternative);
    }
    for (_, component) in copies {
        let Some((parent, name)) = component.rsplit_once('/') else {
            continue;
        };
        if parent == "/components/schemas" && !refers_to(document.value(), &component) {
            document.remove_entry(parent, name);
        }
    }
}

/// The alternatives that are a `$ref` to a component that pins `type`, and the components.
fn tagged_references(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for schema in schemas::all(document) {
        let Some((key, alternatives)) = alternatives(schema.map) else {
            continue;
        };
        for (index, alternative) in alternatives.iter().enumerate() {
            let Some(reference) = alternative.get("$ref").and_then(Value::as_str) else {
                continue;
            };
            let component = reference
                .strip_prefix('#')
                .and_then(|at| document.pointer(at));
            let Some(component) = component.and_then(Value::as_object) else {
                continue;
            };
            if pinned_type(component).is_some() {
                let at = format!("{}/{key}/{index}", schema.pointer);
                found.push((at, reference[1..].to_owned()));
            }
        }
    }
    found
}

fn refers_to(value: &Value, component: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| match value {
            Value::String(reference) if key == "$ref" => {
                reference[..].strip_prefix('#') == Some(component)
            }
            _ => refers_to(value, component),
        }),
        Value::Array(items) => items.iter().any(|item| refers_to(item, component)),
        _ => false,
    }
}
