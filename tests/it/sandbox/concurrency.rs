//! The ledger's promise under concurrency.

use std::{collections::HashSet, hash::Hash};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bigcommerce_sandbox::{Sandbox, TestStore};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    admin::call,
    client::{Answer, Caller, VISA, card, order_body, send},
};

const ATTEMPTS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_payments_of_one_order_capture_once() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let mut requests = Vec::new();
    for _ in 0..ATTEMPTS {
        let pat = caller.create_pat(order).await;
        requests.push(caller.payment(&pat, &card(VISA)));
    }
    let mut answers = JoinSet::new();
    for request in requests {
        answers.spawn(send(request));
    }
    let answers = answers.join_all().await;
    let paid = answers.iter().filter(|answer| answer.status == 201).count();
    let duplicates = answers
        .iter()
        .filter(|answer| answer.code() == 30105)
        .count();
    assert_eq!((paid, duplicates), (1, ATTEMPTS - 1));
    assert_eq!(sandbox.store().captures(order).len(), 1);
    assert_eq!(sandbox.store().ledger().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_token_sent_many_times_at_once_is_used_once() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let mut answers = JoinSet::new();
    for _ in 0..50 {
        // A decline leaves the order payable, so that only the token stops a second attempt.
        answers.spawn(send(caller.payment(&pat, &card("4000000000009995"))));
    }
    let answers = answers.join_all().await;
    let declined = answers
        .iter()
        .filter(|answer| answer.code() == 30106)
        .count();
    let used = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((declined, used), (1, 49));
    assert_eq!(sandbox.store().order(order).unwrap().attempts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stores_that_are_added_at_once_have_hashes_and_ids_of_their_own() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let url = format!("{}/stores", sandbox.admin_url());
    let http = reqwest::Client::new();
    let mut added = JoinSet::new();
    for number in 0..50 {
        // Each hash is asked for twice.
        let store = json!({"hash": format!("store{}", number / 2), "access_token": "t"});
        added.spawn(send(http.post(&url).json(&store)));
    }
    let added = added.join_all().await;
    let made = added.iter().filter(|it| it.status == 201).count();
    let taken = added.iter().filter(|it| it.status == 409).count();
    assert_eq!((made, taken), (25, 25));
    // The id of a store is in its tokens, as is its hash.
    let stores = (0..25).map(|number| sandbox.find_store(&format!("store{number}")).unwrap());
    let ids = stores.map(|store| {
        let pat = store.issue_pat(215).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(pat.split('.').nth(1).unwrap());
        let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
        claims["data"]["store_id"].to_string()
    });
    assert_unique(ids, 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_transactions_and_payments_have_ids_of_their_own() {
    const ORDERS: usize = 100;
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let other = sandbox.add_store("otherstore", "other-token").unwrap();
    let caller = Caller::new(&sandbox);
    let mut made = JoinSet::new();
    for _ in 0..ORDERS {
        let order = caller.api(Method::POST, "/v2/orders").json(&order_body(0));
        made.spawn(send(order));
    }
    let made = made.join_all().await;
    let orders = made.iter().map(|it| it.body["id"].as_u64().unwrap());
    let orders = assert_unique(orders, ORDERS);

    // The same numbers of orders in another store.
    let url = format!("{}/stores/otherstore/payments", sandbox.payments_url());
    let mut paid = JoinSet::new();
    for order in orders {
        let foreign = other.create_order("60.98").unwrap();
        let pat = |store: &TestStore, order| store.issue_pat(order).unwrap();
        paid.spawn(send(
            caller.payment(&pat(sandbox.store(), order), &card(VISA)),
        ));
        let payment = caller.payment(&pat(&other, foreign), &card(VISA));
        let (http, payment) = payment.build_split();
        let mut payment = payment.unwrap();
        *payment.url_mut() = url.parse().unwrap();
        paid.spawn(send(reqwest::RequestBuilder::from_parts(http, payment)));
    }
    let paid: Vec<Answer> = paid.join_all().await;
    let payments = paid
        .iter()
        .map(|it| it.body["data"]["id"].as_str().unwrap());
    assert_unique(payments, 2 * ORDERS);
    let path = "/ledger?store_hash=teststore1&limit=1000";
    let ledger = call(&sandbox, Method::GET, path, None).await.body;
    let transactions = ledger.as_array().unwrap().iter();
    assert_unique(
        transactions.map(|it| it["transaction_id"].as_u64().unwrap()),
        ORDERS,
    );
}

/// Expects so many values, no two of which are the same.
fn assert_unique<T: Hash + Eq + Clone>(values: impl Iterator<Item = T>, count: usize) -> Vec<T> {
    let values: Vec<T> = values.collect();
    assert_eq!(values.len(), count);
    let distinct: HashSet<T> = values.iter().cloned().collect();
    assert_eq!(distinct.len(), count, "two have the same id");
    values
}
