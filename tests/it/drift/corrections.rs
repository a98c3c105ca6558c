//! What the service does against what the supplied document says.

use bigcommerce_drift::{Finding, Level, diff};
use bigcommerce_spec::Document;

use super::{spec, spec_path};

const SUCCESS: &str = "/paths/~1payments/post/responses";

/// The supplied document, corrected by hand as upstream did: 201 for 202, the body in `data`,
/// and the request body not marked as required.
fn corrected() -> Document {
    let text = std::fs::read_to_string(spec_path("processing")).expect("the spec can be read");
    let replace_once = |text: &str, from: &str, to: &str| {
        assert_eq!(text.matches(from).count(), 1, "{from} is there once");
        text.replacen(from, to, 1)
    };
    let text = replace_once(&text, "        '202':\n", "        '201':\n");
    let text = replace_once(
        &text,
        "        required: true\n        x-examples:",
        "        x-examples:",
    );
    let (before, body) = text
        .split_once("                properties:\n                  id:\n")
        .expect("the body");
    let (body, after) = body
        .split_once("              examples:\n")
        .expect("its end");
    let body = format!("                  id:\n{body}");
    let indented = body.replace('\n', "\n      ");
    let indented = format!("      {}", indented.trim_end_matches(' '));
    let text = format!(
        "{before}                properties:\n                  data:\n                    type: object\n                    \
         properties:\n{indented}              examples:\n{after}"
    );
    Document::parse("corrected.yml", &text).expect("the corrected document is YAML")
}

fn the<'f>(findings: &'f [Finding], id: &str) -> &'f Finding {
    let mut matching = findings.iter().filter(|finding| finding.id == id);
    let finding = matching
        .next()
        .unwrap_or_else(|| panic!("{id} in {findings:#?}"));
    assert!(matching.next().is_none(), "{id} is there once");
    finding
}

#[test]
fn the_three_corrections_of_the_service_are_reported() {
    let (base, revision) = (spec("processing"), corrected());
    let findings = diff(&base, &revision);

    let status = the(&findings, "response-success-status-removed");
    assert_eq!(status.level, Level::Err);
    assert_eq!(status.operation.as_deref(), Some("POST /payments"));
    assert_eq!(status.path, format!("{SUCCESS}/202"));
    assert_eq!(
        (status.base.line, status.base.column),
        line_of(&base, &format!("{SUCCESS}/202"))
    );
    assert_eq!(
        the(&findings, "response-success-status-added").path,
        format!("{SUCCESS}/201")
    );

    let moved = the(&findings, "response-body-wrapped-in-property");
    assert_eq!(moved.level, Level::Err);
    let schema = "content/application~1json/schema/properties";
    assert_eq!(moved.base.pointer, format!("{SUCCESS}/202/{schema}"));
    assert_eq!(
        moved.revision.pointer,
        format!("{SUCCESS}/201/{schema}/data/properties")
    );
    assert_eq!(moved.base.file, base.name());
    assert_eq!(
        (moved.base.line, moved.base.column),
        line_of(&base, &moved.base.pointer)
    );
    assert_eq!(moved.revision.file, "corrected.yml");
    assert_eq!(
        (moved.revision.line, moved.revision.column),
        line_of(&revision, &moved.revision.pointer)
    );

    let body = the(&findings, "request-body-became-optional");
    assert_eq!(body.path, "/paths/~1payments/post/requestBody/required");
    assert_eq!(
        (body.base.line, body.base.column),
        line_of(&base, &body.path)
    );

    let worse = findings
        .iter()
        .filter(|finding| finding.level > Level::Info);
    assert_eq!(worse.count(), 3, "nothing else matters: {findings:#?}");
}

/// The place of a key, found by looking for its text instead of by asking the document.
fn line_of(document: &Document, pointer: &str) -> (usize, usize) {
    let place = document.place(pointer);
    let path = if document.name() == "corrected.yml" {
        None
    } else {
        Some(document.name())
    };
    if let Some(path) = path {
        let text = std::fs::read_to_string(path).expect("the spec can be read");
        let line = text.lines().nth(place.line - 1).expect("a line");
        let key = pointer.rsplit('/').next().expect("a key");
        let found = line
            .char_indices()
            .position(|(at, _)| line[at..].trim_start_matches('\'').starts_with(key));
        assert_eq!(found, Some(place.column - 1), "{key} stands in {line:?}");
    }
    (place.line, place.column)
}
