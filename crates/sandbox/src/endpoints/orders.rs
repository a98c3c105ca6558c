//! V2 orders: create and read.

use serde_json::{Value, json};

use super::{
    checks,
    context::{Answer, RequestContext},
};
use crate::{
    state::{
        definition::Scope,
        lock, money,
        order::{Order, OrderDetails, status},
        store::Store,
    },
    wire::{order::NewOrderRequest, problem::Problem},
};

pub(super) fn create(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let call = context.call;
    checks::api(&call.headers, context.store, &[Scope::WriteOrders])?;
    checks::json_body(&call.headers)?;
    let request = NewOrderRequest::parse(&call.body, context.store.currency)?;
    let mut data = lock(&context.store.data);
    if request.customer_id != 0 && !data.customers.contains_key(&request.customer_id) {
        let field = (
            "customer_id".to_owned(),
            "is not a customer of the store".to_owned(),
        );
        return Err(Problem::fields(vec![field]).with_status(400));
    }
    let id = data.next_order_id();
    let total = request.stated_total.unwrap_or(request.line_items_total);
    let order = Order {
        status_id: request.status_id,
        customer_id: request.customer_id,
        expected_total: request.line_items_total,
        details: Some(Box::new(OrderDetails {
            billing_address: request.billing_address,
            products: request.products,
        })),
        ..Order::new(id, total, context.store.currency, context.now)
    };
    let answer = Answer::json(201, &order_json(context.store, &order));
    data.orders.insert(id, Box::new(order));
    Ok(answer)
}

pub(super) fn read(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let scopes = [Scope::ReadOrders, Scope::WriteOrders];
    checks::api(&context.call.headers, context.store, &scopes)?;
    let data = lock(&context.store.data);
    let order = context.order_in_path(&data);
    let order = order.ok_or_else(|| Problem::http(404, "The requested resource was not found"))?;
    Ok(Answer::json(200, &order_json(context.store, order)))
}

/// The fields of a V2 order that matter to a payment; amounts are strings with four decimals.
fn order_json(store: &Store, order: &Order) -> Value {
    let amount = |minor| {
        let text = money::to_text(minor, order.currency);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        format!("{whole}.{fraction:0<4}")
    };
    let details = order.details.as_deref().cloned().unwrap_or_default();
    let last = order.transactions.iter().rev().find(|it| it.succeeded);
    json!({
        "id": order.id,
        "customer_id": order.customer_id,
        "date_created": order.created.rfc2822(),
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "subtotal_inc_tax": amount(order.expected_total),
        "total_inc_tax": amount(order.total),
        "currency_code": order.currency.code(),
        "order_source": if order.made_in_control_panel { "manual" } else { "external" },
        "cart_id": store.checkout_id(order.id).to_string(),
        "payment_method": last.map_or("", |it| &*it.tender.payment_method_id),
        "payment_provider_id": last.map(|it| store.gateway_transaction_id(order.id, it).to_string()),
        "payment_status": payment_status(order),
        "billing_address": details.billing_address,
        "products": details.products,
    })
}

/// What the order's transactions come to, in the words of the V2 API.
fn payment_status(order: &Order) -> &'static str {
    let balance = order.balance();
    match () {
        () if balance.pending > 0 => "pending",
        () if balance.refunded > 0 && balance.paid() == 0 => "refunded",
        () if balance.refunded > 0 => "partially refunded",
        () if balance.voided > 0 && balance.paid() == 0 => "void",
        () if balance.authorized > 0 => "authorized",
        () if balance.captured > 0 => "captured",
        () => "",
    }
}
