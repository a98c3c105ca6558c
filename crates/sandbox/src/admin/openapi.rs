//! The effective `OpenAPI` documents of both hosts, pointed at this sandbox.

use axum::{Json, extract::State, http::header::CONTENT_TYPE, response::IntoResponse};
use serde_json::{Value, json};

use crate::admin::context::Admin;

const TOKENS: &str = include_str!("../../openapi/tokens.json");
const ORDERS: &str = include_str!("../../openapi/orders.json");
const ADMIN: &str = include_str!("../../openapi/admin.json");
const PROCESSING: &str = include_str!("../../openapi/processing.json");

pub(super) async fn tokens(State(admin): State<Admin>) -> Json<Value> {
    let server = format!("{}/stores/{{store_hash}}/v3", admin.api_url);
    Json(document(TOKENS, &server, &admin.store_hash))
}

pub(super) async fn processing(State(admin): State<Admin>) -> Json<Value> {
    let server = format!("{}/stores/{{store_hash}}", admin.payments_url);
    Json(document(PROCESSING, &server, &admin.store_hash))
}

/// The document of V2 orders, which is the sandbox's own: upstream's two have none of it.
pub(super) async fn orders(State(admin): State<Admin>) -> Json<Value> {
    let server = format!("{}/stores/{{store_hash}}/v2", admin.api_url);
    Json(document(ORDERS, &server, &admin.store_hash))
}

/// The document of the admin port itself.
pub(super) async fn admin() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], ADMIN)
}

/// A document whose server is this sandbox, so that tools call it and not the service.
fn document(text: &str, server: &str, store_hash: &str) -> Value {
    let mut document: Value = serde_json::from_str(text).expect("the committed document is JSON");
    document["servers"] = json!([{
        "url": server,
        "description": "The sandbox",
        "variables": {"store_hash": {"default": store_hash}},
    }]);
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_point_at_the_sandbox() {
        for text in [TOKENS, PROCESSING, ORDERS] {
            let document = document(text, "http://127.0.0.1:1/stores/{store_hash}", "abc");
            assert_eq!(document["servers"].as_array().unwrap().len(), 1);
            assert!(!document["paths"].as_object().unwrap().is_empty());
        }
    }
}
