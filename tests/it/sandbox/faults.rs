//! Faults, as a client sees them.

use std::{io::ErrorKind, time::Duration};

use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Host, Sandbox, When};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::client::{Answer, Caller, VISA, card};

/// What became of a payment under a fault.
#[derive(Debug, PartialEq)]
enum Seen {
    Refused,
    Broken,
    Status(u16),
}

async fn pay(caller: &Caller<'_>, pat: &str) -> Seen {
    match caller.payment(pat, &card(VISA)).send().await {
        Err(error) if error.is_connect() => Seen::Refused,
        Err(_) => Seen::Broken,
        Ok(response) => {
            let status = response.status().as_u16();
            match response.bytes().await {
                Ok(_) => Seen::Status(status),
                Err(_) => Seen::Broken,
            }
        }
    }
}

/// Faults, what a client sees of them, and how many captures they leave.
fn striking_faults() -> Vec<(Fault, Seen, usize)> {
    use Seen::{Broken, Status};
    vec![
        (Fault::Pass, Status(201), 1),
        (Fault::delay(1, When::Before), Status(201), 1),
        (Fault::ResetBeforeReading, Broken, 0),
        (Fault::reset(When::Before), Broken, 0),
        (Fault::reset(When::After), Broken, 1),
        (Fault::truncate(10), Broken, 1),
        (
            Fault::Truncate {
                bytes: 10,
                reset: true,
            },
            Broken,
            1,
        ),
        (Fault::Garbage { when: When::Before }, Broken, 0),
        (Fault::Garbage { when: When::After }, Broken, 1),
        (Fault::status(500, When::Before), Status(500), 0),
        (Fault::status(500, When::After), Status(500), 1),
        (Fault::html(502, When::After), Status(502), 1),
        (Fault::redirect("http://127.0.0.1:9/"), Status(307), 0),
        (
            Fault::rate_limited(&[("x-retry-after", "1")]),
            Status(429),
            0,
        ),
        (Fault::WrongTypes, Status(201), 1),
        (Fault::Gigantic { bytes: 3_000_000 }, Status(201), 1),
    ]
}

#[tokio::test]
async fn each_fault_does_what_it_says_and_captures_only_after_processing() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    for (fault, expected, captures) in striking_faults() {
        let order = caller.create_order(0).await;
        let pat = caller.create_pat(order).await;
        let rule = FaultRule::new(fault.clone())
            .endpoint(Endpoint::ProcessPayment)
            .once();
        let id = sandbox.inject(rule).await.unwrap();
        let seen = pay(&caller, &pat).await;
        assert_eq!(seen, expected, "{fault:?}");
        assert_eq!(sandbox.store().captures(order).len(), captures, "{fault:?}");
        sandbox.remove_fault(id).await.unwrap();
    }
}

#[tokio::test]
async fn a_refusing_host_accepts_no_connection_until_it_is_let() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    // A connection that the client keeps must not outlive the listener.
    assert!(matches!(
        pay(&caller, "not-a-token").await,
        Seen::Status(401)
    ));

    let refuse = FaultRule::new(Fault::refuse()).host(Host::Payments);
    let id = sandbox.inject(refuse).await.unwrap();
    assert!(matches!(pay(&caller, &pat).await, Seen::Refused));
    assert_eq!(
        caller.request_pat(order).await.status,
        201,
        "the other host still answers"
    );

    sandbox.remove_fault(id).await.unwrap();
    assert!(matches!(pay(&caller, &pat).await, Seen::Status(201)));
}

#[tokio::test]
async fn a_script_strikes_one_order_step_by_step() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let (order, other) = (caller.create_order(0).await, caller.create_order(0).await);
    let script = [Fault::status(503, When::Before), Fault::reset(When::After)];
    sandbox
        .inject(FaultRule::script(script).order(order))
        .await
        .unwrap();

    assert_eq!(caller.request_pat(other).await.status, 201);
    assert_eq!(caller.request_pat(order).await.status, 503);
    let pat = sandbox.store().issue_pat(order).unwrap();
    assert!(matches!(pay(&caller, &pat).await, Seen::Broken));
    let again = caller.process(&pat, &card(VISA)).await;
    assert_eq!(
        (again.status, again.code()),
        (401, 30102),
        "the token is used up"
    );
    assert_eq!(sandbox.store().captures(order).len(), 1);
}

#[tokio::test]
async fn a_skewed_clock_shows_in_the_date_and_in_the_token() {
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let skew =
        FaultRule::new(Fault::ClockSkew { seconds: -7200 }).endpoint(Endpoint::CreateAccessToken);
    sandbox.inject(skew).await.unwrap();
    let pat = caller.create_pat(order).await;
    let paid: Answer = caller.process(&pat, &card(VISA)).await;
    assert_eq!(
        (paid.status, paid.code()),
        (401, 30102),
        "the token had expired when it was made"
    );
    assert_ne!(paid.body["detail"], Value::Null);
}

#[tokio::test]
async fn a_hanging_answer_never_comes_although_the_money_moved() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let hang = FaultRule::new(Fault::Hang { when: When::After });
    sandbox
        .inject(hang.endpoint(Endpoint::ProcessPayment))
        .await
        .unwrap();
    let mut answer = tokio::spawn(caller.payment(&pat, &card(VISA)).send());
    while sandbox.store().captures(order).is_empty() {
        tokio::task::yield_now().await;
    }
    let waited = tokio::time::timeout(Duration::from_millis(200), &mut answer).await;
    assert!(waited.is_err(), "an answer came: {waited:?}");
    // A sandbox that is dropped leaves nobody hanging.
    drop(sandbox);
    assert!(answer.await.unwrap().is_err());
}

#[tokio::test]
async fn a_stalling_answer_begins_and_never_ends() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let stall = FaultRule::new(Fault::Stall { bytes: 7 }).endpoint(Endpoint::ProcessPayment);
    sandbox.inject(stall).await.unwrap();
    let mut response = caller.payment(&pat, &card(VISA)).send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(
        response.chunk().await.unwrap().unwrap().as_ref(),
        b"{\"data\""
    );
    let waited = tokio::time::timeout(Duration::from_millis(200), response.chunk()).await;
    assert!(waited.is_err(), "more came: {waited:?}");
    assert_eq!(sandbox.store().captures(order).len(), 1);
}

#[tokio::test]
async fn a_request_that_is_reset_before_reading_need_not_be_whole() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    sandbox
        .inject(FaultRule::new(Fault::ResetBeforeReading).order(order))
        .await
        .unwrap();
    let address = sandbox.payments_url().trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /stores/{}/payments HTTP/1.1\r\nhost: x\r\nauthorization: PAT {pat}\r\n\
         content-length: 1000\r\n\r\n",
        sandbox.store_hash()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let error = socket.read(&mut [0; 16]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_refusal_with_a_time_ends_by_itself() {
    let sandbox = Sandbox::start().await.unwrap();
    let refuse = Fault::Refuse { for_ms: Some(1000) };
    sandbox.inject(FaultRule::new(refuse)).await.unwrap();
    let address = sandbox.api_url().trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&address).await.is_err());
    while TcpStream::connect(&address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
