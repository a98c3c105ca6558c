//! Both hosts over TLS.

use bigcommerce_sandbox::{Fault, FaultRule, Sandbox, When};

use super::client::{Caller, VISA, card};

#[tokio::test]
async fn an_order_is_paid_over_tls_by_who_trusts_the_ca() {
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    assert!(sandbox.api_url().starts_with("https://"));
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);

    let stranger = reqwest::Client::new();
    let error = stranger.get(sandbox.api_url()).send().await.unwrap_err();
    assert!(error.is_connect());
}

#[tokio::test]
async fn faults_strike_over_tls_too() {
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    for fault in [
        Fault::reset(When::After),
        Fault::truncate(5),
        Fault::Garbage { when: When::After },
    ] {
        let order = caller.create_order(0).await;
        let pat = caller.create_pat(order).await;
        let rule = FaultRule::new(fault.clone()).once();
        sandbox.inject(rule).await.unwrap();
        let broken = match caller.payment(&pat, &card(VISA)).send().await {
            Err(_) => true,
            Ok(response) => response.bytes().await.is_err(),
        };
        assert!(broken, "{fault:?}");
        assert_eq!(sandbox.store().captures(order).len(), 1, "{fault:?}");
    }
}
