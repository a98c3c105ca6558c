//! No schema consists of itself, which the generator would follow for ever.

use std::collections::HashSet;

use bigcommerce_spec::{Document, DocumentError, pointer::child, reference};
use serde_json::Value;

use crate::{
    layers::accommodations,
    schemas::{COMPONENTS, combined},
};

/// A schema may contain itself by a property or as an item; that is a recursive type. It must
/// not by `$ref` alone, or by the keywords that combine schemas.
pub(super) fn check(document: &Document) -> Vec<DocumentError> {
    let root = document.value();
    let mut done = HashSet::new();
    let mut failures = Vec::new();
    let components = root.pointer(COMPONENTS).and_then(Value::as_object);
    for (name, schema) in components.into_iter().flatten() {
        let pointer = child(COMPONENTS, name);
        let mut open = vec![pointer.clone()];
        if is_cyclic(root, schema, &mut open, &mut done) {
            failures.push(DocumentError::at(
                document.place(&pointer),
                format!("the schema `{name}` consists of itself"),
                format!("break the cycle in {}", accommodations(document)),
            ));
        }
        done.insert(pointer);
    }
    failures
}

fn is_cyclic(
    root: &Value,
    schema: &Value,
    open: &mut Vec<String>,
    done: &mut HashSet<String>,
) -> bool {
    if let Some(reference) = reference::of(schema) {
        let Some(pointer) = reference::pointer(reference) else {
            return false;
        };
        if open.contains(&pointer) {
            return true;
        }
        if done.contains(&pointer) {
            return false;
        }
        let Some(target) = root.pointer(&pointer) else {
            return false;
        };
        open.push(pointer);
        let cyclic = is_cyclic(root, target, open, done);
        if let Some(pointer) = open.pop() {
            done.insert(pointer);
        }
        return cyclic;
    }
    let schema = schema.as_object();
    let mut parts = schema
        .into_iter()
        .flat_map(|schema| combined(schema).chain(schema.get("not")));
    parts.any(|part| is_cyclic(root, part, open, done))
}
