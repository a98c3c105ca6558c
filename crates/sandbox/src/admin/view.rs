//! What the admin port shows. None of it holds a secret.

use serde_json::{Value, json};

use super::context::Admin;
use crate::{
    recorder::RecordedRequest,
    state::{
        currency::Currency,
        lock, money,
        order::{Order, status},
        shared::SharedState,
        store::Store,
    },
};

/// Orders, ledger entries and requests that the whole state shows of each.
const SHOWN: usize = 100;

/// Everything at a glance, the newest entries first.
pub(super) fn state(admin: &Admin) -> Value {
    let shared = &admin.shared;
    let stores: Vec<Value> = shared
        .stores()
        .iter()
        .map(|store| store_view(store))
        .collect();
    json!({
        "api_url": admin.api_url,
        "payments_url": admin.payments_url,
        "seed": shared.random.seed(),
        "clock": clock(shared),
        "forms": shared.forms(),
        "faults": shared.faults.list(),
        "stores": stores,
        "requests": newest(shared.recorder.requests().iter().map(RecordedRequest::redacted)),
    })
}

/// The ledger, oldest entry first, of one store or of all, and of one order or of all.
pub(super) fn ledger(
    shared: &SharedState,
    store_hash: Option<&str>,
    order_id: Option<u64>,
) -> Value {
    let stores = shared.stores();
    stores
        .iter()
        .filter(|store| store_hash.is_none_or(|hash| hash == store.hash))
        .flat_map(|store| entries(store))
        .filter(|entry| order_id.is_none_or(|id| entry["order_id"] == id))
        .collect()
}

/// The recorded requests, oldest first, redacted.
pub(super) fn requests(shared: &SharedState) -> Value {
    shared
        .recorder
        .requests()
        .iter()
        .map(RecordedRequest::redacted)
        .collect()
}

pub(super) fn clock(shared: &SharedState) -> Value {
    let now = shared.clock.now();
    json!({
        "now": now.rfc3339(),
        "unix_seconds": now.unix_seconds(),
        "fixed": shared.clock.is_fixed(),
    })
}

fn store_view(store: &Store) -> Value {
    let ledger = newest(entries(store).into_iter());
    let data = lock(&store.data);
    let shown: Vec<Value> = data
        .orders
        .values()
        .rev()
        .take(SHOWN)
        .map(|order| order_view(order))
        .collect();
    let methods: Vec<&str> = data.methods.iter().map(|method| &*method.id).collect();
    json!({
        "hash": store.hash,
        "currency": store.currency.code(),
        "payment_methods": methods,
        "order_count": data.orders.len(),
        "orders": shown,
        "ledger_count": data.ledger.len(),
        "ledger": ledger,
    })
}

fn order_view(order: &Order) -> Value {
    json!({
        "id": order.id,
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "customer_id": order.customer_id,
        "total": money::to_text(order.total, order.currency),
        "currency": order.currency.code(),
        "attempts": order.transactions.len(),
    })
}

fn entries(store: &Store) -> Vec<Value> {
    let data = lock(&store.data);
    data.ledger
        .iter()
        .filter_map(|row| store.ledger_entry(&data, *row))
        .map(|entry| {
            let mut view = json!(entry);
            view["store_hash"] = json!(store.hash);
            let currency = Currency::parse(&entry.currency).unwrap_or(store.currency);
            view["amount_text"] = json!(money::to_text(entry.amount, currency));
            view
        })
        .collect()
}

fn newest(values: impl DoubleEndedIterator<Item = Value>) -> Value {
    values.rev().take(SHOWN).collect()
}
