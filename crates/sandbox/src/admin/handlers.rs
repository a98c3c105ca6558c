//! What the admin port's endpoints do.

use std::time::Duration;

use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin::{
        context::Admin,
        error::{AdminError, Answer},
        query::{LedgerQuery, OrdersQuery, RequestsQuery},
        view,
    },
    control,
    faults::{FaultId, FaultRule},
    gateway::cards::TEST_CARDS,
    testdata::TEST_DATA,
    wire::forms::WireForms,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStore {
    hash: String,
    access_token: String,
}

pub(super) async fn state(State(admin): State<Admin>) -> Json<Value> {
    Json(view::state(&admin))
}

/// Answers as long as the sandbox runs.
pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// What a first use needs, the token included.
pub(super) async fn first_use(State(admin): State<Admin>) -> Json<Value> {
    Json(json!(view::first_use(&admin)))
}

pub(super) async fn orders(
    State(admin): State<Admin>,
    query: Result<Query<OrdersQuery>, QueryRejection>,
) -> Answer {
    let Query(query) = query?;
    Ok(Json(view::orders(&admin.shared, &query)))
}

pub(super) async fn ledger(
    State(admin): State<Admin>,
    query: Result<Query<LedgerQuery>, QueryRejection>,
) -> Answer {
    let Query(query) = query?;
    Ok(Json(view::ledger(&admin.shared, &query)))
}

pub(super) async fn requests(
    State(admin): State<Admin>,
    query: Result<Query<RequestsQuery>, QueryRejection>,
) -> Answer {
    let Query(query) = query?;
    Ok(Json(view::requests(&admin.shared, &query)))
}

pub(super) async fn reset(State(admin): State<Admin>) -> Result<StatusCode, AdminError> {
    admin.hosts.clear_faults().await?;
    admin.shared.reset();
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn test_data() -> Json<Value> {
    Json(json!({"cards": TEST_CARDS, "errors": TEST_DATA}))
}

pub(super) async fn faults(State(admin): State<Admin>) -> Json<Value> {
    Json(json!(admin.shared.faults.list()))
}

pub(super) async fn inject_fault(
    State(admin): State<Admin>,
    rule: Result<Json<FaultRule>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), AdminError> {
    let Json(rule) = rule?;
    let id = admin.hosts.inject(rule).await?;
    Ok((StatusCode::CREATED, Json(json!({"id": id}))))
}

pub(super) async fn remove_fault(
    State(admin): State<Admin>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<StatusCode, AdminError> {
    let Path(id) = id?;
    if admin.hosts.remove_fault(FaultId(id)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(AdminError::not_found(format!("no fault {id} is in force")))
    }
}

pub(super) async fn clear_faults(State(admin): State<Admin>) -> Result<StatusCode, AdminError> {
    admin.hosts.clear_faults().await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn forms(State(admin): State<Admin>) -> Json<WireForms> {
    Json(admin.shared.forms())
}

pub(super) async fn set_forms(
    State(admin): State<Admin>,
    forms: Result<Json<WireForms>, JsonRejection>,
) -> Result<Json<WireForms>, AdminError> {
    let Json(forms) = forms?;
    admin.shared.set_forms(forms);
    Ok(Json(forms))
}

pub(super) async fn clock(State(admin): State<Admin>) -> Json<Value> {
    Json(view::clock(&admin.shared))
}

pub(super) async fn advance_clock(
    State(admin): State<Admin>,
    by: Result<Json<Advance>, JsonRejection>,
) -> Answer {
    let Json(Advance { seconds }) = by?;
    admin.shared.clock.advance(Duration::from_secs(seconds));
    Ok(Json(view::clock(&admin.shared)))
}

pub(super) async fn add_store(
    State(admin): State<Admin>,
    store: Result<Json<NewStore>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), AdminError> {
    let Json(store) = store?;
    let added = control::add_store(&admin.shared, &store.hash, &store.access_token)?;
    Ok((StatusCode::CREATED, Json(json!({"hash": added.hash()}))))
}

/// How many requests have yet to take effect.
pub(super) async fn landings(State(admin): State<Admin>) -> Json<Value> {
    Json(json!({"outstanding": admin.shared.landings.outstanding()}))
}

/// Lets every request take effect now that was to take effect later.
pub(super) async fn land_all(State(admin): State<Admin>) -> StatusCode {
    admin.shared.landings.land_all();
    StatusCode::NO_CONTENT
}

pub(super) async fn not_found() -> AdminError {
    AdminError::not_found("the admin port has no such path; see the README for the list".to_owned())
}

pub(super) async fn method_not_allowed() -> AdminError {
    let message = "the path does not take this method; see the README for the list";
    AdminError(StatusCode::METHOD_NOT_ALLOWED, message.to_owned())
}
