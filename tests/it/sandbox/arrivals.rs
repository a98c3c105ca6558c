//! Arrivals of payment requests, and connections that take their time.

use std::time::{Duration, Instant};

use bigcommerce_sandbox::{Fault, FaultRule, Host, Sandbox};

use super::client::{Caller, VISA, card};

#[tokio::test]
async fn payment_requests_are_counted_when_their_first_byte_comes() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    for _ in 0..3 {
        let order = caller.create_order(0).await;
        caller.pays(order, &card(VISA)).await;
    }
    caller.process("no-token", &card(VISA)).await;
    let arrivals = sandbox.store().payment_arrivals();
    assert_eq!(arrivals.len(), 4);
    assert!(arrivals.is_sorted());
    let span = arrivals[3].saturating_sub(arrivals[0]);
    let within = |window| sandbox.store().most_payment_arrivals_within(window);
    assert_eq!(within(span + Duration::from_micros(1)), 4);
    assert!(within(span) < 4, "a window does not hold both its ends");
    assert_eq!(within(Duration::from_nanos(1)), 1);
}

#[tokio::test]
async fn new_connections_are_slow_and_old_ones_are_not() {
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    let wait = Duration::from_millis(300);
    let rule = FaultRule::new(Fault::slow_connection(300)).host(Host::Payments);
    sandbox.inject(rule.once()).await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let started = Instant::now();
    assert_eq!(caller.process(&pat, &card(VISA)).await.status, 201);
    assert!(started.elapsed() >= wait, "the handshake waits");
    // The connection is kept, and the rule is spent.
    assert_eq!(caller.process(&pat, &card(VISA)).await.status, 401);
    let arrivals = sandbox.store().payment_arrivals();
    assert_eq!(arrivals.len(), 2);
}
