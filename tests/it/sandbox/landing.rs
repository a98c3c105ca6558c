//! Requests that take effect although, or long after, their client has gone.

use std::time::Duration;

use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, LateAnswer, Sandbox, When};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::client::{Caller, VISA, card};

/// A whole payment request, as bytes.
fn payment_bytes(sandbox: &Sandbox, pat: &str) -> Vec<u8> {
    let body = json!({"payment": card(VISA)}).to_string();
    let store = sandbox.store_hash();
    let length = body.len();
    format!(
        "POST /stores/{store}/payments HTTP/1.1\r\nhost: x\r\nauthorization: PAT {pat}\r\n\
         accept: application/vnd.bc.v1+json\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends bytes to the payments host, and hangs up without waiting for an answer.
async fn send_and_hang_up(sandbox: &Sandbox, bytes: &[u8]) {
    let address = sandbox.payments_url().trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    socket.shutdown().await.unwrap();
}

async fn captured(sandbox: &Sandbox, order: u64) {
    for _ in 0..400 {
        if !sandbox.store().captures(order).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("order {order} was not captured: {:?}", sandbox.requests());
}

async fn inject(sandbox: &Sandbox, fault: Fault) {
    let rule = FaultRule::new(fault).endpoint(Endpoint::ProcessPayment);
    sandbox.inject(rule.once()).await.unwrap();
}

#[tokio::test]
async fn what_was_read_whole_is_processed_although_the_client_hung_up() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    for fault in [Fault::Pass, Fault::delay(50, When::Before)] {
        let order = sandbox.store().create_order("60.98").unwrap();
        let pat = sandbox.store().issue_pat(order).unwrap();
        inject(&sandbox, fault).await;
        send_and_hang_up(&sandbox, &payment_bytes(&sandbox, &pat)).await;
        captured(&sandbox, order).await;
    }
    // However the request is cut into segments, and however soon the end comes.
    for cut in 1..40 {
        let order = sandbox.store().create_order("60.98").unwrap();
        let pat = sandbox.store().issue_pat(order).unwrap();
        let bytes = payment_bytes(&sandbox, &pat);
        let address = sandbox.payments_url().trim_start_matches("http://");
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let (start, end) = bytes.split_at(bytes.len() * cut / 40);
        socket.write_all(start).await.unwrap();
        tokio::task::yield_now().await;
        socket.write_all(end).await.unwrap();
        drop(socket);
        captured(&sandbox, order).await;
    }
}

#[tokio::test]
async fn what_was_not_read_whole_is_not_processed() {
    let sandbox = Sandbox::start().await.unwrap();
    let order = sandbox.store().create_order("60.98").unwrap();
    let pat = sandbox.store().issue_pat(order).unwrap();
    let bytes = payment_bytes(&sandbox, &pat);
    send_and_hang_up(&sandbox, &bytes[..bytes.len() - 1]).await;
    while sandbox.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(sandbox.store().captures(order).is_empty());
}

#[tokio::test]
async fn a_charge_lands_when_the_clock_is_advanced_although_another_was_made_meanwhile() {
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let (first, second) = (
        caller.create_pat(order).await,
        caller.create_pat(order).await,
    );
    inject(&sandbox, Fault::land_on_clock(30_000, LateAnswer::Reset)).await;
    assert!(caller.payment(&first, &card(VISA)).send().await.is_err());
    sandbox.clock().advance(Duration::from_secs(29));
    assert!(sandbox.store().captures(order).is_empty());
    assert_eq!(sandbox.outstanding_landings(), 1);

    // The service looked at the order when it accepted the first charge, and not again.
    assert_eq!(caller.process(&second, &card(VISA)).await.status, 201);
    sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(sandbox.outstanding_landings(), 0);
    let captures = sandbox.store().captures(order);
    assert_eq!(captures.len(), 2);
    let late = captures[1].at_unix_ms - captures[0].at_unix_ms;
    assert_eq!(late, 1_000, "it is booked when it lands");
}

#[tokio::test]
async fn a_charge_lands_after_real_time_whatever_was_answered() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let gateway_timeout = LateAnswer::Respond {
        status: 504,
        body: None,
        headers: [].into(),
    };
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    inject(&sandbox, Fault::land_later(20, gateway_timeout)).await;
    assert_eq!(caller.process(&pat, &card(VISA)).await.status, 504);
    captured(&sandbox, order).await;

    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    inject(&sandbox, Fault::land_later(3_600_000, LateAnswer::Hang)).await;
    let hanging = tokio::spawn(caller.payment(&pat, &card(VISA)).send());
    while sandbox.outstanding_landings() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(sandbox.store().captures(order).is_empty());
    sandbox.land_all();
    assert_eq!(sandbox.store().captures(order).len(), 1);
    assert!(!hanging.is_finished());
}

/// What is given back is told by the request that took it.
#[tokio::test]
async fn the_ledger_tells_which_request_moved_the_money_whatever_was_answered() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let id = "6f1c0a4e-2a55-4d57-9d7a-0c6b6a6e5a11";
    let answered = [Fault::Pass, Fault::land_later(20, LateAnswer::Reset)];
    for (given, kept) in [(Some(id), Some(id)), (Some("no UUID"), None), (None, None)] {
        for fault in answered.clone() {
            let order = caller.create_order(0).await;
            let pat = caller.create_pat(order).await;
            let mut request = caller.payment(&pat, &card(VISA));
            if let Some(given) = given {
                request = request.header("x-correlation-id", given);
            }
            inject(&sandbox, fault).await;
            let _ = request.send().await;
            captured(&sandbox, order).await;
            store.void(order, None).unwrap();
            let ledger = store.ledger_of(order);
            assert_eq!(ledger.len(), 2);
            for entry in ledger {
                assert_eq!(entry.correlation_id.as_deref(), kept, "{given:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_refused_is_refused_at_once_and_never_lands() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let second = caller.create_pat(order).await;
    caller.pays(order, &card(VISA)).await;
    inject(&sandbox, Fault::land_later(0, LateAnswer::Reset)).await;
    let refused = caller.process(&second, &card(VISA)).await;
    assert_eq!((refused.status, refused.code()), (422, 30105));
    assert_eq!(sandbox.outstanding_landings(), 0);
}

#[tokio::test]
async fn an_order_is_created_later_too() {
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let rule = FaultRule::new(Fault::land_on_clock(1_000, LateAnswer::Reset));
    let id = sandbox
        .inject(rule.endpoint(Endpoint::CreateOrder))
        .await
        .unwrap();
    let request = caller.api(reqwest::Method::POST, "/v2/orders");
    let body = super::client::order_body(0);
    assert!(request.json(&body).send().await.is_err());
    assert!(sandbox.store().order(100_001).is_none());
    sandbox.clock().advance(Duration::from_secs(1));
    assert!(sandbox.store().order(100_001).is_some());
    sandbox.remove_fault(id).await.unwrap();
}

#[tokio::test]
async fn an_injected_answer_breaks_off() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let body = r#"{"status":429,"code":30105}"#;
    let fault = Fault::respond_truncated(429, "application/json", body, 10, When::After);
    inject(&sandbox, fault).await;
    let response = caller.payment(&pat, &card(VISA)).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.text().await.is_err());
    assert_eq!(sandbox.store().captures(order).len(), 1);
}
