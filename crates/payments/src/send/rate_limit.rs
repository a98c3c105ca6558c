//! The rate limit of payments, kept on our side of the wire.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Decides when a store's next payment request may be sent.
///
/// [`SlidingWindow`] is the one in use unless
/// [`rate_limiter`](crate::PaymentsBuilder::rate_limiter) gives another: implement this trait to
/// share one limit between many instances of a service.
///
/// # Cancellation
///
/// The future may be dropped at any time. One that is dropped before it is ready must not keep
/// its place.
pub trait RateLimiter: fmt::Debug + Send + Sync + 'static {
    /// Waits until the store's next payment request may be sent, and counts it.
    fn acquire<'a>(&'a self, store: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// At most so many requests in **any** window of the given length, per store; first come, first
/// served.
///
/// The time of each request in the window is kept, so that no window that straddles two others
/// can hold more. A token bucket would let twice as many through across a boundary.
///
/// ```
/// use std::time::Duration;
/// use bigcommerce_payments::SlidingWindow;
///
/// // The platform's limit (guide, "Rate limits").
/// let limit = SlidingWindow::new(50, Duration::from_secs(4));
/// # let _ = limit;
/// ```
#[derive(Debug)]
pub struct SlidingWindow {
    requests: usize,
    window: Duration,
    stores: Mutex<HashMap<String, Arc<Sent>>>,
}

/// When the requests of the last window were sent, oldest first.
///
/// tokio's mutex is handed over in order, and a waiter that is dropped leaves the queue: whoever
/// holds it is next, and waits while holding it.
type Sent = tokio::sync::Mutex<VecDeque<Instant>>;

impl SlidingWindow {
    /// At most `requests` (at least one) within any `window`.
    pub fn new(requests: usize, window: Duration) -> Self {
        Self {
            requests: requests.max(1),
            window,
            stores: Mutex::default(),
        }
    }

    fn sent(&self, store: &str) -> Arc<Sent> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(stores.entry(store.to_owned()).or_default())
    }
}

impl Default for SlidingWindow {
    /// 50 requests in four seconds (guide, "Rate limits").
    fn default() -> Self {
        Self::new(50, Duration::from_secs(4))
    }
}

impl RateLimiter for SlidingWindow {
    fn acquire<'a>(&'a self, store: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            let sent = self.sent(store);
            let mut sent = sent.lock().await;
            while sent.len() >= self.requests {
                let free = sent[0] + self.window;
                sleep_until(free).await;
                while sent
                    .front()
                    .is_some_and(|at| *at + self.window <= Instant::now())
                {
                    sent.pop_front();
                }
            }
            sent.push_back(Instant::now());
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::{task::JoinSet, time::Instant};

    use super::{RateLimiter, SlidingWindow};

    #[tokio::test(start_paused = true)]
    async fn a_thousand_at_once_take_the_shortest_time_that_the_limit_allows() {
        let limiter = Arc::new(SlidingWindow::default());
        let start = Instant::now();
        let mut requests = JoinSet::new();
        for number in 0..1000 {
            let limiter = Arc::clone(&limiter);
            requests.spawn(async move {
                limiter.acquire("store").await;
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
            assert!(
                apart >= Duration::from_secs(4),
                "{:?} {:?}",
                pair[0],
                pair[50]
            );
        }
        assert_eq!(start.elapsed().as_secs(), 76, "20 batches, 4 seconds apart");
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_waiter_frees_its_place() {
        let limiter = Arc::new(SlidingWindow::new(1, Duration::from_secs(4)));
        limiter.acquire("store").await;
        let start = Instant::now();

        let waiter = |limiter: Arc<SlidingWindow>| {
            tokio::spawn(async move { limiter.acquire("store").await })
        };
        let first = waiter(Arc::clone(&limiter));
        let second = waiter(Arc::clone(&limiter));
        let third = waiter(Arc::clone(&limiter));
        tokio::task::yield_now().await;
        first.abort();
        second.abort();

        third.await.unwrap();
        assert_eq!(
            start.elapsed().as_secs(),
            4,
            "as if the others had never been"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn stores_do_not_wait_for_each_other() {
        let limiter = SlidingWindow::new(1, Duration::from_secs(4));
        let start = Instant::now();

        limiter.acquire("one").await;
        limiter.acquire("two").await;

        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
