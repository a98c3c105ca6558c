//! Finds what in a document makes the generator panic, by generating less of it.

use bigcommerce_spec::{METHODS, operations, pointer::child};
use serde_json::{Map, Value};

use crate::schemas::COMPONENTS;

/// A part of a document that makes the generator panic.
pub(super) struct Cause {
    pub(super) pointer: String,
    /// What a reader calls it.
    pub(super) name: String,
}

/// Tries each component schema alone, then each operation alone.
pub(super) fn find(document: &Value, panics: impl Fn(&Value) -> bool) -> Option<Cause> {
    schema(document, &panics).or_else(|| operation(document, &panics))
}

/// A component schema that makes the generator panic without any operation.
fn schema(document: &Value, panics: impl Fn(&Value) -> bool) -> Option<Cause> {
    let mut without_paths = document.clone();
    without_paths["paths"] = Map::new().into();
    if !panics(&without_paths) {
        return None;
    }
    let mut names = document.pointer(COMPONENTS)?.as_object()?.keys();
    let name = names.find(|name| {
        let mut single = without_paths.clone();
        let schemas = single
            .pointer_mut(COMPONENTS)
            .and_then(Value::as_object_mut);
        // The others stay as schemas of anything, because references to them must not dangle.
        for (_, other) in schemas.into_iter().flatten().filter(|(key, _)| key != name) {
            *other = Map::new().into();
        }
        panics(&single)
    });
    Some(match name {
        Some(name) => Cause {
            pointer: child(COMPONENTS, name),
            name: format!("the schema `{name}`"),
        },
        // Some make it panic only together.
        None => Cause {
            pointer: COMPONENTS.to_owned(),
            name: "the component schemas".to_owned(),
        },
    })
}

/// An operation that makes the generator panic.
fn operation(document: &Value, panics: impl Fn(&Value) -> bool) -> Option<Cause> {
    let cause = operations(document).find(|operation| {
        let mut single = document.clone();
        keep(&mut single, "/paths", |key| key == operation.path);
        keep(&mut single, &child("/paths", operation.path), |key| {
            key == operation.method || !METHODS.contains(&key)
        });
        panics(&single)
    })?;
    let name = format!("`{}`", cause.name());
    Some(Cause {
        pointer: cause.pointer,
        name,
    })
}

fn keep(document: &mut Value, pointer: &str, kept: impl Fn(&str) -> bool) {
    if let Some(Value::Object(map)) = document.pointer_mut(pointer) {
        map.retain(|key, _| kept(key));
    }
}
