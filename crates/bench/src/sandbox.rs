//! The test store that is charged. It runs in another process.

use std::str::FromStr;

use serde::Deserialize;
use serde_json::json;

use crate::charge::Outcome;

/// What the sandbox says of itself when it is ready.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sandbox {
    pub(crate) api_url: String,
    pub(crate) payments_url: String,
    admin_url: String,
    pub(crate) store_hash: String,
    pub(crate) access_token: String,
}

impl FromStr for Sandbox {
    type Err = serde_json::Error;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(line)
    }
}

#[derive(Deserialize)]
struct PayableOrder {
    order_id: u32,
}

impl Sandbox {
    /// Makes orders whose numbers follow each other, and returns the first.
    pub(crate) async fn make_orders(&self, count: u32) -> Outcome<u32> {
        let url = format!(
            "{}/stores/{}/payable-orders",
            self.admin_url, self.store_hash
        );
        let request = reqwest::Client::builder().no_proxy().build()?.post(url);
        let request = request.json(&json!({"count": count, "total": "60.98"}));
        let response = request.send().await?.error_for_status()?;
        let orders: Vec<PayableOrder> = response.json().await?;
        let first = orders.first().ok_or("no order was made")?.order_id;
        if orders
            .iter()
            .map(|order| order.order_id)
            .eq(first..first + count)
        {
            Ok(first)
        } else {
            Err("the numbers of the orders do not follow each other".into())
        }
    }
}
