//! What the admin port's endpoints do.

use std::time::Duration;

use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{context::Admin, view};
use crate::{
    control::{self, AddStoreError, ControlError, TestStore},
    error::InjectError,
    faults::{FaultId, FaultRule},
    gateway::cards::TEST_CARDS,
    testdata::TEST_DATA,
    wire::forms::WireForms,
};

/// Orders that one call may make.
const MOST_ORDERS_AT_ONCE: u32 = 1_000_000;

/// An error of the admin port: a status and a sentence.
pub(super) struct AdminError(StatusCode, String);

type Answer = Result<Json<Value>, AdminError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerQuery {
    store_hash: Option<String>,
    order_id: Option<u64>,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PayableOrders {
    count: u32,
    total: String,
    #[serde(default)]
    customer_id: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settle {
    succeeds: bool,
}

pub(super) async fn state(State(admin): State<Admin>) -> Json<Value> {
    Json(view::state(&admin))
}

pub(super) async fn ledger(
    State(admin): State<Admin>,
    query: Result<Query<LedgerQuery>, QueryRejection>,
) -> Answer {
    let Query(query) = query?;
    Ok(Json(view::ledger(
        &admin.shared,
        query.store_hash.as_deref(),
        query.order_id,
    )))
}

pub(super) async fn requests(State(admin): State<Admin>) -> Json<Value> {
    Json(view::requests(&admin.shared))
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

/// Makes Incomplete orders with a payment access token each, for load tests.
pub(super) async fn create_payable_orders(
    State(admin): State<Admin>,
    hash: Result<Path<String>, PathRejection>,
    orders: Result<Json<PayableOrders>, JsonRejection>,
) -> Answer {
    let (Path(hash), Json(orders)) = (hash?, orders?);
    let store = find_store(&admin, &hash)?;
    if orders.count > MOST_ORDERS_AT_ONCE {
        let message = format!("`count` is at most {MOST_ORDERS_AT_ONCE}");
        return Err(AdminError(StatusCode::UNPROCESSABLE_ENTITY, message));
    }
    let made = (0..orders.count).map(|_| {
        let order_id = store.create_order_for(orders.customer_id, &orders.total)?;
        let pat = store.issue_pat(order_id)?;
        Ok(json!({"order_id": order_id, "payment_access_token": pat}))
    });
    let made: Result<Vec<Value>, ControlError> = made.collect();
    Ok(Json(Value::Array(made?)))
}

pub(super) async fn settle_pending(
    State(admin): State<Admin>,
    path: Result<Path<(String, u64)>, PathRejection>,
    settle: Result<Json<Settle>, JsonRejection>,
) -> Result<StatusCode, AdminError> {
    let (Path((hash, order_id)), Json(settle)) = (path?, settle?);
    find_store(&admin, &hash)?.settle_pending(order_id, settle.succeeds)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn not_found() -> AdminError {
    AdminError::not_found("the admin port has no such path; see the README for the list".to_owned())
}

fn find_store(admin: &Admin, hash: &str) -> Result<TestStore, AdminError> {
    TestStore::find(&admin.shared, hash)
        .ok_or_else(|| AdminError::not_found(format!("the sandbox has no store `{hash}`")))
}

impl AdminError {
    fn not_found(message: String) -> Self {
        Self(StatusCode::NOT_FOUND, message)
    }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<JsonRejection> for AdminError {
    fn from(rejection: JsonRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for AdminError {
    fn from(rejection: PathRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for AdminError {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<InjectError> for AdminError {
    fn from(error: InjectError) -> Self {
        let status = match error {
            InjectError::Rule(_) => StatusCode::UNPROCESSABLE_ENTITY,
            InjectError::Listen(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

impl From<ControlError> for AdminError {
    fn from(error: ControlError) -> Self {
        let status = match error {
            ControlError::Amount(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ControlError::UnknownCustomer(_) | ControlError::UnknownOrder(_) => {
                StatusCode::NOT_FOUND
            }
            ControlError::NotPending(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

impl From<AddStoreError> for AdminError {
    fn from(error: AddStoreError) -> Self {
        let status = match error {
            AddStoreError::HashTaken(_) => StatusCode::CONFLICT,
            AddStoreError::Hash(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}
