//! Every property that the document marks `format: password` has the secret type.

use bigcommerce_spec::{Document, DocumentError, pointer::child};
use serde_json::Value;

use crate::{
    generator::Generated,
    layers::accommodations,
    origins::GeneratedType,
    rust_code::{mentions, wire_fields},
    schemas::{self, combined},
    settings::{SECRET_SCHEMA, SECRET_TYPE},
};

pub(super) fn check(document: &Document, generated: &Generated) -> Vec<DocumentError> {
    let mut failures = Vec::new();
    for schema in schemas::all(document.value()) {
        let Some(properties) = schema.map.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let secrets = properties
            .iter()
            .filter(|(_, property)| is_secret(document.value(), property, 0));
        for (name, _) in secrets {
            let types = generated.origins.types_of(&schema.pointer);
            let at = child(&format!("{}/properties", schema.pointer), name);
            let problem = if types.is_empty() {
                "the generator lost its schema"
            } else if types.iter().all(|it| has_secret(it, name)) {
                continue;
            } else {
                "it does not have the secret type in the generated code"
            };
            failures.push(DocumentError::at(
                document.place(&at),
                format!("the secret `{name}` is not protected: {problem}"),
                format!(
                    "in {}, make it a `$ref` to `#/components/schemas/{SECRET_SCHEMA}`",
                    accommodations(document),
                ),
            ));
        }
    }
    failures
}

fn has_secret(generated: &GeneratedType<'_>, name: &str) -> bool {
    let GeneratedType::Fields(fields) = generated else {
        return false;
    };
    wire_fields(fields).any(|(wire, field)| wire == name && mentions(&field.ty, SECRET_TYPE))
}

/// Whether a schema is a secret, or a list, map or choice of secrets.
fn is_secret(document: &Value, schema: &Value, depth: usize) -> bool {
    const DEEPEST: usize = 16;
    let Some(resolved) = schemas::resolve(document, schema) else {
        return false;
    };
    if [schema.get("format"), resolved.get("format")].contains(&Some(&Value::from("password"))) {
        return true;
    }
    if depth > DEEPEST || resolved.contains_key("properties") {
        return false;
    }
    let below = ["items", "additionalProperties"]
        .into_iter()
        .filter_map(|key| resolved.get(key));
    below
        .chain(combined(resolved))
        .any(|schema| is_secret(document, schema, depth + 1))
}
