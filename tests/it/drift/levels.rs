//! How much each change matters, seen from who keeps a client.

use bigcommerce_drift::Level;
use serde_json::{Value, json};

use super::apis::{api, between, has, of_schemas};
use Level::{Err, Info, Warn};

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
