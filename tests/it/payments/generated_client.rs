//! What a generated client hands on, beneath the facade.

use bigcommerce_processing_api::{Client, Inner, types::PaymentRequest};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::json;

use super::Shop;

#[tokio::test]
async fn the_headers_of_a_success_arrive() {
    const ID: &str = "an-id-of-the-callers";
    let shop = Shop::open().await;
    let token = shop.store.account().create_token(shop.order()).await;
    let token = token.unwrap().into_secret();
    let credential = HeaderValue::try_from(format!("PAT {}", token.expose())).unwrap();
    let correlation_id = HeaderName::from_static("x-correlation-id");
    let inner = Inner {
        headers: vec![
            (AUTHORIZATION, credential),
            (correlation_id.clone(), HeaderValue::from_static(ID)),
        ],
        ..Inner::default()
    };
    let sandbox = &shop.sandbox;
    let base = format!("{}/stores/{}", sandbox.payments_url(), sandbox.store_hash());
    let client = Client::new_with_client(&base, reqwest::Client::new(), inner);
    let request: PaymentRequest = serde_json::from_value(json!({
        "payment": {
            "instrument": {
                "type": "card",
                "number": "4242424242424242",
                "cardholder_name": "Jane Doe",
                "expiry_month": 12,
                "expiry_year": 2039
            },
            "payment_method_id": "stripe.card"
        }
    }))
    .unwrap();

    let response = client.payments_post(&request).await.unwrap();

    assert_eq!(response.headers()[correlation_id], ID);
    assert!(response.headers().contains_key(CONTENT_TYPE));
}
