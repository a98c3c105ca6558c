//! Dropping a charge at any await point: no second send, and nothing leaks.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use bigcommerce_payments::{Payments, SlidingWindow};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Shop, payment, timeouts};

/// Polls a future so often, then drops it; tells whether it was done before.
async fn polled<F: Future>(times: usize, future: F) -> bool {
    let mut future = pin!(future);
    let mut polls = 0;
    poll_fn(|context| {
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if polls >= times => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn at_any_await_point() {
    let shop = Shop::open().await;
    // Slow enough to be caught waiting on each side of both requests.
    for endpoint in [Endpoint::CreateAccessToken, Endpoint::ProcessPayment] {
        shop.inject(endpoint, Fault::delay(20, When::After)).await;
    }
    let mut orders = Vec::new();
    for polls in 1.. {
        let order = shop.order();
        let done = polled(polls, shop.store.charge(order, &payment())).await;
        orders.push(order);
        if done {
            break;
        }
    }
    assert!(orders.len() > 3, "some were dropped on their way");

    shop.sandbox.clear_faults().await.unwrap();
    for order in orders {
        assert!(shop.captures(order) <= 1);
    }
    let charges = shop.requests(Endpoint::ProcessPayment);
    let mut tokens: Vec<_> = charges
        .iter()
        .map(|each| each.header("authorization"))
        .collect();
    let sent = tokens.len();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), sent, "no charge was sent twice");
}

#[tokio::test]
async fn a_dropped_charge_that_waits_for_its_place_frees_it() {
    // Eight places that were not freed would take 24 seconds, past the deadline of the last.
    let window = SlidingWindow::new(1, Duration::from_secs(3));
    let mut timeouts = timeouts();
    timeouts.overall = Duration::from_secs(15);
    let builder = Payments::builder().timeouts(timeouts).rate_limiter(window);
    let shop = Shop::with(builder).await;
    shop.store.charge(shop.order(), &payment()).await.unwrap();

    let waiting = (0..8).map(|_| {
        let (store, order) = (shop.store.clone(), shop.order());
        tokio::spawn(async move { store.charge(order, &payment()).await })
    });
    let waiting: Vec<_> = waiting.collect();
    while shop.requests(Endpoint::CreateAccessToken).len() < 9 {
        tokio::task::yield_now().await;
    }
    for task in &waiting {
        task.abort();
    }
    let order = shop.order();
    shop.store.charge(order, &payment()).await.unwrap();

    assert_eq!(shop.captures(order), 1);
}
