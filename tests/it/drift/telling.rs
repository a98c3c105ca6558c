//! What findings say, and what never gets out with them.

use bigcommerce_drift::{
    AcceptedIn, Format,
    Level::{Err, Info, Warn},
    Policy, diff,
};
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
    assert_eq!(findings[0].level, Warn);
    assert!(
        findings[0].message.starts_with("2 references"),
        "{}",
        findings[0].message
    );
    for format in Format::NAMES {
        let format: Format = format.parse().expect("a format");
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
    for format in Format::NAMES {
        let format: Format = format.parse().expect("a format");
        let text = format.write(&findings, Info);
        assert!(text.contains("-9223372036854776001"), "{text}");
    }
    assert!(base.to_json().contains("\"minimum\": -9223372036854776000"));
    // The feature of serde_json that keeps digits would change every crate of a build.
    assert!(serde_json::from_str::<Value>("1e400").is_err());
}

#[test]
fn who_feels_a_finding_is_counted_and_listed_where_it_is_long_in_part() {
    let at = json!({"$ref": "#/components/schemas/X"});
    let of = |length: u32| {
        let mut api = api(&at, &json!({"X": {"type": "string", "minLength": length}}));
        for name in ["b", "c", "d", "e", "f"] {
            api["paths"][format!("/{name}")] = api["paths"]["/a"].clone();
        }
        api["info"]["version"] = json!(length.to_string());
        api
    };
    let findings = between(&of(1), &of(2));
    for name in ["text", "markdown", "github"] {
        let format: Format = name.parse().expect("a format");
        let text = format.write(&findings, Info);
        let few = "felt by 6 operations: POST /a, POST /b, POST /c, POST /d and 2 more";
        assert!(text.contains(few), "{text}");
        assert!(text.contains("1 ERR, 0 WARN, 2 INFO"), "{text}");
        assert!(text.contains("api-version-changed"), "{text}");
        // What is hidden is counted.
        let text = format.write(&findings, Err);
        assert!(text.contains("1 ERR, 0 WARN, 2 INFO"), "{text}");
        assert!(!text.contains("api-version-changed"), "{text}");
    }
    let json = |from| -> Value {
        serde_json::from_str(&Format::Json.write(&findings, from)).expect("JSON")
    };
    assert_eq!(json(Info).as_array().map(Vec::len), Some(3));
    let worst = json(Err);
    assert_eq!(worst.as_array().map(Vec::len), Some(1));
    let all: Vec<_> = ["a", "b", "c", "d", "e", "f"]
        .map(|it| format!("POST /{it}"))
        .into();
    assert_eq!(worst[0]["operations"], json!(all));
}

#[test]
fn control_characters_reach_no_terminal_and_no_table() {
    let evil = "a\u{1b}[2Jb\u{9b}c\u{202e}d\r|e\nf\u{7f}";
    let base = api(&json!({"type": "string"}), &json!({}));
    let mut revision = api(&json!({"type": "string", "enum": [evil]}), &json!({}));
    revision["paths"][format!("/{evil}")] = json!({"get": {"responses": {}, "deprecated": true}});
    let findings = between(&base, &revision);
    for name in Format::NAMES {
        let format: Format = name.parse().expect("a format");
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
    let text = Format::Json.write(&findings, Info);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert!(json[0]["base"].get("value").is_none(), "{text}");
    assert_eq!(
        json[0]["revision"].get("value"),
        Some(&Value::Null),
        "{text}"
    );
}

#[test]
fn an_acceptance_stays_when_something_is_put_before_what_it_accepts() {
    let parameter =
        |name: &str, schema: Value| json!({"name": name, "in": "query", "schema": schema});
    let of = |parameters: &[Value]| {
        let mut api = api(&json!({}), &json!({}));
        api["paths"]["/a"]["post"]["parameters"] = parameters.into();
        api
    };
    let policy = r#"
        [[accept]]
        comparison = "branch"
        id = "request-parameter-max-length-set"
        path = "/paths/~1a/post/parameters/query:q/schema/maxLength"
        values = [9]
        reason = "a test"
        expires = 2999-01-31
    "#;
    let by_index = policy.replace("query:q", "0");
    let [policy, by_index] =
        [policy, &*by_index].map(|policy| Policy::parse("drift.toml", policy).expect("a policy"));
    let bounded = parameter("q", json!({"type": "string", "maxLength": 9}));
    let base = of(&[parameter("q", json!({"type": "string"}))]);
    for parameters in [
        vec![bounded.clone()],
        vec![parameter("new", json!({})), bounded.clone()],
    ] {
        let mut findings = between(&base, &of(&parameters));
        policy.apply(AcceptedIn::Branch, &mut findings);
        let accepted: Vec<_> = findings.iter().filter(|it| it.accepted.is_some()).collect();
        assert_eq!(accepted.len(), 1, "{findings:#?}");
        assert!(findings.iter().all(|it| !it.fails(Err)), "{findings:#?}");
    }

    // Another parameter may stand at that place in the next version.
    let mut findings = between(&base, &of(&[bounded]));
    by_index.apply(AcceptedIn::Branch, &mut findings);
    assert!(
        findings.iter().all(|it| it.accepted.is_none()),
        "{findings:#?}"
    );
}
