//! V2 orders: create and read.

use serde_json::{Value, json};

use super::{Answer, Case, checks};
use crate::chance::Purpose;
use crate::state::definition::Scope;
use crate::state::lock;
use crate::state::money;
use crate::state::order::{Order, status};
use crate::wire::order::NewOrderRequest;
use crate::wire::problem::Problem;

pub(super) fn create(case: &Case<'_>) -> Result<Answer, Problem> {
    let call = case.call;
    checks::api(&call.headers, case.store, &[Scope::WriteOrders])?;
    checks::json_body(&call.headers)?;
    let request = NewOrderRequest::parse(&call.body, &case.store.currency)?;
    let mut books = lock(&case.store.books);
    if request.customer_id != 0 && !books.customers.contains_key(&request.customer_id) {
        let field = (
            "customer_id".to_owned(),
            "is not a customer of the store".to_owned(),
        );
        return Err(Problem::fields(vec![field]).with_status(400));
    }
    let id = books.next_order_id();
    let checkout = case
        .world
        .chance
        .uuid(Purpose::CheckoutId, case.store.id, id);
    let total = request.stated_total.unwrap_or(request.line_items_total);
    let order = Order {
        status_id: request.status_id,
        customer_id: request.customer_id,
        line_items_total: request.line_items_total,
        billing_address: request.billing_address,
        products: request.products,
        ..Order::new(id, total, &case.store.currency, case.now, checkout)
    };
    let answer = Answer::json(201, &order_json(&order));
    books.orders.insert(id, order);
    Ok(answer)
}

pub(super) fn read(case: &Case<'_>) -> Result<Answer, Problem> {
    let scopes = [Scope::ReadOrders, Scope::WriteOrders];
    checks::api(&case.call.headers, case.store, &scopes)?;
    let books = lock(&case.store.books);
    let order = case.order_in_path(&books);
    let order = order.ok_or_else(|| Problem::http(404, "The requested resource was not found"))?;
    Ok(Answer::json(200, &order_json(order)))
}

/// The fields of a V2 order that matter to a payment; amounts are strings with four decimals.
fn order_json(order: &Order) -> Value {
    let amount = |minor| {
        let text = money::to_text(minor, &order.currency);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        format!("{whole}.{fraction:0<4}")
    };
    let last = order.transactions.iter().rev().find(|it| it.succeeded);
    json!({
        "id": order.id,
        "customer_id": order.customer_id,
        "date_created": order.created.rfc2822(),
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "subtotal_inc_tax": amount(order.line_items_total),
        "total_inc_tax": amount(order.total),
        "currency_code": order.currency,
        "order_source": if order.made_in_control_panel { "manual" } else { "external" },
        "cart_id": order.checkout_id.to_string(),
        "payment_method": last.map_or("", |it| it.payment_method_id.as_str()),
        "payment_provider_id": last.map(|it| it.gateway_transaction_id.to_string()),
        "payment_status": last.map_or("", |it| it.event),
        "billing_address": order.billing_address,
        "products": order.products,
    })
}
