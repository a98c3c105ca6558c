//! The one accommodation to the generator that no overlay can express.

use bigcommerce_spec::{Document, pointer, reference};
use serde_json::Value;

use crate::schemas::{self, alternatives, pinned_type};

/// Writes the alternatives of choices that are told apart by `type` inline.
///
/// typify makes an internally tagged enum only of alternatives that are written inline. An
/// overlay can copy a component it knows into a choice, but not whichever ones upstream lists,
/// so that a new alternative would be lost; here all of them are found. A component that
/// nothing refers to any more goes, because typify would make a type of it all the same.
pub(crate) fn inline_choices(mut document: Document) -> Document {
    let copies = tagged_references(document.value());
    for (alternative, component) in &copies {
        document.copy_node(component, alternative);
    }
    for (_, component) in copies {
        let Some((parent, name)) = pointer::split_last(&component) else {
            continue;
        };
        if parent == schemas::COMPONENTS && !refers_to(document.value(), &component) {
            document.remove_entry(parent, &name);
        }
    }
    document
}

/// The alternatives that are a `$ref` to a component that pins `type`, and the components.
fn tagged_references(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for schema in schemas::all(document) {
        let Some((key, alternatives)) = alternatives(schema.map) else {
            continue;
        };
        for (index, alternative) in alternatives.iter().enumerate() {
            let component = reference::of(alternative).and_then(reference::pointer);
            let Some(component) = component else { continue };
            let value = document.pointer(&component).and_then(Value::as_object);
            if value.is_some_and(|schema| pinned_type(schema).is_some()) {
                found.push((format!("{}/{key}/{index}", schema.pointer), component));
            }
        }
    }
    found
}

fn refers_to(value: &Value, component: &str) -> bool {
    reference::of(value).and_then(reference::pointer).as_deref() == Some(component)
        || pointer::children("", value).any(|(_, below)| refers_to(below, component))
}
