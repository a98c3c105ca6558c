//! What the admin port does to stores and their orders.

use axum::{
    Json,
    extract::{
        Path, State,
        rejection::{JsonRejection, PathRejection, StringRejection},
    },
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin::{
        context::Admin,
        error::{AdminError, Answer},
        view,
    },
    control::TestStore,
    state::error::ControlError,
};

/// Orders that one call may make.
const MOST_ORDERS_AT_ONCE: u32 = 1_000_000;

type OrderPath = Result<Path<(String, u64)>, PathRejection>;

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

/// Which transaction a change is for; without one, the last that will do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[serde(default)]
    transaction_id: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refund {
    #[serde(default)]
    transaction_id: Option<u64>,
    /// In major units; without it, all that is left.
    #[serde(default)]
    amount: Option<String>,
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

/// All that is known of an order.
pub(super) async fn timeline(State(admin): State<Admin>, path: OrderPath) -> Answer {
    let Path((hash, order_id)) = path?;
    let store = admin.shared.store(&hash);
    let store = store.ok_or_else(|| unknown_store(&hash))?;
    let timeline = view::timeline(&admin.shared, &store, order_id);
    Ok(Json(timeline.ok_or(ControlError::UnknownOrder(order_id))?))
}

pub(super) async fn capture(
    State(admin): State<Admin>,
    path: OrderPath,
    change: Result<Json<Change>, JsonRejection>,
) -> Answer {
    let (store, order_id) = find_order(&admin, path)?;
    let Json(change) = change?;
    made(store.capture(order_id, change.transaction_id))
}

pub(super) async fn void(
    State(admin): State<Admin>,
    path: OrderPath,
    change: Result<Json<Change>, JsonRejection>,
) -> Answer {
    let (store, order_id) = find_order(&admin, path)?;
    let Json(change) = change?;
    made(store.void(order_id, change.transaction_id))
}

pub(super) async fn refund(
    State(admin): State<Admin>,
    path: OrderPath,
    refund: Result<Json<Refund>, JsonRejection>,
) -> Answer {
    let (store, order_id) = find_order(&admin, path)?;
    let Json(refund) = refund?;
    let amount = refund.amount.as_deref();
    made(store.refund(order_id, refund.transaction_id, amount))
}

/// Serves the body as the order's transactions, whatever it is.
pub(super) async fn serve_transactions(
    State(admin): State<Admin>,
    path: OrderPath,
    body: Result<String, StringRejection>,
) -> Result<StatusCode, AdminError> {
    let (store, order_id) = find_order(&admin, path)?;
    store.serve_transactions(order_id, vec![body?])?;
    Ok(StatusCode::NO_CONTENT)
}

/// Serves the body after the order's own transactions.
pub(super) async fn add_raw_transaction(
    State(admin): State<Admin>,
    path: OrderPath,
    body: Result<String, StringRejection>,
) -> Result<StatusCode, AdminError> {
    let (store, order_id) = find_order(&admin, path)?;
    store.add_raw_transaction(order_id, &body?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Serves the order's own transactions again, and nothing else.
pub(super) async fn serve_own_transactions(
    State(admin): State<Admin>,
    path: OrderPath,
) -> Result<StatusCode, AdminError> {
    let (store, order_id) = find_order(&admin, path)?;
    store.serve_transactions(order_id, Vec::new())?;
    Ok(StatusCode::NO_CONTENT)
}

/// Serves the body as the accepted payment methods, whatever it is.
pub(super) async fn serve_methods(
    State(admin): State<Admin>,
    hash: Result<Path<String>, PathRejection>,
    body: Result<String, StringRejection>,
) -> Result<StatusCode, AdminError> {
    let Path(hash) = hash?;
    find_store(&admin, &hash)?.serve_methods(Some(body?));
    Ok(StatusCode::NO_CONTENT)
}

/// Serves the store's own payment methods again.
pub(super) async fn serve_own_methods(
    State(admin): State<Admin>,
    hash: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, AdminError> {
    let Path(hash) = hash?;
    find_store(&admin, &hash)?.serve_methods(None);
    Ok(StatusCode::NO_CONTENT)
}

/// The id of the transaction that a change made.
fn made(transaction: Result<u64, ControlError>) -> Answer {
    Ok(Json(json!({"transaction_id": transaction?})))
}

fn find_order(admin: &Admin, path: OrderPath) -> Result<(TestStore, u64), AdminError> {
    let Path((hash, order_id)) = path?;
    Ok((find_store(admin, &hash)?, order_id))
}

fn find_store(admin: &Admin, hash: &str) -> Result<TestStore, AdminError> {
    TestStore::find(&admin.shared, hash).ok_or_else(|| unknown_store(hash))
}

fn unknown_store(hash: &str) -> AdminError {
    AdminError::not_found(format!("the sandbox has no store `{hash}`"))
}
