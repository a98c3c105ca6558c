//! Every `$ref` leads somewhere, which the generator takes for granted.

use bigcommerce_spec::{Document, DocumentError, pointer, reference};
use serde_json::Value;

use crate::schemas::is_data;

pub(super) fn check(document: &Document) -> Vec<DocumentError> {
    let mut failures = Vec::new();
    walk(document, document.value(), "", &mut failures);
    failures
}

fn walk(document: &Document, value: &Value, at: &str, failures: &mut Vec<DocumentError>) {
    if let Some(reference) = reference::of(value) {
        let target = reference::pointer(reference);
        if target
            .and_then(|to| document.value().pointer(&to))
            .is_none()
        {
            failures.push(DocumentError::at(
                document.place(&pointer::child(at, "$ref")),
                format!("`{reference}` leads nowhere in this document"),
                "correct the reference, or add what it refers to",
            ));
        }
    }
    for (at, below) in pointer::children(at, value) {
        if !is_data(&at) {
            walk(document, below, &at, failures);
        }
    }
}
