//! What the admin port shows. None of it holds a secret.

use serde_json::{Value, json};

use super::Admin;
use crate::recorder::RecordedRequest;
use crate::state::lock;
use crate::state::money;
use crate::state::order::{Order, status};
use crate::state::store::Store;
use crate::state::world::World;

/// Orders, ledger entries and requests that the whole state shows of each.
const SHOWN: usize = 100;

/// Everything at a glance, the newest entries first.
pub(super) fn state(admin: &Admin) -> Value {
    let world = &admin.world;
    let stores: Vec<Value> = world
        .stores()
        .iter()
        .map(|store| store_view(store))
        .collect();
    json!({
        "api_url": admin.api_url,
        "payments_url": admin.payments_url,
        "seed": world.chance.seed(),
        "clock": clock(world),
        "forms": world.forms(),
        "faults": world.faults.list(),
        "stores": stores,
        "requests": newest(world.recorder.requests().iter().map(RecordedRequest::redacted)),
    })
}

/// The ledger, oldest entry first, of one store or of all, and of one order or of all.
pub(super) fn ledger(world: &World, store_hash: Option<&str>, order_id: Option<u64>) -> Value {
    let stores = world.stores();
    stores
        .iter()
        .filter(|store| store_hash.is_none_or(|hash| hash == store.hash))
        .flat_map(|store| entries(store))
        .filter(|entry| order_id.is_none_or(|id| entry["order_id"] == id))
        .collect()
}

/// The recorded requests, oldest first, redacted.
pub(super) fn requests(world: &World) -> Value {
    world
        .recorder
        .requests()
        .iter()
        .map(RecordedRequest::redacted)
        .collect()
}

pub(super) fn clock(world: &World) -> Value {
    let now = world.clock.now();
    json!({
        "now": now.rfc3339(),
        "unix_seconds": now.unix_seconds(),
        "fixed": world.clock.is_fixed(),
    })
}

fn store_view(store: &Store) -> Value {
    let ledger = newest(entries(store).into_iter());
    let books = lock(&store.books);
    let mut orders: Vec<&Order> = books.orders.values().collect();
    orders.sort_unstable_by_key(|order| std::cmp::Reverse(order.id));
    let shown: Vec<Value> = orders
        .iter()
        .take(SHOWN)
        .map(|order| order_view(order))
        .collect();
    let methods: Vec<&str> = books
        .methods
        .iter()
        .map(|method| method.id.as_str())
        .collect();
    json!({
        "hash": store.hash,
        "currency": store.currency,
        "payment_methods": methods,
        "order_count": orders.len(),
        "orders": shown,
        "ledger_count": books.ledger.len(),
        "ledger": ledger,
    })
}

fn order_view(order: &Order) -> Value {
    json!({
        "id": order.id,
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "customer_id": order.customer_id,
        "total": money::to_text(order.total, &order.currency),
        "currency": order.currency,
        "attempts": order.transactions.len(),
    })
}

fn entries(store: &Store) -> Vec<Value> {
    let books = lock(&store.books);
    books
        .ledger
        .iter()
        .map(|entry| {
            let mut view = json!(entry);
            view["store_hash"] = json!(store.hash);
            view["amount_text"] = json!(money::to_text(entry.amount, &entry.currency));
            view
        })
        .collect()
}

fn newest(values: impl DoubleEndedIterator<Item = Value>) -> Value {
    values.rev().take(SHOWN).collect()
}
