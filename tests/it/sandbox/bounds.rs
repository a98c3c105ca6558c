//! How much a sandbox keeps.

use bigcommerce_sandbox::Sandbox;

use super::client::{Caller, VISA, card};

#[tokio::test]
async fn orders_that_were_finished_first_are_forgotten() {
    // Four orders are defined, and are not finished.
    let sandbox = Sandbox::builder().most_orders(6).start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let unpaid = caller.create_order(0).await;
    let mut paid = Vec::new();
    for _ in 0..3 {
        let order = caller.create_order(0).await;
        assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);
        paid.push(order);
    }
    assert!(store.order(unpaid).is_some(), "it is not finished");
    assert!(store.order(215).is_some());
    assert_eq!(store.order(paid[0]), None);
    assert_eq!(store.order(paid[1]), None);
    assert!(store.order(paid[2]).is_some());
    let ledger: Vec<u64> = store.ledger().iter().map(|it| it.order_id).collect();
    assert_eq!(ledger, paid[2..]);
    let url = format!("{}/state", sandbox.admin_url());
    let state = super::client::send(caller.http.get(url)).await.body;
    assert_eq!(state["stores"][0]["forgotten_orders"], 2);
    assert_eq!(state["stores"][0]["ledger_count"], 1);
}

#[tokio::test]
async fn recorded_bytes_are_bounded() {
    let sandbox = Sandbox::builder()
        .recorded_bytes(20_000)
        .start()
        .await
        .unwrap();
    let caller = Caller::new(&sandbox);
    for _ in 0..30 {
        let order = caller.create_order(0).await;
        let pat = caller.create_pat(order).await;
        caller.process(&pat, &card(VISA)).await;
    }
    let kept = sandbox.requests();
    assert!(!kept.is_empty() && kept.len() < 60, "{}", kept.len());
    let bytes: usize = kept.iter().map(|it| it.body.len() + it.answer.len()).sum();
    assert!(bytes < 20_000);
}
