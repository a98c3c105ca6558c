//! Small APIs, and what the diff finds between two of them.

use bigcommerce_drift::{Finding, Level, diff};
use serde_json::{Value, json};

use super::document;

/// An API whose one operation takes and gives the same schema.
pub(super) fn api(schema: &Value, schemas: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    let responses = json!({"200": {"description": "-", "content": content}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a": {"post": {"requestBody": {"content": content}, "responses": responses}}},
        "components": {"schemas": schemas},
    })
}

pub(super) fn between(base: &Value, revision: &Value) -> Vec<Finding> {
    diff(
        &document("base.json", base),
        &document("revision.json", revision),
    )
}

/// The findings of schemas that are taken and given, as rule and level.
pub(super) fn of_schemas(base: &Value, revision: &Value) -> Vec<(String, Level)> {
    let others = json!({"X": X(), "Y": {"type": "integer"}, "Z": {"type": "object"}});
    let findings = between(&api(base, &others), &api(revision, &others));
    let mut found: Vec<_> = findings.into_iter().map(|it| (it.id, it.level)).collect();
    found.sort();
    found.dedup();
    found
}

#[expect(non_snake_case, reason = "it is called so in the documents")]
pub(super) fn X() -> Value {
    json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}})
}

pub(super) fn worst(found: &[(String, Level)]) -> Option<Level> {
    found.iter().map(|(_, level)| *level).max()
}

pub(super) fn has(found: &[(String, Level)], id: &str, level: Level) -> bool {
    found.iter().any(|it| it.0 == id && it.1 == level)
}

/// The rules of the findings that are breaks.
pub(super) fn breaks(base: &Value, revision: &Value) -> Vec<String> {
    let findings = between(base, revision).into_iter();
    findings
        .filter(|it| it.level == Level::Err)
        .map(|it| it.id)
        .collect()
}

/// An API with something else at a place.
pub(super) fn with(at: &str, value: Value) -> Value {
    let mut api = api(&json!({}), &json!({}));
    let (parent, key) = at.rsplit_once('/').expect("a place");
    let key = key.replace("~1", "/");
    let object = api.pointer_mut(parent).expect("a parent");
    object[key] = value;
    api
}
