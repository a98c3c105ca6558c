//! A minimal service on reqwest and `serde_json`, for `cargo xtask bench` to build. It pays one
//! order.

use std::{env, error::Error};

use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (store, order) = (env::var("STORE_HASH")?, env::var("ORDER_ID")?);
    let http = reqwest::Client::new();
    let request = http
        .post(format!(
            "https://api.bigcommerce.com/stores/{store}/v3/payments/access_tokens"
        ))
        .header("X-Auth-Token", env::var("ACCESS_TOKEN")?)
        .header("Accept", "application/json")
        .json(&json!({"order": {"id": order.parse::<u32>()?}}));
    let token: Value = request.send().await?.error_for_status()?.json().await?;
    let token = token["data"]["id"].as_str().ok_or("no token")?;
    let request = http
        .post(format!(
            "https://payments.bigcommerce.com/stores/{store}/payments"
        ))
        .header("Authorization", format!("PAT {token}"))
        .header("Accept", "application/vnd.bc.v1+json")
        .json(&json!({"payment": {
            "payment_method_id": "stripe.card",
            "instrument": {
                "type": "card", "cardholder_name": "Jane Doe", "number": "4242424242424242",
                "expiry_month": 12, "expiry_year": 2040,
            },
        }}));
    let result: Value = request.send().await?.error_for_status()?.json().await?;
    println!("{}: {}", result["data"]["id"], result["data"]["status"]);
    Ok(())
}
