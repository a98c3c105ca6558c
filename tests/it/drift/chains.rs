//! Documents in which every kind of component is reached through a chain of references.

use serde_json::{Map, Value, json};

/// The kinds of components, each reached by an operation or by another component.
pub(super) const KINDS: [&str; 9] = [
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "links",
    "callbacks",
    "securitySchemes",
];

/// Where a chain ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Definition,
    Circle,
    Nowhere,
    OtherFile,
}

/// How many references follow each other, and where the last one leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    pub(super) hops: usize,
    pub(super) end: End,
}

/// A document with a chain for each of the kinds.
pub(super) fn document_of(chains: [Chain; KINDS.len()]) -> Value {
    let components: Map<_, _> = KINDS
        .into_iter()
        .zip(chains)
        .map(|(kind, chain)| (kind.to_owned(), section(kind, chain)))
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Chains", "version": "1"},
        "security": [{"securitySchemes0": []}],
        "paths": {"/a/{id}": {
            "parameters": [first("parameters")],
            "post": {
                "requestBody": first("requestBodies"),
                "responses": {"200": first("responses")},
                "callbacks": {"done": first("callbacks")},
            },
        }},
        "components": components,
    })
}

/// Chains of three references that end in definitions.
pub(super) fn usual() -> Value {
    let chain = Chain {
        hops: 3,
        end: End::Definition,
    };
    document_of([chain; KINDS.len()])
}

fn section(kind: &str, chain: Chain) -> Value {
    let hop = |number: usize| {
        let next = match chain.end {
            End::Circle if number + 1 == chain.hops => reference(kind, 0),
            End::Nowhere if number + 1 == chain.hops => json!("#/components/none"),
            End::OtherFile if number + 1 == chain.hops => json!("other.yml#/a"),
            _ => reference(kind, number + 1),
        };
        // What stands beside a reference has no meaning, and is compared all the same.
        let beside = format!("hop {number}");
        let hop = json!({"$ref": next, "description": beside, "nullable": true, "x-hop": number});
        (format!("{kind}{number}"), hop)
    };
    let mut section: Map<_, _> = (0..chain.hops).map(hop).collect();
    if matches!(chain.end, End::Definition) || chain.hops == 0 {
        section.insert(format!("{kind}{}", chain.hops), definition(kind));
    }
    section.into()
}

fn definition(kind: &str) -> Value {
    let text = json!({"type": "string", "maxLength": 9});
    let content = json!({"application/json": {
        "schema": first("schemas"), "examples": {"one": first("examples")}}});
    match kind {
        // Members of `allOf` that say something of the same property.
        "schemas" => json!({"allOf": [
            {"type": "object", "required": ["id"], "description": "outer",
             "properties": {"id": {"type": "string", "description": "first", "enum": ["a", "b"]}}},
            {"description": "inner", "properties": {
                "id": {"description": "second", "default": "a", "enum": ["a", "b", "c"]},
                "next": first("schemas")}},
        ]}),
        "responses" => json!({"description": "All", "headers": {"X-Left": first("headers")},
            "content": content, "links": {"more": first("links")}}),
        "parameters" => json!({"name": "id", "in": "path", "required": true, "schema": text}),
        "examples" => json!({"summary": "One", "value": {"id": "a"}}),
        "requestBodies" => json!({"required": true, "content": content}),
        "headers" => json!({"required": true, "schema": text}),
        "links" => {
            json!({"operationRef": "#/paths/~1a~1{id}/post", "parameters": {"id": "$request.path.id"}})
        }
        "callbacks" => json!({"{$request.body#/url}": {"post": {
            "requestBody": first("requestBodies"), "responses": {"200": first("responses")}}}}),
        _ => json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
    }
}

fn first(kind: &str) -> Value {
    json!({"$ref": reference(kind, 0)})
}

fn reference(kind: &str, number: usize) -> Value {
    format!("#/components/{kind}/{kind}{number}").into()
}
