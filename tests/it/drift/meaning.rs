//! What documents mean, however they are spelled: what must not go unseen, and what is no change.

use bigcommerce_drift::Level;
use serde_json::{Value, json};

use super::apis::{X, api, between, has, of_schemas, worst};
use Level::{Err, Info, Warn};

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
