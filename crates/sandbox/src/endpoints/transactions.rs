//! The transactions of an order.

use serde_json::{Map, Value, json};

use super::{
    checks,
    context::{Answer, RequestContext},
    query,
};
use crate::{
    state::{
        definition::Scope,
        lock, money,
        order::{Order, Transaction},
    },
    wire::{fields::Fields, problem::Problem},
};

/// Transactions of a page, unless the query says otherwise.
const DEFAULT_LIMIT: usize = 50;

pub(super) fn list(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let scopes = [Scope::ReadTransactions, Scope::WriteTransactions];
    checks::api(&context.call.headers, context.store, &scopes)?;
    let data = lock(&context.store.data);
    let order = context
        .order_in_path(&data)
        .ok_or_else(RequestContext::order_not_found)?;
    let (page, limit) = page(&context.call.query)?;
    let total = order.transactions.len();
    if total == 0 {
        return Ok(Answer::empty(204));
    }
    let shown: Vec<Value> = order
        .transactions
        .iter()
        .skip((page - 1).saturating_mul(limit))
        .take(limit)
        .map(|transaction| transaction_json(order, transaction))
        .collect();
    let pagination = json!({
        "total": total,
        "count": shown.len(),
        "per_page": limit,
        "current_page": page,
        "total_pages": total.div_ceil(limit),
    });
    let body = json!({"data": shown, "meta": {"pagination": pagination}});
    Ok(Answer::json(200, &body))
}

/// The page that a query asks for, and how many transactions a page has.
fn page(query: &str) -> Result<(usize, usize), Problem> {
    let mut fields = Fields::default();
    let mut number = |name: &str, default| match query::parameter(query, name) {
        None => Some(default),
        Some(value) => {
            let value = value.parse().ok().filter(|&value| value > 0);
            if value.is_none() {
                fields.reject(name, "must be a positive integer");
            }
            value
        }
    };
    let found = number("page", 1).zip(number("limit", DEFAULT_LIMIT));
    fields.finish(found)
}

fn transaction_json(order: &Order, transaction: &Transaction) -> Value {
    let method = transaction.payment_method_id.as_str();
    let gateway = method
        .split_once('.')
        .map_or(method, |(gateway, _)| gateway);
    let mut json = Map::new();
    json.insert("id".into(), transaction.id.into());
    json.insert("order_id".into(), order.id.to_string().into());
    json.insert("event".into(), transaction.event.into());
    json.insert("method".into(), transaction.instrument_type.into());
    json.insert(
        "amount".into(),
        money::to_number(transaction.amount, &order.currency),
    );
    json.insert("currency".into(), order.currency.as_str().into());
    json.insert("gateway".into(), gateway.into());
    json.insert(
        "gateway_transaction_id".into(),
        transaction.gateway_transaction_id.to_string().into(),
    );
    json.insert(
        "status".into(),
        if transaction.succeeded { "ok" } else { "error" }.into(),
    );
    json.insert("test".into(), true.into());
    json.insert("payment_method_id".into(), method.into());
    if let Some(token) = &transaction.instrument_token {
        json.insert("payment_instrument_token".into(), token.as_str().into());
    }
    json.insert("date_created".into(), transaction.created.rfc3339().into());
    Value::Object(json)
}
