//! Every operation has the responses with which the client keeps the status of errors.

use bigcommerce_spec::{Document, DocumentError, operations, pointer::child};
use serde_json::{Map, Value};

use crate::layers::accommodations;

/// With one typed `2XX` response and no others, a body that does not parse is told apart from
/// an error, and an error keeps its status, headers and body. With any other shape, the
/// generated client loses the one or the other.
pub(super) fn check(document: &Document) -> Vec<DocumentError> {
    let mut failures = Vec::new();
    for operation in operations(document.value()) {
        let responses = operation.value.get("responses").and_then(Value::as_object);
        let Some(problem) = responses.map_or(Some("they are no mapping"), problem) else {
            continue;
        };
        let statuses: Vec<_> = responses.into_iter().flat_map(Map::keys).cloned().collect();
        failures.push(DocumentError::at(
            document.place(&child(&operation.pointer, "responses")),
            format!(
                "the responses of `{}` ({}) lose the status of errors: {problem}",
                operation.name(),
                statuses.join(", "),
            ),
            format!(
                "in {}, leave exactly one response, `2XX`, with an `application/json` body",
                accommodations(document)
            ),
        ));
    }
    failures
}

fn problem(responses: &Map<String, Value>) -> Option<&'static str> {
    let [(status, response)] = responses.iter().collect::<Vec<_>>()[..] else {
        return Some("there is not exactly one");
    };
    if status != "2XX" {
        return Some("the one is not `2XX`");
    }
    let content = response.get("content").and_then(Value::as_object);
    let schema = content.filter(|c| c.len() == 1).and_then(|c| {
        let body = c.get("application/json")?;
        body.get("schema")
    });
    schema
        .is_none()
        .then_some("it has no typed `application/json` body, or others beside it")
}
