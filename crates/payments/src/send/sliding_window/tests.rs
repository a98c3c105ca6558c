//! The limiter by a clock that stands still, so that every window can be looked at.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use super::SlidingWindow;
use crate::send::rate_limit::{ChargeTurn, RateLimitPermit, RateLimiter, RateLimiterError};

const SECOND: Duration = Duration::from_secs(1);

fn one_in_four_seconds() -> SlidingWindow {
    SlidingWindow::new(1, 4 * SECOND).margin(Duration::ZERO)
}

fn turn(store_hash: &str, since: Instant) -> ChargeTurn<'_> {
    ChargeTurn {
        store_hash,
        correlation_id: "id",
        since: since.into_std(),
        deadline: (since + 1000 * SECOND).into_std(),
    }
}

async fn acquire(limiter: &SlidingWindow, store_hash: &str) -> Box<dyn RateLimitPermit> {
    let turn = turn(store_hash, Instant::now());
    limiter.acquire(&turn).await.unwrap()
}

async fn send(limiter: &SlidingWindow, store_hash: &str) {
    acquire(limiter, store_hash).await.departed();
}

/// Whether it is ready without any time passing.
async fn at_once<F: Future>(future: F) -> bool {
    tokio::time::timeout(Duration::ZERO, future).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_at_once_take_the_shortest_time_that_the_limit_allows() {
    let limiter = SlidingWindow::default();
    let start = Instant::now();
    let mut requests = JoinSet::new();
    for number in 0..1000 {
        let limiter = limiter.clone();
        requests.spawn(async move {
            send(&limiter, "store").await;
            (number, start.elapsed())
        });
    }
    let mut sent = requests.join_all().await;
    sent.sort_by_key(|(number, _)| *number);

    assert!(
        sent.is_sorted_by_key(|(_, at)| *at),
        "first come, first served"
    );
    for pair in sent.windows(51) {
        let apart = pair[50].1.checked_sub(pair[0].1).unwrap();
        assert!(apart >= 4 * SECOND, "{:?} {:?}", pair[0], pair[50]);
    }
    assert_eq!(
        start.elapsed().as_millis(),
        19 * 4150,
        "20 batches, the window and its margin apart"
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_counts_from_when_the_charge_leaves() {
    let limiter = one_in_four_seconds();
    let permit = acquire(&limiter, "store").await;
    tokio::time::sleep(3 * SECOND).await;
    permit.departed();
    let left = Instant::now();
    send(&limiter, "store").await;

    assert_eq!(left.elapsed(), 4 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_held_until_the_charge_leaves() {
    let limiter = one_in_four_seconds();
    let _permit = acquire(&limiter, "store").await;
    tokio::time::sleep(100 * SECOND).await;

    assert!(!at_once(acquire(&limiter, "store")).await);
}

#[tokio::test(start_paused = true)]
async fn a_charge_that_was_not_sent_frees_its_place() {
    let limiter = one_in_four_seconds();
    let permit = acquire(&limiter, "store").await;
    let mut next = pin!(acquire(&limiter, "store"));
    assert!(!at_once(next.as_mut()).await);
    drop(permit);

    assert!(at_once(next).await);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_waiter_frees_its_place() {
    let limiter = one_in_four_seconds();
    send(&limiter, "store").await;
    let start = Instant::now();
    let waiter = || {
        let limiter = limiter.clone();
        tokio::spawn(async move { send(&limiter, "store").await })
    };
    let (first, second, third) = (waiter(), waiter(), waiter());
    tokio::task::yield_now().await;
    first.abort();
    second.abort();
    third.await.unwrap();

    assert_eq!(
        start.elapsed(),
        4 * SECOND,
        "as if the others had never been"
    );
}

#[tokio::test(start_paused = true)]
async fn who_came_first_goes_first_also_when_asking_again() {
    let limiter = one_in_four_seconds();
    let came = Instant::now();
    tokio::time::sleep(SECOND).await;
    send(&limiter, "store").await;
    let mut later = pin!(acquire(&limiter, "store"));
    assert!(!at_once(later.as_mut()).await);
    let again = turn("store", came);
    let mut again = pin!(limiter.acquire(&again));
    assert!(!at_once(again.as_mut()).await);
    tokio::time::sleep(4 * SECOND).await;

    assert!(!at_once(later.as_mut()).await);
    again.await.unwrap().departed();
    later.await;
}

#[tokio::test(start_paused = true)]
async fn stores_do_not_wait_for_each_other() {
    let limiter = one_in_four_seconds();
    send(&limiter, "one").await;
    limiter.pause("three", SECOND).await.unwrap();

    assert!(at_once(send(&limiter, "two")).await);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_all_charges_of_the_store_back() {
    let limiter = SlidingWindow::default();
    let start = Instant::now();
    limiter.pause("store", 3 * SECOND).await.unwrap();
    limiter.pause("store", 2 * SECOND).await.unwrap();
    tokio::join!(send(&limiter, "store"), send(&limiter, "store"));

    assert_eq!(start.elapsed(), 3 * SECOND, "the longer one counts");
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_deadline_is_not_waited_for() {
    let limiter = one_in_four_seconds();
    send(&limiter, "store").await;
    let turns = [turn("store", Instant::now()), turn("store", Instant::now())];
    let mut waiting = turns.each_ref().map(|turn| limiter.acquire(turn));
    for waiter in &mut waiting {
        assert!(!at_once(waiter).await);
    }
    limiter.pause("store", 2000 * SECOND).await.unwrap();

    for waiter in waiting {
        let told = waiter.await.err();
        let Some(RateLimiterError::NoPlaceInTime { retry_after }) = told else {
            panic!("{told:?}");
        };
        assert_eq!(retry_after, 2000 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn idle_stores_are_forgotten() {
    let limiter = SlidingWindow::default();
    for number in 0..100 {
        send(&limiter, &format!("sent{number}")).await;
        let paused = format!("paused{number}");
        limiter.pause(&paused, SECOND).await.unwrap();
        drop(acquire(&limiter, &format!("not sent{number}")).await);
    }
    let held = acquire(&limiter, "held").await;
    limiter.pause("paused", 100 * SECOND).await.unwrap();
    tokio::time::sleep(5 * SECOND).await;
    send(&limiter, "store").await;

    let stores = limiter.lock();
    let mut remembered: Vec<_> = stores.by_hash.keys().map(|hash| &**hash).collect();
    remembered.sort_unstable();
    assert_eq!(remembered, ["held", "paused", "store"]);
    assert!(stores.by_hash.capacity() < 100);
    drop(stores);
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn no_duration_is_too_long() {
    let limiter = SlidingWindow::new(0, Duration::MAX).margin(Duration::MAX);
    send(&limiter, "store").await;
    assert!(!at_once(send(&limiter, "store")).await);
    limiter.pause("store", Duration::MAX).await.unwrap();
    let turn = turn("store", Instant::now());
    assert!(limiter.acquire(&turn).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_arc_of_a_limiter_is_a_limiter() {
    async fn fill(limiter: impl RateLimiter) {
        let turn = turn("store", Instant::now());
        limiter.acquire(&turn).await.unwrap().departed();
    }
    let limiter = Arc::new(one_in_four_seconds());
    fill(Arc::clone(&limiter)).await;
    fill(Arc::clone(&limiter) as Arc<dyn RateLimiter>).await;

    assert!(!at_once(send(&limiter, "store")).await);
}
