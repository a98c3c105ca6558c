//! The rate limit of payments, counted where it counts: at the test store, as charges arrive.

use std::{
    error::Error as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bigcommerce_payments::{
    ChargeTurn, DeclineReason, Error, ErrorKind, Payments, PaymentsBuilder, RateLimitPermit,
    RateLimiter, RateLimiterError, RateLimiterFuture, Receipt, SlidingWindow,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Host, Sandbox, When};
use tokio::{io::AsyncReadExt, net::TcpListener, task::JoinHandle};

use super::{Shop, payment, timeouts, tls::trusting};

const WINDOW: Duration = Duration::from_millis(1500);

fn window(requests: usize) -> SlidingWindow {
    // A busy machine may stamp an arrival late. What a cold connection takes is longer than that.
    SlidingWindow::new(requests, WINDOW).margin(Duration::from_millis(1400))
}

fn limited_by(limiter: impl RateLimiter) -> PaymentsBuilder {
    Payments::builder()
        .timeouts(timeouts())
        .rate_limiter(limiter)
}

#[tokio::test(flavor = "multi_thread")]
async fn cold_connections_followed_by_warm_ones_keep_the_limit() {
    let sandbox = Sandbox::builder().tls(true).rate_limit(None);
    let sandbox = sandbox.start().await.unwrap();
    let cold = FaultRule::new(Fault::slow_connection(2500)).host(Host::Payments);
    sandbox.inject(cold).await.unwrap();
    let http = trusting(sandbox.ca_pem().unwrap());
    let shop = Shop::at(sandbox, limited_by(window(10)).http_client(http));
    let charges: Vec<_> = (0..30).map(|_| charge(&shop)).collect();
    for charge in charges {
        charge.await.unwrap().unwrap();
    }

    let store = shop.sandbox.store();
    assert_eq!(store.payment_arrivals().len(), 30);
    assert!(store.most_payment_arrivals_within(WINDOW) <= 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_holds_back_all_charges_of_the_store_and_a_retry_keeps_its_turn() {
    // Within a window there is one place more than the 429 took.
    let limiter = Arc::new(LoggedLimiter::of(window(2)));
    let shop = Shop::with(limited_by(Arc::clone(&limiter))).await;
    let wait = Fault::rate_limited(&[("x-rate-limit-time-reset-ms", "700")]);
    answers(&shop, [wait, Fault::Pass]).await;
    let first = charge(&shop);
    while !limiter.events().contains(&"paused") {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let second = charge(&shop);
    for charge in [first, second] {
        charge.await.unwrap().unwrap();
    }

    let sent = shop.requests(Endpoint::ProcessPayment);
    let ids: Vec<_> = sent
        .iter()
        .map(|each| each.header("x-correlation-id"))
        .collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[0], ids[1], "the retry comes before the other charge");
    let at = shop.sandbox.store().payment_arrivals();
    assert!(at[1].checked_sub(at[0]).unwrap() >= Duration::from_millis(700));
}

#[tokio::test]
async fn a_429_is_judged_by_the_code_of_its_body() {
    for (code, kind) in [
        ("30105", ErrorKind::Duplicate),
        ("10000", ErrorKind::OutcomeUnknown),
        ("30103", ErrorKind::Declined(DeclineReason::CardExpired)),
        ("10001", ErrorKind::InvalidInput),
        ("39999", ErrorKind::Rejected),
    ] {
        let body = format!(r#"{{"status":429,"code":{code}}}"#);
        let answer = Fault::respond(429, "application/json", &body, When::Before);
        let (error, sent) = failed(answer).await;

        assert_eq!(error.kind(), kind, "{code}");
        assert!(!error.is_safe_to_retry());
        assert_eq!(sent, 1, "{code}");
    }
}

#[tokio::test]
async fn a_429_without_a_code_is_sent_again() {
    for body in ["", "<html>", r#"{"status":429}"#, r#"{"code":429}"#] {
        let answer = Fault::respond(429, "application/json", body, When::Before);
        let (error, sent) = failed(answer).await;

        assert_eq!(error.kind(), ErrorKind::RateLimited, "{body}");
        assert!(error.is_safe_to_retry());
        assert_eq!(sent, 3, "{body}");
    }
}

#[tokio::test]
async fn the_outcome_of_a_429_is_unknown_where_its_body_did_not_arrive_whole() {
    let body = r#"{"status":429,"code":30105}"#;
    let answer = Fault::respond_truncated(429, "application/json", body, 14, When::Before);
    let (error, sent) = failed(answer).await;

    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.status(), Some(429));
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_wait_of_more_than_an_hour_is_told_and_not_begun() {
    let (error, sent) = failed(Fault::rate_limited(&[("x-retry-after", "3601")])).await;

    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3601)));
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn nor_is_it_by_the_other_charges_of_the_store() {
    let shop = Shop::with(limited_by(SlidingWindow::default())).await;
    let wait = Fault::rate_limited(&[("x-retry-after", "3601")]);
    answers(&shop, [wait, Fault::Pass]).await;
    charge(&shop).await.unwrap().unwrap_err();
    let error = charge(&shop).await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.is_safe_to_retry());
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::from_secs(3000), "{wait:?}");
    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 1);
}

#[tokio::test]
async fn an_absurd_wait_can_be_added_to_the_time() {
    let absurd = u64::MAX.to_string();
    for header in ["x-retry-after", "retry-after", "x-rate-limit-time-reset-ms"] {
        let (error, sent) = failed(Fault::rate_limited(&[(header, &absurd)])).await;

        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(sent, 1);
        let wait = error.retry_after().unwrap();
        assert!(Instant::now().checked_add(wait).is_some());
        assert!(SystemTime::now().checked_add(wait).is_some());
    }
}

#[tokio::test]
async fn no_time_out_is_too_long() {
    let mut timeouts = timeouts();
    timeouts.connect = Duration::MAX;
    timeouts.overall = Duration::MAX;
    timeouts.payment = Duration::MAX;
    timeouts.read = Duration::MAX;
    timeouts.settle = Duration::MAX;
    timeouts.token = Duration::MAX;
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let order = shop.order();
    shop.store.account().accepted_methods(order).await.unwrap();
    shop.store.charge(order, &payment()).await.unwrap();
}

#[tokio::test]
async fn a_place_counts_when_the_charge_leaves() {
    let limiter = Arc::<LoggedLimiter>::default();
    let shop = Shop::with(limited_by(Arc::clone(&limiter))).await;
    charge(&shop).await.unwrap().unwrap();

    assert_eq!(limiter.events(), ["acquired", "departed"]);
}

#[tokio::test]
async fn a_charge_without_a_connection_does_not_leave() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let limiter = Arc::<LoggedLimiter>::default();
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    let http = trusting(sandbox.ca_pem().unwrap());
    let payments = limited_by(Arc::clone(&limiter))
        .attempts(1)
        .http_client(http)
        .api_url(sandbox.api_url())
        .payments_url(&url)
        .build()
        .unwrap();
    let store = payments.store(sandbox.store_hash(), sandbox.access_token());
    let shop = Shop {
        store: store.unwrap(),
        sandbox,
    };
    let task = charge(&shop);
    let (mut socket, _) = listener.accept().await.unwrap();
    socket.read_u8().await.unwrap();

    assert_eq!(limiter.events(), ["acquired"], "TLS is about to begin");
    drop(socket);
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert_eq!(limiter.events(), ["acquired", "freed"]);
}

/// A try that did not leave must not hold the place that the next one waits for.
#[tokio::test]
async fn a_charge_without_a_connection_frees_its_place_before_it_asks_again() {
    let mut timeouts = timeouts();
    timeouts.overall = Duration::from_secs(20);
    let builder = limited_by(SlidingWindow::new(1, WINDOW)).timeouts(timeouts);
    let shop = Shop::with(builder.attempts(100)).await;
    let refused = Fault::Refuse { for_ms: Some(300) };
    shop.inject(Endpoint::ProcessPayment, refused).await;
    charge(&shop).await.unwrap().unwrap();

    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 1);
}

#[tokio::test]
async fn a_limiter_that_fails_lets_nothing_through() {
    let limiter = Arc::new(LoggedLimiter::failing(usize::MAX));
    let shop = Shop::with(limited_by(Arc::clone(&limiter))).await;
    let error = charge(&shop).await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.is_safe_to_retry());
    let source = error.source().unwrap();
    assert_eq!(source.to_string(), "the rate limiter does not work");
    assert_eq!(source.source().unwrap().to_string(), "no database");
    assert_eq!(limiter.events(), ["failed"; 3]);
    assert!(shop.requests(Endpoint::ProcessPayment).is_empty());
}

#[tokio::test]
async fn a_charge_goes_on_when_its_limiter_works_again() {
    let shop = Shop::with(limited_by(LoggedLimiter::failing(2))).await;
    charge(&shop).await.unwrap().unwrap();

    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 1);
}

#[tokio::test]
async fn a_429_is_waited_for_also_where_the_limiter_cannot_be_told() {
    let limiter = Arc::new(LoggedLimiter {
        cannot_pause: true,
        ..LoggedLimiter::default()
    });
    let shop = Shop::with(limited_by(Arc::clone(&limiter))).await;
    let wait = Fault::rate_limited(&[("x-rate-limit-time-reset-ms", "700")]);
    answers(&shop, [wait, Fault::Pass]).await;
    charge(&shop).await.unwrap().unwrap();

    let at = shop.sandbox.store().payment_arrivals();
    assert!(at[1].checked_sub(at[0]).unwrap() >= Duration::from_millis(700));
    assert_eq!(
        limiter.events(),
        ["acquired", "departed", "not paused", "acquired", "departed"]
    );
}

fn charge(shop: &Shop) -> JoinHandle<Result<Receipt, Error>> {
    let (store, order) = (shop.store.clone(), shop.order());
    tokio::spawn(async move { store.charge(order, &payment()).await })
}

async fn answers<const N: usize>(shop: &Shop, steps: [Fault; N]) {
    let rule = FaultRule::script(steps).endpoint(Endpoint::ProcessPayment);
    shop.sandbox.inject(rule).await.unwrap();
}

/// The error of a charge that is always answered like this, and how often it was sent.
async fn failed(answer: Fault) -> (Error, usize) {
    let shop = Shop::with(limited_by(SlidingWindow::default())).await;
    shop.inject(Endpoint::ProcessPayment, answer).await;
    let error = charge(&shop).await.unwrap().unwrap_err();
    (error, shop.requests(Endpoint::ProcessPayment).len())
}

/// A limiter that notes what happens, and fails where it is told to.
#[derive(Debug, Default)]
struct LoggedLimiter {
    window: SlidingWindow,
    events: Arc<Mutex<Vec<&'static str>>>,
    failing: AtomicUsize,
    cannot_pause: bool,
}

impl LoggedLimiter {
    fn of(window: SlidingWindow) -> Self {
        Self {
            window,
            ..Self::default()
        }
    }

    fn failing(times: usize) -> Self {
        Self {
            failing: times.into(),
            ..Self::default()
        }
    }

    fn events(&self) -> Vec<&'static str> {
        self.events.lock().unwrap().clone()
    }

    fn note(&self, event: &'static str) {
        self.events.lock().unwrap().push(event);
    }
}

impl RateLimiter for LoggedLimiter {
    fn acquire<'a>(
        &'a self,
        turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
        assert_eq!(turn.correlation_id.len(), 36);
        Box::pin(async move {
            let left = self.failing.load(Ordering::Relaxed);
            if left > 0 {
                self.failing.store(left - 1, Ordering::Relaxed);
                self.note("failed");
                return Err(RateLimiterError::Unavailable("no database".into()));
            }
            let permit = self.window.acquire(turn).await?;
            self.note("acquired");
            let logged: Box<dyn RateLimitPermit> = Box::new(LoggedPermit {
                permit: Some(permit),
                events: Arc::clone(&self.events),
            });
            Ok(logged)
        })
    }

    fn pause<'a>(&'a self, store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()> {
        Box::pin(async move {
            if self.cannot_pause {
                self.note("not paused");
                return Err(RateLimiterError::Unavailable("no database".into()));
            }
            self.window.pause(store_hash, wait).await?;
            self.note("paused");
            Ok(())
        })
    }
}

struct LoggedPermit {
    permit: Option<Box<dyn RateLimitPermit>>,
    events: Arc<Mutex<Vec<&'static str>>>,
}

impl RateLimitPermit for LoggedPermit {
    fn departed(mut self: Box<Self>) {
        self.events.lock().unwrap().push("departed");
        if let Some(permit) = self.permit.take() {
            permit.departed();
        }
    }
}

impl Drop for LoggedPermit {
    fn drop(&mut self) {
        if self.permit.is_some() {
            self.events.lock().unwrap().push("freed");
        }
    }
}
