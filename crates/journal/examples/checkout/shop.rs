//! The store that is charged: the test store beside this process, or one of your own.

use std::{
    env,
    process::{Command, Stdio},
    time::Duration,
};

use bigcommerce_payments::{Payments, Sensitive, StoreClient, Timeouts};
use bigcommerce_payments_journal::Accounts;
use bigcommerce_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::{signal, time::sleep};

use crate::Failure;

/// All tries of one call begin within it.
pub(crate) const OVERALL: Duration = Duration::from_secs(20);

/// One charge has its answer within it, and so has what is written of it.
pub(crate) const ANSWER: Duration = Duration::from_secs(8);

/// The ports of the test store.
const PORTS: [u16; 3] = [4010, 4011, 4012];

/// The store that is charged.
pub(crate) struct Shop {
    payments: Payments,
    api_url: String,
    store_hash: String,
    access_token: Sensitive,
    http: reqwest::Client,
}

impl Shop {
    /// The store that the environment names, or the test store.
    pub(crate) async fn open() -> Result<Self, Failure> {
        let http = reqwest::Client::new();
        let store_hash = env::var("BIGCOMMERCE_STORE_HASH");
        let (api_url, payments_url) = match &store_hash {
            Ok(_) => (
                env::var("BIGCOMMERCE_API_URL")
                    .unwrap_or_else(|_| "https://api.bigcommerce.com".to_owned()),
                env::var("BIGCOMMERCE_PAYMENTS_URL")
                    .unwrap_or_else(|_| "https://payments.bigcommerce.com".to_owned()),
            ),
            Err(_) => test_store(&http).await?,
        };
        let mut timeouts = Timeouts::default();
        timeouts.payment = ANSWER / 2;
        timeouts.overall = OVERALL / 2;
        let payments = Payments::builder()
            .api_url(&api_url)
            .payments_url(&payments_url)
            .timeouts(timeouts)
            // The journal keeps one limit for all instances.
            .without_rate_limit()
            .build()?;
        Ok(Self {
            payments,
            api_url,
            store_hash: store_hash.unwrap_or_else(|_| "teststore1".to_owned()),
            access_token: env::var("BIGCOMMERCE_ACCESS_TOKEN")
                .unwrap_or_else(|_| "sandbox-token-with-all-scopes".to_owned())
                .into(),
            http,
        })
    }

    pub(crate) fn client(&self) -> Result<StoreClient, Failure> {
        let token = self.access_token.clone();
        Ok(self.payments.store(&self.store_hash, token)?)
    }

    /// The way from a store to its account token, for the recovery worker.
    pub(crate) fn accounts(&self) -> impl Accounts + use<> {
        let payments = self.payments.clone();
        let token = self.access_token.clone();
        move |hash: &str| payments.account(hash, token.clone()).ok()
    }

    /// Makes an order that waits to be paid, which is no part of the payments API.
    pub(crate) async fn create_order(&self) -> Result<u32, Failure> {
        let url = format!("{}/stores/{}/v2/orders", self.api_url, self.store_hash);
        let order = json!({
            "status_id": 0,
            "billing_address": {"first_name": "Jane", "last_name": "Doe", "country_iso2": "US"},
            "products": [{"name": "Poster", "quantity": 1, "price_inc_tax": 60.98}],
        });
        let request = self.http.post(url).header("accept", "application/json");
        let answer = request
            .header("x-auth-token", self.access_token.expose())
            .json(&order);
        let order: Value = answer.send().await?.error_for_status()?.json().await?;
        let id = order["id"].as_u64().ok_or("the order has no id")?;
        Ok(u32::try_from(id)?)
    }
}

/// Finds the test store, or starts it as a process that outlives this one.
async fn test_store(http: &reqwest::Client) -> Result<(String, String), Failure> {
    let [api, payments, admin] = PORTS.map(|port| format!("http://127.0.0.1:{port}"));
    let is_running = || async {
        let health = http.get(format!("{admin}/health")).send().await;
        health.is_ok_and(|answer| answer.status().is_success())
    };
    if !is_running().await {
        Command::new(env::current_exe()?)
            .arg("test-store")
            .stdin(Stdio::null())
            .spawn()?;
    }
    for _ in 0..100 {
        if is_running().await {
            println!("The test store's page is {admin}");
            return Ok((api, payments));
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err("the test store does not start: are its ports taken?".into())
}

/// Plays the test store, until it is interrupted.
pub(crate) async fn run_test_store() -> Result<(), Failure> {
    let [api, payments, admin] = PORTS;
    let sandbox = Sandbox::builder()
        .api_port(api)
        .payments_port(payments)
        .admin_port(admin)
        .start()
        .await?;
    signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
