//! Histories of transactions, as the service serves them.

#[path = "../../../crates/payments/src/model/lookup/tests/histories.rs"]
mod table;

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{ChargeAttempt, Money, Payments};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;

use self::table::HISTORIES;
use super::{Shop, timeouts};

#[tokio::test]
async fn every_history_has_its_answer_over_http() {
    let mut timeouts = timeouts();
    timeouts.settle = Duration::from_secs(60);
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let order = shop.order();
    let total = Money::new("100.00".parse().unwrap(), "USD");
    let mut wrong = Vec::new();
    for history in HISTORIES {
        let body = format!(r#"{{"data":[{}],"meta":{{}}}}"#, history.items().join(","));
        shop.sandbox.clear_faults().await.unwrap();
        let fault = Fault::respond(200, "application/json", &body, When::After);
        shop.inject(Endpoint::ListTransactions, fault).await;
        let attempt = history.attempt(
            shop.sandbox.store_hash(),
            order.get(),
            "2026-11-21T12:00:00Z",
        );
        let mut attempt: ChargeAttempt = serde_json::from_value(attempt).unwrap();
        attempt.sent_at = SystemTime::now().checked_sub(Duration::from_secs(history.sent_before()));

        let answer = shop.store.look_up(&attempt).await.unwrap();
        let owed = answer
            .order
            .owed(&total)
            .map(|owed| owed.amount.to_string());
        wrong.extend(history.wrong(&json!(answer), owed));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
