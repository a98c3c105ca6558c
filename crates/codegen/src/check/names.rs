//! No two schemas of one name differ: typify would drop what only one of them has.

use std::collections::HashMap;

use bigcommerce_spec::{Document, DocumentError};
use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use crate::{
    generate::layer,
    schemas::{self, Schema},
};

pub(super) fn check(document: &Document) -> Vec<DocumentError> {
    let mut first: HashMap<String, (String, Value)> = HashMap::new();
    let mut failures = Vec::new();
    for schema in schemas::all(document.value()) {
        let Some(name) = type_name(&schema) else {
            continue;
        };
        let content = essence(schema.map);
        let Some((known, known_content)) = first.get(&name) else {
            first.insert(name, (schema.pointer, content));
            continue;
        };
        if *known_content != content {
            failures.push(DocumentError::at(
                document.place(&schema.pointer),
                format!(
                    "this schema is called `{name}`, and so is another one at {}",
                    document.place(known)
                ),
                format!("give one of them another `title` in {}", layer(document)),
            ));
        }
    }
    failures
}

/// What typify calls the type it makes of a schema: the name of a component, or the title of
/// one written inline. Plain scalars get no type of their own.
fn type_name(schema: &Schema<'_>) -> Option<String> {
    let component = schema.pointer.strip_prefix("/components/schemas/");
    if let Some(name) = component.filter(|name| !name.contains('/')) {
        return Some(name.to_upper_camel_case());
    }
    let scalar = schema.map.keys().all(|key| {
        [
            "type",
            "format",
            "nullable",
            "default",
            "readOnly",
            "writeOnly",
            "deprecated",
        ]
        .contains(&key.as_str())
            || is_annotation(key)
    });
    let is_scalar = scalar && schema.map.get("type").is_some_and(|t| t != "object");
    let title = schema.map.get("title")?.as_str()?;
    (!is_scalar).then(|| title.to_upper_camel_case())
}

/// The schema without what makes no difference to its type.
fn essence(map: &Map<String, Value>) -> Value {
    let kept = map.iter().filter(|(key, _)| !is_annotation(key));
    kept.map(|(key, value)| (key.clone(), strip(key, value)))
        .collect()
}

fn strip(key: &str, value: &Value) -> Value {
    match (key, value) {
        ("properties", Value::Object(map)) => map
            .iter()
            .map(|(name, schema)| (name.clone(), strip("", schema)))
            .collect(),
        (_, Value::Object(map)) => essence(map),
        (_, Value::Array(items)) => items.iter().map(|item| strip("", item)).collect(),
        _ => value.clone(),
    }
}

fn is_annotation(key: &str) -> bool {
    matches!(key, "title" | "description" | "example" | "externalDocs") || key.starts_with("x-")
}
