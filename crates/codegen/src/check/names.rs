//! No two schemas of one name differ: typify would drop what only one of them has.

use std::collections::HashMap;

use bigcommerce_spec::{Document, DocumentError, pointer::child};
use serde_json::{Map, Value};

use crate::{
    layers::accommodations,
    schemas::{self, Schema, alternatives, is_annotation, is_plain_scalar, type_name},
};

pub(super) fn check(document: &Document) -> Vec<DocumentError> {
    let mut names = Names {
        document,
        first: HashMap::new(),
        failures: Vec::new(),
    };
    for schema in schemas::all(document.value()) {
        if let Some(name) = type_name(&schema) {
            names.add(name, &schema.pointer, schema.map);
        }
        add_implied(&mut names, &schema);
    }
    names.failures
}

/// The names seen so far, each with its first schema.
struct Names<'d> {
    document: &'d Document,
    first: HashMap<String, (String, Value)>,
    failures: Vec<DocumentError>,
}

impl Names<'_> {
    fn add(&mut self, name: String, pointer: &str, schema: &Map<String, Value>) {
        let content = essence(schema);
        match self.first.get(&name) {
            None => {
                self.first.insert(name, (pointer.to_owned(), content));
            }
            Some((_, known)) if *known == content => {}
            Some((known, _)) => self.failures.push(DocumentError::at(
                self.document.place(pointer),
                format!(
                    "this schema is called `{name}`, and so is a different one at {}",
                    self.document.place(known)
                ),
                format!(
                    "give one of them another `title` in {}",
                    accommodations(self.document)
                ),
            )),
        }
    }
}

/// The properties of alternatives that are written inline all take their names from the choice,
/// so that those of two alternatives can meet.
fn add_implied(names: &mut Names<'_>, choice: &Schema<'_>) {
    let Some((key, alternatives)) = alternatives(choice.map) else {
        return;
    };
    for (index, alternative) in alternatives.iter().enumerate() {
        let properties = alternative.get("properties").and_then(Value::as_object);
        for (property, schema) in properties.into_iter().flatten() {
            let Some(schema) = schema.as_object() else {
                continue;
            };
            // The tag has no type, and a reference has that of its target.
            let typed = schema.contains_key("$ref") || schema.contains_key("title");
            if property == "type" || typed || is_plain_scalar(schema) || is_bounded_number(schema) {
                continue;
            }
            let name = format!("{}.{property}", choice.pointer);
            let pointer = format!("{}/{key}/{index}/properties", choice.pointer);
            names.add(name, &child(&pointer, property), schema);
        }
    }
}

/// typify makes no type of its own of a number with bounds.
fn is_bounded_number(schema: &Map<String, Value>) -> bool {
    let number = schema
        .get("type")
        .is_some_and(|ty| ty == "integer" || ty == "number");
    number && !schema.contains_key("enum")
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
