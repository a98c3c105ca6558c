//! Creating a payment access token for an order.

use serde_json::json;

use super::{Answer, Case, checks};
use crate::state::definition::Scope;
use crate::state::lock;
use crate::wire::fields::{Fields, Object};
use crate::wire::problem::Problem;

pub(super) fn create(case: &Case<'_>) -> Result<Answer, Problem> {
    let call = case.call;
    checks::api(&call.headers, case.store, &[Scope::CreateAccessTokens])?;
    checks::json_body(&call.headers)?;
    let token = make(case, requested_order(&call.body)?)?;
    Ok(Answer::json(
        201,
        &json!({"data": {"id": token}, "meta": {}}),
    ))
}

/// The order id of a request body, where it has one.
pub(super) fn requested_order(body: &[u8]) -> Result<u64, Problem> {
    let body = Fields::parse_body(body)?;
    let mut fields = Fields::default();
    let id = fields
        .object(&Object::root(&body), "order")
        .and_then(|order| {
            fields.optional(&order, "is_recurring", Fields::boolean);
            let id = fields.integer(&order, "id")?;
            if id < 1 {
                fields.reject("order.id", "must be at least 1");
            }
            u64::try_from(id).ok()
        });
    fields.finish(id)
}

fn make(case: &Case<'_>, order_id: u64) -> Result<String, Problem> {
    let mut books = lock(&case.store.books);
    let order = books
        .orders
        .get_mut(&order_id)
        .ok_or_else(Case::order_not_found)?;
    if order.refuses_access_tokens {
        return Err(Problem::coded(30100));
    }
    let again = case.world.pays_orders_again && order.is_paid();
    if !order.is_payable() && !again {
        return Err(Problem::coded(30101)
            .with_status(409)
            .with_detail("the order must be Incomplete (0) and made by an API"));
    }
    let mint = &case.world.mint;
    mint.make(case.store, order, case.world.forms().claims, case.now)
        .ok_or_else(|| Problem::coded(30100))
}
