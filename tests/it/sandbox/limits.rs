//! Expiry and the rate limit, by a clock that moves when told.

use std::time::Duration;

use bigcommerce_sandbox::{ClockMode, Sandbox};
use serde_json::json;

use super::client::{Caller, VISA, card};

#[tokio::test]
async fn a_token_lives_for_one_hour() {
    let sandbox = seeded().await;
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    sandbox.clock().advance(Duration::from_secs(3600));
    let late = caller.process(&pat, &card(VISA)).await;
    assert_eq!((late.status, late.code()), (401, 30102));

    let pat = caller.create_pat(order).await;
    sandbox.clock().advance(Duration::from_secs(3599));
    assert_eq!(caller.process(&pat, &card(VISA)).await.status, 201);
}

#[tokio::test]
async fn fifty_payment_requests_in_four_seconds_and_not_one_more() {
    let sandbox = seeded().await;
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let unused = caller.create_pat(order).await;
    for left in (0..50).rev() {
        let stranger = caller.payment("no-token", &card(VISA)).send();
        assert_eq!(stranger.await.unwrap().status(), 401);
        let response = caller.payment(&unused, &json!({})).send().await.unwrap();
        assert_eq!(response.status(), 422);
        assert_eq!(
            response.headers()["x-rate-limit-requests-left"],
            left.to_string()
        );
    }
    let pat = caller.create_pat(order).await;
    let refused = caller.payment(&pat, &card(VISA)).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let header = |name| refused.headers()[name].to_str().unwrap();
    assert_eq!(header("x-rate-limit-time-reset-ms"), "4000");
    assert_eq!(header("x-rate-limit-time-window-ms"), "4000");
    assert_eq!(header("x-rate-limit-requests-quota"), "50");
    assert_eq!(header("x-retry-after"), "4");
    let body: serde_json::Value = refused.json().await.unwrap();
    let detail = body["detail"].as_str().unwrap();
    assert!(
        detail.contains(r#"POST /clock/advance {"seconds": 4}"#),
        "{detail}"
    );
    assert!(sandbox.store().captures(order).is_empty());

    sandbox.clock().advance(Duration::from_secs(4));
    assert_eq!(caller.process(&pat, &card(VISA)).await.status, 201);
}

#[tokio::test]
async fn requests_without_valid_credentials_take_no_place_in_the_window() {
    let sandbox = seeded().await;
    let caller = Caller::new(&sandbox);
    let other = sandbox.add_store("otherstore", "other-token").unwrap();
    let foreign = other.issue_pat(215).unwrap();
    let expired = sandbox.store().issue_pat(215).unwrap();
    sandbox.clock().advance(Duration::from_secs(3600));
    let good = sandbox.store().issue_pat(215).unwrap();
    for _ in 0..60 {
        for token in [
            "nonsense",
            foreign.as_str(),
            expired.as_str(),
            &format!("PAT {good}"),
        ] {
            let refused = caller.payment(token, &card(VISA)).send().await.unwrap();
            assert_eq!(refused.status(), 401);
            assert!(!refused.headers().contains_key("x-rate-limit-requests-left"));
        }
    }
    let paid = caller.payment(&good, &card(VISA)).send().await.unwrap();
    assert_eq!(paid.status(), 201);
    assert_eq!(paid.headers()["x-rate-limit-requests-left"], "49");
}

/// A sandbox whose clock moves when told.
async fn seeded() -> Sandbox {
    let builder = Sandbox::builder().clock(ClockMode::SEEDED);
    builder.start().await.unwrap()
}
