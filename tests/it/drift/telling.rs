//! What findings say, and what never gets out with them.

use bigcommerce_drift::{Level::Info, diff};
use bigcommerce_spec::Document;
use serde_json::{Value, json};

use super::apis::{api, between};

#[test]
fn references_to_other_files_are_one_finding_with_their_number() {
    let schemas =
        json!({"A": {"$ref": "other.yml#/A"}, "B": {"$ref": "https://example.com/b.json"}});
    let at = json!({"$ref": "#/components/schemas/A"});
    let findings = between(&api(&at, &schemas), &api(&at, &schemas));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].id, "references-not-followed");
    assert!(
        findings[0].message.starts_with("2 references"),
        "{}",
        findings[0].message
    );
    for format in bigcommerce_drift::Format::NAMES {
        let format: bigcommerce_drift::Format = format.parse().expect("a format");
        assert!(format.write(&findings, Info).contains("2 references"));
    }
}

#[test]
fn an_enum_with_new_values_is_one_finding_with_a_list() {
    let of = |count: usize| json!({"type": "string", "enum": (0..count).map(|n| format!("v{n}")).collect::<Vec<_>>()});
    let findings = between(&api(&of(1), &json!({})), &api(&of(41), &json!({})));
    assert_eq!(
        findings.len(),
        2,
        "one where it is sent, one where it is received"
    );
    assert_eq!(findings[0].entries.len(), 40);
    assert!(
        findings[0].message.contains("and 32 more"),
        "{}",
        findings[0].message
    );
}

#[test]
fn numbers_beyond_64_bits_are_compared_by_their_exact_digits() {
    let read = |digits: &str| {
        let text = api(&json!({"type": "integer", "minimum": 0}), &json!({}))
            .to_string()
            .replace("\"minimum\":0", &format!("\"minimum\":-{digits}"));
        Document::parse("big.json", &text).expect("a document")
    };
    let (base, revision) = (read("9223372036854776000"), read("9223372036854776001"));
    assert_eq!(diff(&base, &base), []);
    let findings = diff(&base, &revision);
    assert_eq!(findings[0].id, "request-body-min-decreased");
    let exact = findings[0].revision.exact.as_deref();
    assert_eq!(exact, Some("-9223372036854776001"));
    for format in bigcommerce_drift::Format::NAMES {
        let format: bigcommerce_drift::Format = format.parse().expect("a format");
        let text = format.write(&findings, Info);
        assert!(text.contains("-9223372036854776001"), "{text}");
    }
    assert!(base.to_json().contains("\"minimum\": -9223372036854776000"));
}

#[test]
fn control_characters_reach_no_terminal_and_no_table() {
    let evil = "a\u{1b}[2Jb\u{9b}c\u{202e}d\r|e\nf\u{7f}";
    let base = api(&json!({"type": "string"}), &json!({}));
    let mut revision = api(&json!({"type": "string", "enum": [evil]}), &json!({}));
    revision["paths"][format!("/{evil}")] = json!({"get": {"responses": {}, "deprecated": true}});
    let findings = between(&base, &revision);
    for name in bigcommerce_drift::Format::NAMES {
        let format: bigcommerce_drift::Format = name.parse().expect("a format");
        // The text's own colours are taken out by whoever prints it to no terminal.
        let text = format.write(&findings, Info).replace("\u{1b}[0m", "");
        let foreign = ["\u{1b}[2J", "\u{9b}", "\u{202e}", "\u{7f}", "\r"];
        assert!(
            foreign.iter().all(|it| !text.contains(it)),
            "{name}: {text:?}"
        );
    }
}

#[test]
fn absent_is_told_from_null() {
    let findings = between(
        &api(&json!({"type": "string"}), &json!({})),
        &api(&json!({"type": "string", "default": null}), &json!({})),
    );
    let text = bigcommerce_drift::Format::Json.write(&findings, Info);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert!(json[0]["base"].get("value").is_none(), "{text}");
    assert_eq!(
        json[0]["revision"].get("value"),
        Some(&Value::Null),
        "{text}"
    );
}
