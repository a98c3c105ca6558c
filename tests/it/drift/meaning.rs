//! What documents mean, however they are spelled: what must not go unseen, and what is no change.

use bigcommerce_drift::{Finding, Level, diff};
use bigcommerce_spec::Document;
use serde_json::{Value, json};

use super::document;
use Level::{Err, Info, Warn};

/// An API whose one operation takes and gives the same schema.
fn api(schema: &Value, schemas: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    let responses = json!({"200": {"description": "-", "content": content}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a": {"post": {"requestBody": {"content": content}, "responses": responses}}},
        "components": {"schemas": schemas},
    })
}

fn between(base: &Value, revision: &Value) -> Vec<Finding> {
    diff(
        &document("base.json", base),
        &document("revision.json", revision),
    )
}

/// The findings of schemas that are taken and given, as rule and level.
fn of_schemas(base: &Value, revision: &Value) -> Vec<(String, Level)> {
    let others = json!({"X": X(), "Y": {"type": "integer"}, "Z": {"type": "object"}});
    let findings = between(&api(base, &others), &api(revision, &others));
    let mut found: Vec<_> = findings.into_iter().map(|it| (it.id, it.level)).collect();
    found.sort();
    found.dedup();
    found
}

#[expect(non_snake_case, reason = "it is called so in the documents")]
fn X() -> Value {
    json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}})
}

fn worst(found: &[(String, Level)]) -> Option<Level> {
    found.iter().map(|(_, level)| *level).max()
}

fn has(found: &[(String, Level)], id: &str, level: Level) -> bool {
    found.iter().any(|it| it.0 == id && it.1 == level)
}

#[test]
fn every_hop_of_a_chain_of_components_is_compared() {
    let schemas = |b: Value, d: Value| json!({"A": {"$ref": "#/components/schemas/B"}, "B": b, "C": {"type": "string"}, "D": d});
    let hop = |more: Value| {
        let mut hop = json!({"$ref": "#/components/schemas/C", "description": "before"});
        hop.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        hop
    };
    let at = json!({"$ref": "#/components/schemas/A"});
    let base = api(&at, &schemas(hop(json!({})), json!({"type": "string"})));
    for (revision, id, level, path) in [
        (
            hop(json!({"description": "after"})),
            "description-changed",
            Info,
            "/components/schemas/B/description",
        ),
        (
            hop(json!({"nullable": true})),
            "reference-sibling-changed",
            Info,
            "/components/schemas/B/nullable",
        ),
        (
            json!({"$ref": "#/components/schemas/D", "description": "before"}),
            "reference-changed",
            Info,
            "/components/schemas/B/$ref",
        ),
    ] {
        let revision = api(&at, &schemas(revision, json!({"type": "string"})));
        let findings = between(&base, &revision);
        let found = findings.iter().find(|it| it.path == path);
        let found = found.unwrap_or_else(|| panic!("{path} in {findings:#?}"));
        assert_eq!((found.id.as_str(), found.level), (id, level));
    }
    let other = api(
        &at,
        &schemas(
            json!({"$ref": "#/components/schemas/D", "description": "before"}),
            json!({"type": "integer"}),
        ),
    );
    let base = api(&at, &schemas(hop(json!({})), json!({"type": "integer"})));
    let findings = between(&base, &other);
    assert!(
        findings
            .iter()
            .any(|it| it.id == "request-body-type-changed" && it.level == Err),
        "{findings:#?}"
    );
}

#[test]
fn spellings_of_the_same_schema_are_no_more_than_info() {
    let x = json!({"$ref": "#/components/schemas/X"});
    let same = [
        x.clone(),
        json!({"allOf": [x]}),
        json!({"allOf": [x], "description": "described"}),
        json!({"allOf": [x, {"description": "only"}, {}]}),
        json!({"anyOf": [x]}),
        json!({"oneOf": [{"allOf": [x]}]}),
        X(),
        json!({"allOf": [{"type": "object"}, {"required": ["id"]},
               {"properties": {"id": {"allOf": [{"type": "string"}]}}}]}),
        json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "minLength": 0}},
               "minProperties": 0, "additionalProperties": true, "nullable": false, "deprecated": false}),
    ];
    for base in &same {
        for revision in &same {
            let found = of_schemas(base, revision);
            assert!(
                worst(&found) <= Some(Info),
                "{base} → {revision}: {found:?}"
            );
            assert_eq!(found.is_empty(), base == revision, "{base} → {revision}");
        }
    }
}

#[test]
fn what_members_of_all_of_change_is_found_at_its_keyword() {
    let base =
        json!({"allOf": [X(), {"properties": {"name": {"type": "string", "maxLength": 9}}}]});
    let found = of_schemas(
        &base,
        &json!({"type": "object", "required": ["id", "name"], "properties": {
            "id": {"type": "string"}, "name": {"type": "string", "maxLength": 5}}}),
    );
    assert!(
        has(&found, "request-property-became-required", Err),
        "{found:?}"
    );
    assert!(
        has(&found, "request-property-max-length-decreased", Err),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|(id, _)| id.contains("removed")),
        "{found:?}"
    );
}

#[test]
fn alternatives_that_contain_what_was_there_widen_it() {
    let (x, y) = (
        json!({"$ref": "#/components/schemas/X"}),
        json!({"$ref": "#/components/schemas/Y"}),
    );
    for keyword in ["anyOf", "oneOf"] {
        let kind = if keyword == "anyOf" {
            "any-of"
        } else {
            "one-of"
        };
        let wide = json!({keyword: [y, x]});
        let found = of_schemas(&x, &wide);
        assert!(
            has(&found, &format!("request-body-{kind}-added"), Info),
            "{found:?}"
        );
        assert!(
            has(&found, &format!("response-body-{kind}-added"), Err),
            "{found:?}"
        );
        let found = of_schemas(&wide, &x);
        assert!(
            has(&found, &format!("request-body-{kind}-removed"), Err),
            "{found:?}"
        );
        assert!(
            has(&found, &format!("response-body-{kind}-removed"), Info),
            "{found:?}"
        );
    }
    // What matches both alternatives of a `oneOf` is refused.
    let overlapping = json!({"oneOf": [x, {"$ref": "#/components/schemas/Z"}]});
    let found = of_schemas(&x, &overlapping);
    assert!(
        has(&found, "request-body-one-of-overlapping-added", Err),
        "{found:?}"
    );
    // Nothing of what was there is among them.
    let found = of_schemas(&x, &json!({"anyOf": [y, {"type": "boolean"}]}));
    assert!(
        has(&found, "request-body-alternatives-introduced", Err),
        "{found:?}"
    );
}

#[test]
fn another_order_is_told_where_readers_feel_it() {
    let one_of =
        |members: [&str; 2]| json!({"oneOf": [{"type": members[0]}, {"type": members[1]}]});
    let found = of_schemas(
        &one_of(["string", "integer"]),
        &one_of(["integer", "string"]),
    );
    assert_eq!(
        found,
        [
            ("request-body-one-of-reordered".to_owned(), Warn),
            ("response-body-one-of-reordered".to_owned(), Warn)
        ]
    );
    let parameter = |name: &str, required: bool| {
        let schema = json!({"type": "string"});
        json!({"name": name, "in": "query", "required": required, "schema": schema})
    };
    let ordered = |servers: [&str; 2], names: [&str; 2], required: bool, security: [&str; 2]| {
        let mut api = api(&json!({}), &json!({}));
        api["servers"] = servers.map(|url| json!({"url": url})).to_vec().into();
        api["security"] = security.map(|name| json!({name: []})).to_vec().into();
        api["paths"]["/a"]["post"]["parameters"] =
            names.map(|name| parameter(name, required)).to_vec().into();
        api
    };
    let (one, two) = (
        ["https://one", "https://two"],
        ["https://two", "https://one"],
    );
    let base = ordered(one, ["a", "b"], false, ["k", "l"]);
    for (revision, id, level) in [
        (
            ordered(two, ["a", "b"], false, ["k", "l"]),
            "servers-reordered",
            Warn,
        ),
        (
            ordered(one, ["b", "a"], false, ["k", "l"]),
            "request-parameters-reordered",
            Info,
        ),
        (
            ordered(one, ["a", "b"], false, ["l", "k"]),
            "api-security-reordered",
            Info,
        ),
    ] {
        let findings = between(&base, &revision);
        let found: Vec<_> = findings
            .iter()
            .map(|it| (it.id.as_str(), it.level))
            .collect();
        assert_eq!(found, [(id, level)]);
    }
    let base = ordered(one, ["a", "b"], true, ["k", "l"]);
    let findings = between(&base, &ordered(one, ["b", "a"], true, ["k", "l"]));
    assert_eq!(findings[0].id, "request-required-parameters-reordered");
    assert_eq!(findings[0].level, Warn);
}

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
fn an_unknown_keyword_is_a_warning_wherever_it_is() {
    let schemas = |more: Value| json!({"Unused": {"type": "object", "unknown": more}});
    let at = |more: Value| json!({"type": "object", "properties": {"id": {"type": "string", "readOnly": true, "unknown": more}}});
    for (base, revision) in [
        (
            api(&at(json!(1)), &json!({})),
            api(&at(json!(2)), &json!({})),
        ),
        (
            api(&json!({}), &schemas(json!(1))),
            api(&json!({}), &schemas(json!(2))),
        ),
    ] {
        let findings = between(&base, &revision);
        let worst = findings.iter().map(|it| it.level).max();
        assert_eq!(worst, Some(Warn), "{findings:#?}");
    }
}

#[test]
fn a_finding_keeps_the_highest_of_its_levels_and_names_who_feels_it() {
    let x = json!({"$ref": "#/components/schemas/X"});
    // The same schema is met first where nobody sends it, and then where everybody does.
    let at = json!({"type": "object", "properties": {
        "first": {"allOf": [{"not": x}]}, "read": {"readOnly": true, "allOf": [x]}, "sent": x}});
    let schemas = |length: u32| json!({"X": {"type": "string", "minLength": length}});
    let api = |length: u32| {
        let mut api = api(&at, &schemas(length));
        api["paths"]["/b"] = api["paths"]["/a"].clone();
        api
    };
    let findings = between(&api(1), &api(2));
    let found = findings
        .iter()
        .find(|it| it.id == "request-property-min-length-increased");
    let found = found.expect("the finding");
    assert_eq!(found.level, Err, "{findings:#?}");
    assert_eq!(found.operations, ["POST /a", "POST /b"]);
    assert_eq!(found.operation.as_deref(), Some("POST /a"));
    let text = bigcommerce_drift::Format::Text.write(&findings, Info);
    assert!(
        text.contains("felt by 2 operations: POST /a, POST /b"),
        "{text}"
    );
}

#[test]
fn what_is_spelled_out_or_in_force_either_way_is_no_change() {
    let parameter = |more: Value| {
        let mut parameter = json!({"name": "q", "in": "query", "schema": {"type": "array"}});
        parameter
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        let mut api = api(&json!({}), &json!({}));
        api["paths"]["/a"]["post"]["parameters"] = json!([parameter]);
        api
    };
    let plain = parameter(json!({}));
    let spelled = parameter(json!({"style": "form", "explode": true, "required": false,
        "allowEmptyValue": false, "allowReserved": false, "deprecated": false}));
    let with_security = |at: &str, schemes: Value| {
        let mut api = plain.clone();
        *api.pointer_mut(at).expect("a place") = {
            let mut value = api.pointer(at).expect("a place").clone();
            value["security"] = schemes;
            value
        };
        api
    };
    let global = with_security("", json!([{"key": []}]));
    let own = with_security("/paths/~1a/post", json!([{"key": []}]));
    let mut both = global.clone();
    both["paths"]["/a"]["post"]["security"] = json!([{"key": []}]);
    for (base, revision) in [
        (&plain, &spelled),
        (&global, &own),
        (&global, &both),
        (&own, &both),
    ] {
        for (base, revision) in [(base, revision), (revision, base)] {
            let findings = between(base, revision);
            assert!(!findings.is_empty());
            assert!(findings.iter().all(|it| it.level == Info), "{findings:#?}");
        }
    }
}

#[test]
fn an_unrelated_object_with_a_property_of_the_same_name_is_no_move() {
    let base = json!({"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}});
    let revision = json!({"type": "object", "properties": {"id": {"type": "string"},
        "owner": {"type": "object", "properties": {"name": {"type": "string"}, "mail": {"type": "string"}}}}});
    let found = of_schemas(&base, &revision);
    assert!(
        !found.iter().any(|(id, _)| id.contains("wrapped")),
        "{found:?}"
    );
    assert!(
        has(&found, "response-optional-property-removed", Warn),
        "{found:?}"
    );
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
fn levels_are_those_of_who_keeps_a_client() {
    let object = |properties: Value, more: Value| {
        let mut object = json!({"type": "object", "properties": properties});
        object
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        object
    };
    let id = |more: Value| object(json!({"id": more}), json!({"required": ["id"]}));
    let closed = json!({"additionalProperties": false});
    for (base, revision, rule, level) in [
        (
            id(json!({"type": "string", "readOnly": true})),
            id(json!({"type": "string"})),
            "request-required-property-became-not-read-only",
            Err,
        ),
        (
            object(json!({"a": {}, "b": {}}), closed.clone()),
            object(json!({"b": {}}), closed),
            "request-property-removed-from-closed-object",
            Err,
        ),
        (
            id(json!({"type": "string", "default": "a"})),
            id(json!({"type": "string", "default": "b"})),
            "request-property-default-value-changed",
            Warn,
        ),
        (
            id(json!({"type": "string"})),
            id(json!({"type": "string", "pattern": "^a"})),
            "request-property-pattern-added",
            Err,
        ),
        (
            id(json!({"type": "string"})),
            id(json!({"type": "string", "maxLength": 3})),
            "request-property-max-length-set",
            Err,
        ),
        (
            id(json!({"type": "integer", "format": "int32"})),
            id(json!({"type": "integer", "format": "int64"})),
            "response-property-format-generalized",
            Err,
        ),
    ] {
        let found = of_schemas(&base, &revision);
        assert!(has(&found, rule, level), "{base} → {revision}: {found:?}");
    }
}

#[test]
fn what_goes_with_or_without_a_warning_is_told_apart() {
    let with = |at: &str, key: &str, value: Value| {
        let mut api = api(&json!({}), &json!({}));
        let object = api
            .pointer_mut(at)
            .and_then(Value::as_object_mut)
            .expect("an object");
        object.insert(key.to_owned(), value);
        api
    };
    let plain = api(&json!({}), &json!({}));
    let mut bodiless = plain.clone();
    let operation = bodiless["paths"]["/a"]["post"]
        .as_object_mut()
        .expect("an operation");
    operation.shift_remove("requestBody");
    let operation = "/paths/~1a/post";
    let parameter = |deprecated: bool| json!([{"name": "q", "in": "query", "deprecated": deprecated, "schema": {}}]);
    for (base, revision, rule, level) in [
        (plain.clone(), bodiless, "request-body-removed", Err),
        (
            plain.clone(),
            with(
                "/paths/~1a/post/responses",
                "202",
                json!({"description": "-"}),
            ),
            "response-success-status-added",
            Err,
        ),
        (
            with(operation, "parameters", parameter(false)),
            plain.clone(),
            "request-parameter-removed-without-deprecation",
            Warn,
        ),
        (
            with(operation, "parameters", parameter(true)),
            plain,
            "request-parameter-removed-with-deprecation",
            Info,
        ),
    ] {
        let findings = between(&base, &revision);
        let found = findings.iter().find(|it| it.id == rule);
        assert_eq!(
            found.map(|it| it.level),
            Some(level),
            "{rule} in {findings:#?}"
        );
    }
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
