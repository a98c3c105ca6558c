//! The accepted payment methods of an order, with the shopper's stored instruments.

use serde_json::{Map, Value, json};

use crate::{
    endpoints::{
        checks,
        context::{Answer, RequestContext},
        query,
    },
    state::{
        definition::{PaymentMethod, Scope, StoredInstrument},
        lock,
        order::Order,
        store::{Store, StoreData},
    },
    wire::{payment::InstrumentKind, problem::Problem},
};

pub(super) fn list(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    checks::api(&context.call.headers, context.store, &[Scope::ReadMethods])?;
    let data = lock(&context.store.data);
    let order = find_order(context.store, &data, &context.call.query)?;
    context.is_about(order.id);
    if let Some(served) = &data.served_instead.methods {
        return Ok(Answer::text(200, served.clone()));
    }
    let stored = data
        .customers
        .get(&order.customer_id)
        .map_or(&[][..], |customer| &customer.stored_instruments);
    let methods: Vec<Value> = data
        .methods
        .iter()
        .map(|method| method_json(method, stored))
        .collect();
    Ok(Answer::json(200, &json!({"data": methods, "meta": {}})))
}

/// The order that `order_id` or `checkout_id` names.
fn find_order<'a>(store: &Store, data: &'a StoreData, query: &str) -> Result<&'a Order, Problem> {
    let invalid =
        |name: &str, message: &str| Problem::fields(vec![(name.to_owned(), message.to_owned())]);
    let found = match (
        query::parameter(query, "order_id"),
        query::parameter(query, "checkout_id"),
    ) {
        (Some(id), _) => {
            let id: u64 = id
                .parse()
                .ok()
                .filter(|&id| id > 0)
                .ok_or_else(|| invalid("order_id", "must be a positive integer"))?;
            data.orders.get(&id)
        }
        (None, Some(id)) => {
            let id: uuid::Uuid = id
                .parse()
                .map_err(|_| invalid("checkout_id", "must be a UUID"))?;
            store
                .order_of_checkout(id)
                .and_then(|id| data.orders.get(&id))
        }
        (None, None) => return Err(invalid("order_id", "or checkout_id is required")),
    };
    found
        .map(AsRef::as_ref)
        .ok_or_else(RequestContext::order_not_found)
}

fn method_json(method: &PaymentMethod, stored: &[StoredInstrument]) -> Value {
    let vaulted = method
        .vaulting
        .then(|| {
            method
                .instruments
                .iter()
                .copied()
                .find_map(vaulted_instrument)
        })
        .flatten();
    let supported: Vec<Value> = method
        .brands
        .iter()
        .map(String::as_str)
        .chain(vaulted)
        .map(|kind| {
            json!({
                "instrument_type": kind,
                "verification_value_required": method.verification_value_required,
            })
        })
        .collect();
    let stored: Vec<Value> = stored
        .iter()
        .filter(|it| *it.payment_method_id == *method.id)
        .map(stored_json)
        .collect();
    json!({
        "id": &*method.id,
        "name": method.name,
        "type": method.kind,
        "test_mode": true,
        "supported_instruments": supported,
        "stored_instruments": stored,
    })
}

/// How the list names an instrument type that is stored.
fn vaulted_instrument(kind: InstrumentKind) -> Option<&'static str> {
    match kind {
        InstrumentKind::StoredCard => Some("STORED_CARD"),
        InstrumentKind::StoredPaypalAccount => Some("STORED_PAYPAL_ACCOUNT"),
        InstrumentKind::StoredBankAccount => Some("STORED_BANK_ACCOUNT"),
        _ => None,
    }
}

fn stored_json(stored: &StoredInstrument) -> Value {
    let mut json = Map::new();
    json.insert("type".into(), stored.kind.name().into());
    json.insert("token".into(), stored.token.as_str().into());
    json.insert("is_default".into(), stored.is_default.into());
    // Accounts have no card fields.
    if let Some(card) = &stored.card {
        json.insert("brand".into(), card.brand.as_str().into());
        json.insert("expiry_month".into(), card.expiry_month.into());
        json.insert("expiry_year".into(), card.expiry_year.into());
        json.insert(
            "issuer_identification_number".into(),
            card.issuer_identification_number.as_str().into(),
        );
        json.insert("last_4".into(), card.last_4.as_str().into());
    }
    Value::Object(json)
}
