//! Alternatives, and which changes of them break nobody.

use bigcommerce_drift::Level;
use serde_json::{Value, json};

use super::apis::{has, of_schemas};
use Level::{Err, Info};

#[test]
fn the_only_alternative_that_gets_another_one_beside_it_is_widened() {
    let object = |alternatives: Value| {
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
               "anyOf": alternatives})
    };
    let one = object(json!([{"required": ["a"]}]));
    let two = object(json!([{"required": ["a"]}, {"required": ["b"]}]));
    let found = of_schemas(&one, &two);
    assert!(has(&found, "request-body-any-of-added", Info), "{found:?}");
    let found = of_schemas(&two, &one);
    assert!(has(&found, "request-body-any-of-removed", Err), "{found:?}");
    // What was required of all is required by one of them.
    let required = json!({"type": "object", "required": ["a"],
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let found = of_schemas(&required, &two);
    assert!(
        has(
            &found,
            "request-body-alternatives-introduced-as-before",
            Info
        ),
        "{found:?}"
    );
    assert!(
        !found
            .iter()
            .any(|(id, level)| id.starts_with("request") && *level == Err),
        "{found:?}"
    );
}

#[test]
fn an_alternative_that_was_allowed_before_can_be_read() {
    let open =
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let part = json!({"type": "object", "title": "Part", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let other =
        json!({"type": "object", "title": "Other", "properties": {"a": {"type": "integer"}}});
    let found = of_schemas(&open, &json!({"oneOf": [open, part]}));
    assert!(
        has(&found, "response-body-one-of-narrower-added", Info),
        "{found:?}"
    );
    assert!(
        has(&found, "request-body-one-of-narrower-added", Err),
        "{found:?}"
    );
    let found = of_schemas(&open, &json!({"anyOf": [open, part]}));
    assert!(
        has(&found, "response-body-any-of-narrower-added", Info),
        "{found:?}"
    );
    let found = of_schemas(&open, &json!({"anyOf": [open, other]}));
    assert!(has(&found, "response-body-any-of-added", Err), "{found:?}");
}

#[test]
fn a_property_that_each_alternative_has_is_not_gone() {
    let id = |more: Value| {
        let mut object =
            json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
        object["properties"]["kind"] = more;
        object
    };
    let base = id(json!({"type": "string"}));
    let alternatives = json!({"anyOf": [
        id(json!({"type": "string", "enum": ["a"]})), id(json!({"type": "string", "enum": ["b"]}))]});
    let inside = |member: &Value| json!({"type": "object", "properties": {"one": member}});
    let revision = json!({"type": "object", "properties": {"one": {"allOf": [alternatives]}}});
    let found = of_schemas(&inside(&base), &revision);
    assert!(
        !found.iter().any(|(id, _)| id.ends_with("property-removed")),
        "{found:?}"
    );
}

#[test]
fn what_is_split_by_its_kind_is_none_of_the_parts() {
    let shape = |kinds: &[&str], more: Value| {
        let kind = json!({"type": "string", "enum": kinds});
        json!({"type": "object", "required": ["kind"], "properties": {"kind": kind, "size": more}})
    };
    let base = shape(&["circle", "square"], json!({"type": "integer"}));
    let split = json!({"oneOf": [
        shape(&["circle"], json!({"type": "integer"})), shape(&["square"], json!({"type": "integer"}))]});
    let found = of_schemas(&base, &split);
    assert!(
        !has(&found, "request-property-enum-value-removed", Err),
        "{found:?}"
    );
    assert!(
        has(&found, "request-body-alternatives-introduced", Err),
        "{found:?}"
    );
}

#[test]
fn an_alternative_is_known_by_what_it_says_of_values() {
    let (x, y) = (
        json!({"$ref": "#/components/schemas/X"}),
        json!({"$ref": "#/components/schemas/Y"}),
    );
    // That others are allowed says nothing.
    let either = json!({"oneOf": [x, y], "additionalProperties": true});
    let found = of_schemas(&either, &x);
    assert!(
        has(&found, "response-body-one-of-removed", Info),
        "{found:?}"
    );
    // What has items is a list.
    let list = json!({"items": {"type": "string"}});
    let typed = json!({"type": "array", "items": {"type": "string"}});
    let found = of_schemas(
        &list,
        &json!({"anyOf": [typed, {"type": "string", "enum": [""]}]}),
    );
    assert!(has(&found, "request-body-any-of-added", Info), "{found:?}");
    // Nobody sends what an object does not list.
    let one = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let other =
        json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}});
    let found = of_schemas(&one, &json!({"oneOf": [one, other]}));
    assert!(has(&found, "request-body-one-of-added", Info), "{found:?}");
    assert!(
        has(&found, "response-body-one-of-narrower-added", Info),
        "{found:?}"
    );
}

#[test]
fn an_object_that_says_that_it_has_other_properties_is_sent_with_them() {
    let mut id = json!({"type": "object", "title": "Id", "properties": {"id": {"type": "string"}}});
    let kind =
        json!({"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}});
    for (others, is_sent) in [
        (json!(null), false),
        (json!(false), false),
        (json!(true), true),
        (json!({}), true),
        (json!({"type": "string"}), true),
    ] {
        if !others.is_null() {
            id["additionalProperties"] = others.clone();
        }
        let found = of_schemas(&id, &json!({"oneOf": [id, kind]}));
        let refused = ["overlapping", "narrower"].iter().any(|how| {
            let rule = format!("request-body-one-of-{how}-added");
            has(&found, &rule, Err)
        });
        assert_eq!(refused, is_sent, "{others}: {found:?}");
    }
}

#[test]
fn an_alternative_allows_what_there_was_only_with_its_other_properties() {
    let of = |properties: Value, others: bool| json!({"type": "object", "properties": properties, "additionalProperties": others});
    let text = json!({"type": "string"});
    let a = json!({"type": "object", "properties": {"a": text}});
    let with_b = json!({"type": "object", "properties": {"a": text, "b": {"type": "integer"}}});
    let with_c = json!({"type": "object", "properties": {"a": text, "c": text}});
    for (base, alternative, is_allowed) in [
        (&a, &a, true),
        (&a, &with_b, true),
        // Another property may be what the alternative lists as something else.
        (&of(json!({"a": text}), true), &a, true),
        (&of(json!({"a": text}), true), &with_b, false),
        // An alternative that has no others has none that was listed.
        (&a, &of(json!({"a": text}), false), true),
        (&with_c, &of(json!({"a": text}), false), false),
        (&with_c, &a, true),
    ] {
        // What stands beside the alternatives holds for each of them, so that none of them is
        // taken for the schema that there was.
        let other = json!({"type": "object", "required": ["d"]});
        let revision = json!({"type": "object", "minProperties": 0, "anyOf": [alternative, other]});
        let found = of_schemas(base, &revision);
        let (event, level) = if is_allowed {
            ("alternatives-introduced-as-before", Info)
        } else {
            ("alternatives-introduced", Err)
        };
        assert!(
            has(&found, &format!("request-body-{event}"), level),
            "{base} → {alternative}: {found:?}"
        );
    }
}
