//! V2 orders: create, read and change.

use serde_json::{Value, json};

use crate::{
    endpoints::{
        checks,
        context::{Answer, RequestContext},
    },
    state::{
        definition::Scope,
        lock, money,
        order::{Order, OrderDetails, status},
        store::{Store, StoreData},
    },
    wire::{order::OrderRequest, payment::InstrumentKind, problem::Problem},
};

pub(super) fn create(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let call = context.call;
    checks::api(&call.headers, context.store, &[Scope::WriteOrders])?;
    checks::json_body(&call.headers)?;
    let request = OrderRequest::parse_new(&call.body, context.store.currency)?;
    let mut data = lock(&context.store.data);
    check_customer(&data, &request)?;
    let currency = request.currency.unwrap_or(context.store.currency);
    let mut order = Order::new(0, 0, currency, context.now);
    // Where nothing is said, the V2 API makes an order that is Pending.
    order.status_id = status::PENDING;
    apply(&mut order, request)?;
    order.id = data.next_order_id();
    context.is_about(order.id);
    let answer = Answer::json(201, &order_json(context.store, &order));
    data.add_order(order);
    Ok(answer)
}

pub(super) fn update(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let call = context.call;
    checks::api(&call.headers, context.store, &[Scope::WriteOrders])?;
    checks::json_body(&call.headers)?;
    let mut data = lock(&context.store.data);
    let currency = context.order_in_path(&data).ok_or_else(not_found)?.currency;
    let request = OrderRequest::parse_change(&call.body, currency)?;
    check_customer(&data, &request)?;
    let order = context.call.route.order_id;
    let order = order.and_then(|id| data.orders.get_mut(&id));
    let order = order.ok_or_else(not_found)?;
    apply(order, request)?;
    Ok(Answer::json(200, &order_json(context.store, order)))
}

pub(super) fn read(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let scopes = [Scope::ReadOrders, Scope::WriteOrders];
    checks::api(&context.call.headers, context.store, &scopes)?;
    let data = lock(&context.store.data);
    let order = context.order_in_path(&data);
    let order = order.ok_or_else(not_found)?;
    Ok(Answer::json(200, &order_json(context.store, order)))
}

fn not_found() -> Problem {
    Problem::http(404, "The requested resource was not found")
}

fn check_customer(data: &StoreData, request: &OrderRequest) -> Result<(), Problem> {
    match request.customer_id {
        Some(id) if id != 0 && !data.customers.contains_key(&id) => {
            Err(wrong("customer_id", "is not a customer of the store"))
        }
        _ => Ok(()),
    }
}

fn wrong(name: &str, message: &str) -> Problem {
    Problem::fields(vec![(name.to_owned(), message.to_owned())]).with_status(400)
}

/// Changes what the request says, or nothing where the amounts make no sense.
fn apply(order: &mut Order, request: OrderRequest) -> Result<(), Problem> {
    let mut details = order.details.take().unwrap_or_else(|| {
        Box::new(OrderDetails {
            lines_total: order.expected_total,
            ..OrderDetails::default()
        })
    });
    let before = details.clone();
    let set = |amount: &mut u64, new: Option<u64>| *amount = new.unwrap_or(*amount);
    set(&mut details.lines_total, request.lines_total);
    set(&mut details.shipping, request.shipping);
    set(&mut details.handling, request.handling);
    set(&mut details.discount, request.discount);
    let Some(expected) = details.total() else {
        order.details = Some(before);
        return Err(wrong("discount_amount", "is more than the order costs"));
    };
    let amounts_are_new = expected != order.expected_total || before.total() != Some(expected);
    if let Some(address) = request.billing_address {
        details.billing_address = address.to_string().into();
    }
    if let Some(products) = request.products {
        details.products = products.to_string().into();
    }
    if let Some(notes) = request.staff_notes {
        details.staff_notes = notes.into();
    }
    if let Some(message) = request.customer_message {
        details.customer_message = message.into();
    }
    order.details = Some(details);
    order.expected_total = expected;
    if let Some(total) = request.stated_total {
        order.total = total;
    } else if amounts_are_new {
        order.total = expected;
    }
    order.status_id = request.status_id.unwrap_or(order.status_id);
    order.customer_id = request.customer_id.unwrap_or(order.customer_id);
    Ok(())
}

/// The fields of a V2 order that the guides need; amounts are strings with four decimals.
fn order_json(store: &Store, order: &Order) -> Value {
    let amount = |minor| {
        let text = money::to_text(minor, order.currency);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        format!("{whole}.{fraction:0<4}")
    };
    let details = order.details.as_deref().cloned();
    let details = details.unwrap_or_else(|| OrderDetails {
        lines_total: order.expected_total,
        ..OrderDetails::default()
    });
    let last = order.transactions.iter().rev().find(|it| it.succeeded);
    json!({
        "id": order.id,
        "customer_id": order.customer_id,
        "date_created": order.created.rfc2822(),
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "subtotal_inc_tax": amount(details.lines_total),
        "shipping_cost_inc_tax": amount(details.shipping),
        "handling_cost_inc_tax": amount(details.handling),
        "discount_amount": amount(details.discount),
        "total_inc_tax": amount(order.total),
        "currency_code": order.currency.code(),
        "default_currency_code": order.currency.code(),
        "order_source": if order.made_in_control_panel { "manual" } else { "external" },
        "cart_id": store.checkout_id(order.id).to_string(),
        "payment_method": last.map_or("", |it| &*it.tender.payment_method_id),
        "payment_provider_id": last.map(|it| store.gateway_transaction_id(order.id, it).to_string()),
        "payment_status": payment_status(order),
        "store_credit_amount": amount(order.paid_with(InstrumentKind::StoreCredit)),
        "gift_certificate_amount": amount(order.paid_with(InstrumentKind::GiftCertificate)),
        "refunded_amount": amount(order.balance().refunded),
        "staff_notes": details.staff_notes,
        "customer_message": details.customer_message,
        "billing_address": parsed(&details.billing_address),
        "products": parsed(&details.products),
    })
}

/// Kept JSON, or `null` where nothing was given.
fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
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
