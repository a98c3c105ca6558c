//! Creating a payment access token for an order.

use serde_json::json;

use crate::{
    endpoints::{
        checks,
        context::{Answer, RequestContext},
        payable,
    },
    state::{definition::Scope, lock},
    wire::{
        fields::{Fields, Object},
        problem::Problem,
    },
};

pub(super) fn create(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let call = context.call;
    checks::api(&call.headers, context.store, &[Scope::CreateAccessTokens])?;
    checks::json_body(&call.headers)?;
    let order_id = requested_order(&call.body)?;
    context.is_about(order_id);
    let token = make(context, order_id)?;
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

fn make(context: &RequestContext<'_>, order_id: u64) -> Result<String, Problem> {
    let mut data = lock(&context.store.data);
    let order = data
        .orders
        .get_mut(&order_id)
        .ok_or_else(RequestContext::order_not_found)?;
    if order.refuses_access_tokens {
        return Err(Problem::coded(30100));
    }
    if payable::refusal(order, context.shared).is_some() {
        return Err(Problem::coded(30101)
            .with_status(409)
            .with_detail("the order must be Incomplete (0), or partly paid, and made by an API"));
    }
    let issuer = &context.shared.issuer;
    issuer
        .make(
            context.store,
            order,
            context.shared.forms().claims,
            context.now,
        )
        .ok_or_else(|| Problem::coded(30100))
}
