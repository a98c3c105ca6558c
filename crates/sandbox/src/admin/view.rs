//! What the admin port shows. None of it holds a secret, except the token that a first use needs.
//!
//! Payments take the lock of their store's data, so that what is shown is copied under it, page by
//! page, and turned into JSON afterwards.

use std::{cmp::Reverse, sync::Arc};

use serde_json::{Value, json};

use crate::{
    admin::{
        context::Admin,
        query::{LedgerQuery, OrdersQuery, RequestsQuery},
    },
    recorder::ReceivedRequest,
    redact,
    state::{
        currency::Currency,
        ledger::LedgerEntry,
        lock, money,
        order::{Order, status},
        shared::SharedState,
        store::Store,
    },
    wire::{forms::TransactionForm, transaction},
};

/// Orders that one call looks through for the ones that are asked for.
const MOST_LOOKED_THROUGH: usize = 10_000;

/// Requests of one order that its timeline shows.
const MOST_REQUESTS_OF_ORDER: usize = 100;

/// Everything at a glance, without the lists.
pub(super) fn state(admin: &Admin) -> Value {
    let shared = &admin.shared;
    let (received, kept) = shared.recorder.counts();
    let stores = shared.stores();
    let stores: Vec<Value> = stores.iter().map(|store| store_view(store)).collect();
    json!({
        "api_url": admin.api_url,
        "payments_url": admin.payments_url,
        "seed": shared.random.seed(),
        "clock": clock(shared),
        "forms": shared.forms(),
        "faults": shared.faults.list(),
        "landings": shared.landings.outstanding(),
        "requests_received": received,
        "requests_kept": kept,
        "stores": stores,
    })
}

/// A page of the orders, newest first. An id may stand in several stores: all its orders are on one
/// page, which can then be longer than it was asked to be.
pub(super) fn orders(shared: &SharedState, query: &OrdersQuery) -> Value {
    let mut found: Vec<(u64, Value)> = Vec::new();
    // From this id on, the orders of every store are found.
    let mut complete_from = 0;
    for store in stores(shared, query.store_hash.as_deref()) {
        let (orders, next) = newest_orders(&store, query);
        found.extend(orders);
        complete_from = complete_from.max(next);
    }
    found.sort_by_key(|(id, _)| Reverse(*id));
    if let Some((last, _)) = found.get(query.limit().saturating_sub(1))
        && found.last().is_some_and(|(id, _)| id < last)
    {
        complete_from = complete_from.max(*last);
    }
    found.retain(|(id, _)| *id >= complete_from);
    let shown: Vec<Value> = found.into_iter().map(|(_, order)| order).collect();
    let next_before = (complete_from > 0).then_some(complete_from);
    json!({"orders": shown, "next_before": next_before})
}

/// The newest orders of a store that are wanted, by id, and the last id that was looked at, or 0
/// where no older one is left.
fn newest_orders(store: &Store, query: &OrdersQuery) -> (Vec<(u64, Value)>, u64) {
    let mut found = Vec::new();
    let mut last = 0;
    let data = lock(&store.data);
    let before = query.before.unwrap_or(u64::MAX);
    let looked_through = data.orders.range(..before).rev().take(MOST_LOOKED_THROUGH);
    for (id, order) in looked_through {
        if found.len() == query.limit() {
            break;
        }
        last = *id;
        if query.wants(order) {
            found.push((*id, order_view(store, order)));
        }
    }
    let is_more = data.orders.range(..last).next().is_some();
    (found, if is_more { last } else { 0 })
}

/// A page of the ledger, oldest entry first, of one store or of all, and of one order or of all.
/// Entries have a place in their store's ledger, from which the page after or before goes on.
pub(super) fn ledger(shared: &SharedState, query: &LedgerQuery) -> Value {
    let mut shown = Vec::new();
    for store in stores(shared, query.store_hash.as_deref()) {
        let entries = match query.order_id {
            Some(order_id) => entries_of_order(&store, order_id),
            None => page_of_ledger(&store, query),
        };
        let views = entries
            .into_iter()
            .map(|(place, entry)| entry_view(&store, place, &entry));
        shown.extend(views);
    }
    Value::Array(shown)
}

/// The last requests and their answers that are asked for, oldest first, redacted.
pub(super) fn requests(shared: &SharedState, query: &RequestsQuery) -> Value {
    let newest = shared.recorder.newest(query.limit(), |number, request| {
        query.wants(number, request)
    });
    let oldest_first = newest.iter().rev();
    oldest_first
        .map(|(number, request)| request_view(*number, request))
        .collect()
}

/// All that is known of one order: what it is, its transactions, its part of the ledger, and the
/// requests that were for it.
pub(super) fn timeline(shared: &SharedState, store: &Store, order_id: u64) -> Option<Value> {
    let (order, transactions) = {
        let data = lock(&store.data);
        let order = data.orders.get(&order_id)?;
        let transactions = order.transactions.iter();
        let transactions: Vec<Value> = transactions
            .map(|it| transaction::json(store, order, it, TransactionForm::Full))
            .map(redact::value)
            .collect();
        (order_view(store, order), transactions)
    };
    let entries = entries_of_order(store, order_id);
    let ledger: Vec<Value> = entries
        .iter()
        .map(|(place, entry)| entry_view(store, *place, entry))
        .collect();
    let requests = shared
        .recorder
        .newest(MOST_REQUESTS_OF_ORDER, |_, request| {
            request.answer.order_id == Some(order_id)
                && request.store_hash.as_deref() == Some(&store.hash)
        });
    let requests = requests.iter().rev();
    let requests: Vec<Value> = requests
        .map(|(number, request)| request_view(*number, request))
        .collect();
    Some(json!({
        "order": order,
        "transactions": transactions,
        "ledger": ledger,
        "requests": requests,
    }))
}

/// What somebody needs who has never used the sandbox: the token, and an order that can be paid.
pub(super) fn first_use(admin: &Admin) -> Option<Value> {
    let store = admin.shared.store(&admin.store_hash)?;
    let data = lock(&store.data);
    let is_payable = |order: &&Order| order.status_id == status::INCOMPLETE && order.is_plain();
    let (oldest, newest) = (data.orders.values(), data.orders.values().rev());
    let looked_through = oldest
        .take(MOST_LOOKED_THROUGH)
        .chain(newest.take(MOST_LOOKED_THROUGH));
    let payable = looked_through.map(AsRef::as_ref).find(is_payable);
    Some(json!({
        "api_url": admin.api_url,
        "payments_url": admin.payments_url,
        "store_hash": store.hash,
        "access_token": store.default_token,
        "order_id": payable.map(|order| order.id),
    }))
}

pub(super) fn clock(shared: &SharedState) -> Value {
    let now = shared.clock.now();
    json!({
        "now": now.rfc3339(),
        "unix_seconds": now.unix_seconds(),
        "fixed": shared.clock.is_fixed(),
    })
}

fn stores(shared: &SharedState, hash: Option<&str>) -> Vec<Arc<Store>> {
    match hash {
        Some(hash) => shared.store(hash).into_iter().collect(),
        None => shared.stores(),
    }
}

fn store_view(store: &Store) -> Value {
    let most_arrivals = lock(&store.arrivals).len();
    let data = lock(&store.data);
    let methods: Vec<&str> = data.methods.iter().map(|method| &*method.id).collect();
    json!({
        "hash": store.hash,
        "currency": store.currency.code(),
        "payment_methods": methods,
        "order_count": data.orders.len(),
        "forgotten_orders": data.forgotten_orders,
        "ledger_count": data.ledger.len(),
        "payment_arrivals": most_arrivals,
    })
}

fn order_view(store: &Store, order: &Order) -> Value {
    json!({
        "store_hash": store.hash,
        "id": order.id,
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "customer_id": order.customer_id,
        "total": money::to_text(order.total, order.currency),
        "owed": money::to_text(order.owed(), order.currency),
        "currency": order.currency.code(),
        "attempts": order.transactions.len(),
    })
}

/// The entries of an order, which need not be looked for, with no place of their own.
fn entries_of_order(store: &Store, order_id: u64) -> Vec<(Option<u64>, LedgerEntry)> {
    let data = lock(&store.data);
    let Some(order) = data.orders.get(&order_id) else {
        return Vec::new();
    };
    let transactions = order.transactions.iter();
    transactions
        .filter_map(|it| Some((None, store.entry_of(order, it)?)))
        .collect()
}

fn page_of_ledger(store: &Store, query: &LedgerQuery) -> Vec<(Option<u64>, LedgerEntry)> {
    let data = lock(&store.data);
    let (first, rows) = data.ledger_page(query.after, query.before, query.limit());
    let rows = (first..).zip(rows);
    rows.filter_map(|(place, row)| Some((Some(place), store.ledger_entry(&data, *row)?)))
        .collect()
}

fn entry_view(store: &Store, place: Option<u64>, entry: &LedgerEntry) -> Value {
    let currency = Currency::parse(&entry.currency).unwrap_or(store.currency);
    let mut view = json!(entry);
    view["store_hash"] = json!(store.hash);
    view["amount_text"] = json!(money::to_text(entry.amount, currency));
    view["place"] = json!(place);
    view
}

fn request_view(number: u64, request: &ReceivedRequest) -> Value {
    let answer = &request.answer;
    let headers = request.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (
            name.as_str(),
            redact::header(name.as_str(), &value).to_owned(),
        )
    });
    let answered = answer.headers.iter();
    let answered = answered.map(|(name, value)| {
        (
            name.as_str(),
            redact::header(name.as_str(), value).to_owned(),
        )
    });
    json!({
        "number": number,
        "host": request.host,
        "endpoint": request.endpoint,
        "store_hash": request.store_hash,
        "method": request.method.as_str(),
        "path": redact::path(request.path()),
        "headers": by_name(headers),
        "body": redact::body(&request.body),
        "correlation_id": redact::header("x-correlation-id", &request.correlation_id),
        "status": answer.status,
        "answer_headers": by_name(answered),
        "answer": redact::body(&answer.body),
        "order_id": answer.order_id,
        "code": answer.code,
        "reason": answer.reason,
        "fault": answer.fault,
        "at_unix_ms": request.at.unix_millis(),
    })
}

/// Headers as a list of pairs, since a name may stand twice.
fn by_name<'a>(headers: impl Iterator<Item = (&'a str, String)>) -> Value {
    headers.map(|(name, value)| json!([name, value])).collect()
}
