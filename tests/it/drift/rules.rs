//! One change, and what a client feels of it.

use bigcommerce_drift::{Level, diff};
use bigcommerce_spec::Document;
use serde_json::json;

use super::document;
use Level::{Err, Info, Warn};

const PETSTORE: &str = include_str!("petstore.yml");

/// Rules, with the level that they have.
type Expected = &'static [(&'static str, Level)];

/// What to replace by what, and the findings that matter most, as rule and level.
const CHANGES: &[(&str, &str, Expected)] = &[
    (
        "required: [id]",
        "required: [id, name]",
        &[
            ("request-property-became-required", Err),
            ("response-property-became-required", Info),
        ],
    ),
    (
        "required: [id]",
        "required: []",
        &[
            // Nobody sends what is read-only.
            ("request-property-became-optional", Info),
            ("response-property-became-optional", Err),
        ],
    ),
    (
        "enum: [cat, dog]",
        "enum: [cat, dog, cow]",
        &[
            ("request-property-enum-value-added", Info),
            ("response-property-enum-value-added", Err),
        ],
    ),
    (
        "enum: [cat, dog]",
        "enum: [cat]",
        &[
            ("request-property-enum-value-removed", Err),
            ("response-property-enum-value-removed", Info),
        ],
    ),
    (
        "maxLength: 10",
        "maxLength: 20",
        &[
            ("request-property-max-length-increased", Info),
            ("response-property-max-length-increased", Err),
        ],
    ),
    (
        "maximum: 9",
        "maximum: 8",
        &[
            ("request-property-max-decreased", Info),
            ("response-property-max-decreased", Info),
        ],
    ),
    (
        "            - {type: object, title: Tree, properties: {height: {type: number}}}\n",
        "",
        &[
            ("request-property-one-of-removed", Err),
            ("response-property-one-of-removed", Info),
        ],
    ),
    (
        "height: {type: number}",
        "height: {type: integer}",
        &[
            ("request-property-type-specialized", Err),
            ("response-property-type-specialized", Info),
        ],
    ),
    (
        "petId",
        "id",
        &[
            ("path-parameter-renamed", Info),
            ("path-parameter-renamed", Info),
        ],
    ),
    (
        "  /pets/{petId}:",
        "  /animals/{petId}:",
        &[
            ("api-path-removed-without-deprecation", Err),
            ("endpoint-added", Info),
        ],
    ),
    (
        "in: query, schema",
        "in: query, required: true, schema",
        &[("request-parameter-became-required", Err)],
    ),
    (
        "X-Left: {required: true,",
        "X-Left: {",
        &[("response-header-became-optional", Err)],
    ),
    (
        "        '200':\n          description: The pet",
        "        2XX:\n          description: The pet",
        &[
            ("response-success-status-generalized", Warn),
            ("response-success-status-generalized", Warn),
        ],
    ),
    (
        "        '404'",
        "        '410'",
        &[
            ("response-non-success-status-added", Info),
            ("response-non-success-status-removed", Info),
        ],
    ),
    (
        "food: {type: string, enum: [hay]}",
        "food: {type: string, enum: [hay, corn]}",
        &[
            // In a callback the client is the one that receives.
            ("response-property-enum-value-added", Err),
        ],
    ),
    (
        "security: [{key: []}]",
        "security: []",
        &[("api-global-security-became-optional", Info)],
    ),
    (
        "security: [{key: []}]",
        "security: [{key: [admin]}]",
        &[("api-global-security-scope-added", Err)],
    ),
    (
        "name: X-Key",
        "name: X-Token",
        &[("api-security-component-name-changed", Err)],
    ),
    (
        "https://api.example.com",
        "https://api.example.org",
        &[("server-url-changed", Err)],
    ),
    (
        "    Unused: {type: string}",
        "    Unused: {type: integer}",
        &[("unused-component-changed", Info)],
    ),
    (
        "title: Pets",
        "title: Pets, colour: red",
        &[("unclassified", Warn)],
    ),
    (
        "operationId: putPet",
        "operationId: updatePet",
        &[("api-operation-id-changed", Warn)],
    ),
];

fn pets(text: &str) -> Document {
    Document::parse("petstore.yml", text).expect("a document")
}

#[test]
fn each_change_is_found_by_its_rule() {
    let base = pets(PETSTORE);
    for (from, to, expected) in CHANGES {
        assert!(PETSTORE.contains(from), "{from}");
        let findings = diff(&base, &pets(&PETSTORE.replace(from, to)));
        let mut found: Vec<_> = findings
            .iter()
            .map(|it| (it.id.as_str(), it.level))
            .collect();
        found.sort_unstable();
        found.retain(|(id, _)| *id != "reference-changed");
        assert_eq!(found, *expected, "{from:?} → {to:?}");
    }
}

#[test]
fn chains_and_circles_of_references_end() {
    let mut schemas = serde_json::Map::new();
    for n in 0..20_000 {
        let next = json!({"$ref": format!("#/components/schemas/S{}", n + 1)});
        schemas.insert(format!("S{n}"), json!({"properties": {"next": next}}));
    }
    schemas.insert("S20000".into(), json!({"type": "string"}));
    schemas.insert(
        "Circle".into(),
        json!({"$ref": "#/components/schemas/Circle"}),
    );
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}});
    let operation = json!({"requestBody": {"content": content}, "responses": {"200": {"$ref": "#/components/schemas/Circle"}}});
    let api = json!({"openapi": "3.0.0", "paths": {"/a": {"post": operation}}, "components": {"schemas": schemas}});
    let base = document("base.json", &api);
    assert_eq!(diff(&base, &base), []);

    let mut changed = api;
    changed["components"]["schemas"]["S20000"]["type"] = json!("integer");
    let findings = diff(&base, &document("revision.json", &changed));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].id, "request-property-type-changed");
    assert_eq!(findings[0].path, "/components/schemas/S20000/type");
}
