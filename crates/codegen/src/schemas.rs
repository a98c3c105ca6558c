//! Finds the schemas of an OpenAPI document.

use bigcommerce_spec::{
    pointer::{self, child, children},
    reference,
};
use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

/// Where the component schemas are.
pub(crate) const COMPONENTS: &str = "/components/schemas";

/// A schema object that is no `$ref`, with its JSON pointer.
pub(crate) struct Schema<'d> {
    pub(crate) pointer: String,
    pub(crate) map: &'d Map<String, Value>,
}

/// All schemas of a document, nested ones included, in the order of the document.
pub(crate) fn all(document: &Value) -> Vec<Schema<'_>> {
    let mut found = Vec::new();
    outside_schemas(document, "", &mut found);
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
    if let Some((COMPONENTS, name)) = pointer::split_last(&schema.pointer) {
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

/// Whether what is at a pointer is data, in which nothing is OpenAPI.
pub(crate) fn is_data(pointer: &str) -> bool {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    matches!(key, "example" | "examples") || key.starts_with("x-")
}

/// The schemas that a schema combines by `allOf`, `oneOf` and `anyOf`.
pub(crate) fn combined(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
}

/// Walks what is no schema: schemas are under `schema` and among the components.
fn outside_schemas<'d>(value: &'d Value, pointer: &str, found: &mut Vec<Schema<'d>>) {
    for (at, below) in children(pointer, value) {
        if at == COMPONENTS {
            each(below, &at, found);
        } else if at.ends_with("/schema") {
            inside_schema(below, at, found);
        } else if !is_data(&at) {
            outside_schemas(below, &at, found);
        }
    }
}

fn inside_schema<'d>(value: &'d Value, pointer: String, found: &mut Vec<Schema<'d>>) {
    let Value::Object(map) = value else { return };
    if reference::of(value).is_some() {
        return;
    }
    let at = pointer.clone();
    found.push(Schema { pointer, map });
    for (key, below) in map {
        match key.as_str() {
            "properties" | "allOf" | "oneOf" | "anyOf" => each(below, &child(&at, key), found),
            "items" | "additionalProperties" | "not" => {
                inside_schema(below, child(&at, key), found);
            }
            _ => {}
        }
    }
}

fn each<'d>(schemas: &'d Value, pointer: &str, found: &mut Vec<Schema<'d>>) {
    for (at, schema) in children(pointer, schemas) {
        inside_schema(schema, at, found);
    }
}
