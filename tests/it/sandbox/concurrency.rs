//! The ledger's promise under concurrency.

use bigcommerce_sandbox::Sandbox;
use tokio::task::JoinSet;

use super::client::{Caller, VISA, card, send};

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
