//! Every `$ref` leads somewhere, which the generator takes for granted.

use bigcommerce_spec::{Document, DocumentError, pointer::child, reference};
use serde_json::Value;

pub(super) fn check(document: &Document) -> Vec<DocumentError> {
    let mut failures = Vec::new();
    walk(document, document.value(), "", &mut failures);
    failures
}

fn walk(document: &Document, value: &Value, at: &str, failures: &mut Vec<DocumentError>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let at = child(at, key);
                match value {
                    Value::String(reference) if key == "$ref" => {
                        let target = reference::pointer(reference);
                        if target
                            .and_then(|to| document.value().pointer(&to))
                            .is_none()
                        {
                            failures.push(DocumentError::at(
                                document.place(&at),
                                format!("`{reference}` leads nowhere in this document"),
                                "correct the reference, or add what it refers to",
                            ));
                        }
                    }
                    _ if key == "example" || key == "examples" || key.starts_with("x-") => {}
                    _ => walk(document, value, &at, failures),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(document, item, &format!("{at}/{index}"), failures);
            }
        }
        _ => {}
    }
}
