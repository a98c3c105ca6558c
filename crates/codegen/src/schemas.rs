//! Finds the schemas of an OpenAPI document.

use bigcommerce_spec::{pointer::child, reference};
use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

/// A schema object that is no `$ref`, with its JSON pointer.
pub(crate) struct Schema<'d> {
    pub(crate) pointer: String,
    pub(crate) map: &'d Map<String, Value>,
}

/// All schemas of a document, nested ones included, in the order of the document.
pub(crate) fn all(document: &Value) -> Vec<Schema<'_>> {
    let mut found = Vec::new();
    outside(document, "", &mut found);
    found
}

/// Follows local `$ref`s to the schema meant; `None` where there is none, or they are cyclic.
pub(crate) fn resolve<'d>(
    document: &'d Value,
    schema: &'d Value,
) -> Option<&'d Map<String, Value>> {
    reference::resolve(document, schema)?.as_object()
}

/// The alternatives of a choice: the key they are under, and their list.
pub(crate) fn alternatives(schema: &Map<String, Value>) -> Option<(&'static str, &Vec<Value>)> {
    ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| Some((key, schema.get(key)?.as_array()?)))
}

/// The value that a schema pins its property `type` to.
pub(crate) fn pinned_type(schema: &Map<String, Value>) -> Option<&str> {
    let values = schema.get("properties")?.get("type")?.get("enum")?;
    match values.as_array()?.as_slice() {
        [Value::String(value)] => Some(value),
        _ => None,
    }
}

/// What typify calls the type it makes of a schema: the name of a component, or the title of
/// one written inline. Plain scalars get no type of their own.
pub(crate) fn type_name(schema: &Schema<'_>) -> Option<String> {
    let component = schema.pointer.strip_prefix("/components/schemas/");
    if let Some(name) = component.filter(|name| !name.contains('/')) {
        return Some(name.to_upper_camel_case());
    }
    let title = schema.map.get("title")?.as_str()?;
    (!is_plain_scalar(schema.map)).then(|| title.to_upper_camel_case())
}

/// Whether a schema is a scalar without bounds, which is a type of Rust as it is.
pub(crate) fn is_plain_scalar(map: &Map<String, Value>) -> bool {
    const HARMLESS: [&str; 7] = [
        "type",
        "format",
        "nullable",
        "default",
        "readOnly",
        "writeOnly",
        "deprecated",
    ];
    let scalar = map
        .get("type")
        .is_some_and(|ty| ty != "object" && ty != "array");
    scalar
        && map
            .keys()
            .all(|key| HARMLESS.contains(&key.as_str()) || is_annotation(key))
}

/// Whether a keyword makes no difference to the type.
pub(crate) fn is_annotation(key: &str) -> bool {
    matches!(key, "title" | "description" | "example" | "externalDocs") || key.starts_with("x-")
}

/// Walks what is no schema: schemas are under `schema` and among the components.
fn outside<'d>(value: &'d Value, pointer: &str, found: &mut Vec<Schema<'d>>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let at = child(pointer, key);
                match key.as_str() {
                    "example" | "examples" => {}
                    key if key.starts_with("x-") => {}
                    "schema" => inside(value, at, found),
                    "schemas" if pointer == "/components" => each(value, &at, found),
                    _ => outside(value, &at, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                outside(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn inside<'d>(value: &'d Value, pointer: String, found: &mut Vec<Schema<'d>>) {
    let Value::Object(map) = value else { return };
    if map.contains_key("$ref") {
        return;
    }
    let at = pointer.clone();
    found.push(Schema { pointer, map });
    for (key, value) in map {
        match key.as_str() {
            "properties" | "allOf" | "oneOf" | "anyOf" => each(value, &child(&at, key), found),
            "items" | "additionalProperties" | "not" => inside(value, child(&at, key), found),
            _ => {}
        }
    }
}

fn each<'d>(schemas: &'d Value, pointer: &str, found: &mut Vec<Schema<'d>>) {
    match schemas {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, schema)| inside(schema, child(pointer, key), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, schema)| inside(schema, format!("{pointer}/{index}"), found)),
        _ => {}
    }
}
