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

#[tokio::test]
async fn a_certificate_is_for_the_names_of_choice() {
    let names = ["sandbox.test".to_owned(), "10.0.0.7".to_owned()];
    let sandbox = Sandbox::builder()
        .tls(true)
        .tls_names(names)
        .url_host("shop.test")
        .start()
        .await
        .unwrap();
    let url: reqwest::Url = sandbox.api_url().parse().unwrap();
    assert_eq!(url.host_str(), Some("shop.test"));
    let address = format!("127.0.0.1:{}", url.port().unwrap())
        .parse()
        .unwrap();
    let ca = reqwest::Certificate::from_pem(sandbox.ca_pem().unwrap().as_bytes()).unwrap();
    for (name, is_good) in [
        ("shop.test", true),
        ("sandbox.test", true),
        ("other.test", false),
    ] {
        let client = reqwest::Client::builder()
            .tls_certs_only([ca.clone()])
            .resolve(name, address)
            .build()
            .unwrap();
        let port = url.port().unwrap();
        let answer = client.get(format!("https://{name}:{port}/")).send().await;
        assert_eq!(answer.is_ok(), is_good, "{name}: {answer:?}");
    }
}
