//! Explains a panic of the generator.

use bigcommerce_spec::{Document, DocumentError, METHODS, operations, pointer::child};
use serde_json::{Map, Value};

use crate::{
    Settings,
    generate::{code, layer},
    sandboxed,
};

/// The error that a panic becomes. Who is to blame is found by generating less: each component
/// schema alone, then each operation alone.
pub(crate) fn panicked(document: &Document, settings: &Settings, panic: &str) -> DocumentError {
    let panics = |value: &Value| {
        let code = sandboxed::run(|| code(document, value, settings).is_ok());
        code.is_err()
    };
    let culprit = schema(document.value(), panics).or_else(|| operation(document.value(), panics));
    let (pointer, whom) = culprit.unwrap_or_default();
    let reason = panic.lines().next().unwrap_or_default();
    DocumentError::at(
        document.place(&pointer),
        format!("the generator panics{whom}: {reason}"),
        format!("accommodate it in {}", layer(document)),
    )
}

/// A component schema that makes the generator panic without any operation.
fn schema(document: &Value, panics: impl Fn(&Value) -> bool) -> Option<(String, String)> {
    let mut without_paths = document.clone();
    without_paths["paths"] = Map::new().into();
    if !panics(&without_paths) {
        return None;
    }
    let parent = "/components/schemas";
    let mut names = document.pointer(parent)?.as_object()?.keys();
    let name = names.find(|name| {
        let mut single = without_paths.clone();
        let schemas = single.pointer_mut(parent).and_then(Value::as_object_mut);
        // The others stay as schemas of anything, because references to them must not dangle.
        for (_, other) in schemas.into_iter().flatten().filter(|(key, _)| key != name) {
            *other = Map::new().into();
        }
        panics(&single)
    });
    Some(match name {
        Some(name) => (child(parent, name), format!(" on the schema `{name}`")),
        // Some make it panic only together.
        None => (parent.to_owned(), " on the component schemas".to_owned()),
    })
}

/// An operation that makes the generator panic.
fn operation(document: &Value, panics: impl Fn(&Value) -> bool) -> Option<(String, String)> {
    let culprit = operations(document).find(|operation| {
        let mut single = document.clone();
        keep(&mut single, "/paths", |key| key == operation.path);
        keep(&mut single, &child("/paths", operation.path), |key| {
            key == operation.method || !METHODS.contains(&key)
        });
        panics(&single)
    })?;
    let whom = format!(" on `{}`", culprit.name());
    Some((culprit.pointer, whom))
}

fn keep(document: &mut Value, pointer: &str, kept: impl Fn(&str) -> bool) {
    if let Some(Value::Object(map)) = document.pointer_mut(pointer) {
        map.retain(|key, _| kept(key));
    }
}
