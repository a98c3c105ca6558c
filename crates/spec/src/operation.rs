//! The operations of an OpenAPI document.

use serde_json::Value;

use crate::pointer::child;

/// The keys of a path item that are operations: the HTTP methods that OpenAPI 3.0 knows.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation, as it stands in the paths of a document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Operation<'d> {
    /// Where it stands.
    pub pointer: String,
    /// The path it belongs to, as `/orders/{id}`.
    pub path: &'d str,
    /// One of [`METHODS`].
    pub method: &'static str,
    /// What is written there.
    pub value: &'d Value,
}

impl Operation<'_> {
    /// What a reader calls it, as `GET /orders/{id}`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

/// All operations under `paths`, path by path. Those of a path item that is a `$ref` are not
/// among them.
pub fn operations(document: &Value) -> impl Iterator<Item = Operation<'_>> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            Some(Operation {
                pointer: child(&child("/paths", path), method),
                path,
                method,
                value: item.get(method)?,
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_beside_operations_is_none() {
        let document = json!({"paths": {
            "/a": {"summary": "s", "post": {"x": 1}, "get": {}, "parameters": []},
            "/b": {"$ref": "#/c"},
        }});
        let names: Vec<_> = operations(&document)
            .map(|operation| operation.name())
            .collect();
        assert_eq!(names, ["GET /a", "POST /a"]);
        for operation in operations(&document) {
            assert_eq!(document.pointer(&operation.pointer), Some(operation.value));
        }
        assert_eq!(operations(&json!({})).count(), 0);
    }
}
