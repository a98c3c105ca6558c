//! The rate limit of payments, counted where it counts: at the host, as charges arrive.

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
    RateLimiter, RateLimiterError, RateLimiterFuture, SlidingWindow,
};

use tokio::{io::AsyncReadExt, net::TcpListener};

use super::{
    Shop,
    arrivals::{Behaviour, Host, answer, charge},
    payment, timeouts,
};

const WINDOW: Duration = Duration::from_millis(1500);

fn limited(requests: usize) -> PaymentsBuilder {
    // A busy machine may stamp an arrival late.
    let window = SlidingWindow::new(requests, WINDOW).margin(Duration::from_millis(500));
    Payments::builder()
        .timeouts(timeouts())
        .rate_limiter(window)
}

#[tokio::test(flavor = "multi_thread")]
async fn cold_connections_followed_by_warm_ones_keep_the_limit() {
    let host = Host::start(Behaviour {
        cold: Duration::from_millis(400),
        ..Behaviour::default()
    })
    .await;
    let charges = host.charges(limited(10));
    let all: Vec<_> = (0..30)
        .map(|each| charge(&charges, &format!("t{each}")))
        .collect();
    for each in all {
        each.await.unwrap().unwrap();
    }

    assert_eq!(host.arrivals().len(), 30);
    assert!(
        host.most_within(WINDOW) <= 10,
        "{}",
        host.most_within(WINDOW)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_holds_back_all_charges_of_the_store_and_a_retry_keeps_its_turn() {
    let host = Host::start(Behaviour {
        slow: Duration::from_millis(300),
        answers: vec![answer(429, "x-rate-limit-time-reset-ms: 1000\r\n", "")],
        ..Behaviour::default()
    })
    .await;
    let charges = host.charges(limited(1000));
    let first = charge(&charges, "first");
    while host.arrivals().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let second = charge(&charges, "second");
    for each in [first, second] {
        each.await.unwrap().unwrap();
    }

    let arrivals = host.arrivals();
    let tokens: Vec<_> = arrivals
        .iter()
        .map(|arrival| arrival.token.as_str())
        .collect();
    assert_eq!(tokens, ["first", "first", "second"]);
    assert!(arrivals[1].at - arrivals[0].at >= Duration::from_millis(1300));
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
        let answers = vec![answer(
            429,
            "",
            &format!(r#"{{"status":429,"code":{code}}}"#),
        )];
        let (error, sent) = failed(answers).await;

        assert_eq!(error.kind(), kind, "{code}");
        assert!(!error.is_safe_to_retry());
        assert_eq!(sent, 1, "{code}");
    }
}

#[tokio::test]
async fn a_429_without_a_code_is_sent_again() {
    for body in ["", "<html>", r#"{"status":429}"#, r#"{"code":429}"#] {
        let slow_down = answer(429, "x-rate-limit-time-reset-ms: 1\r\n", body);
        let (error, sent) = failed(vec![slow_down; 3]).await;

        assert_eq!(error.kind(), ErrorKind::RateLimited, "{body}");
        assert!(error.is_safe_to_retry());
        assert_eq!(sent, 3, "{body}");
    }
}

#[tokio::test]
async fn the_outcome_of_a_429_is_unknown_where_its_body_did_not_arrive_whole() {
    let whole = answer(
        429,
        "connection: close\r\n",
        r#"{"status":429,"code":30105}"#,
    );
    let (error, sent) = failed(vec![whole[..whole.len() - 10].to_owned()]).await;

    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.status(), Some(429));
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_wait_of_more_than_an_hour_is_told_and_not_begun() {
    let slow_down = answer(429, "x-retry-after: 3601\r\n", "");
    let (error, sent) = failed(vec![slow_down; 3]).await;

    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3601)));
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn nor_is_it_by_the_other_charges_of_the_store() {
    let host = Host::start(Behaviour {
        answers: vec![answer(429, "x-retry-after: 3601\r\n", "")],
        ..Behaviour::default()
    })
    .await;
    let charges = host.charges(limited(1000));
    charge(&charges, "first").await.unwrap().unwrap_err();
    let error = charge(&charges, "second").await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.is_safe_to_retry());
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::from_secs(3000), "{wait:?}");
    assert_eq!(host.arrivals().len(), 1);
}

#[tokio::test]
async fn an_absurd_wait_can_be_added_to_the_time() {
    for header in ["x-retry-after", "retry-after", "x-rate-limit-time-reset-ms"] {
        let slow_down = answer(429, &format!("{header}: {}\r\n", u64::MAX), "");
        let (error, sent) = failed(vec![slow_down; 3]).await;

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
    let host = Host::start(Behaviour::default()).await;
    let limiter = Arc::<EventLog>::default();
    let builder = Payments::builder().rate_limiter(Arc::clone(&limiter));
    charge(&host.charges(builder), "t").await.unwrap().unwrap();

    assert_eq!(limiter.events(), ["acquired", "departed", "dropped"]);
}

#[tokio::test]
async fn a_charge_without_a_connection_does_not_leave() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let limiter = Arc::<EventLog>::default();
    let builder = Payments::builder().attempts(1).payments_url(&url);
    let payments = builder.rate_limiter(Arc::clone(&limiter)).build().unwrap();
    let task = charge(&payments.charges("abc123").unwrap(), "t");
    let (mut socket, _) = listener.accept().await.unwrap();
    socket.read_u8().await.unwrap();

    assert_eq!(limiter.events(), ["acquired"], "TLS is about to begin");
    drop(socket);
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert_eq!(limiter.events(), ["acquired", "dropped"]);
}

#[tokio::test]
async fn a_limiter_that_fails_lets_nothing_through() {
    let host = Host::start(Behaviour::default()).await;
    let limiter = Arc::new(EventLog::failing(usize::MAX));
    let builder = Payments::builder().rate_limiter(Arc::clone(&limiter));
    let error = charge(&host.charges(builder), "t").await.unwrap();
    let error = error.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.is_safe_to_retry());
    let source = error.source().unwrap();
    assert_eq!(source.to_string(), "the rate limiter does not work");
    assert_eq!(source.source().unwrap().to_string(), "no database");
    assert_eq!(limiter.events(), ["failed"; 3]);
    assert!(host.arrivals().is_empty());
}

#[tokio::test]
async fn a_charge_goes_on_when_its_limiter_works_again() {
    let host = Host::start(Behaviour::default()).await;
    let builder = Payments::builder().rate_limiter(EventLog::failing(2));
    charge(&host.charges(builder), "t").await.unwrap().unwrap();

    assert_eq!(host.arrivals().len(), 1);
}

#[tokio::test]
async fn a_429_is_waited_for_also_where_the_limiter_cannot_be_told() {
    let host = Host::start(Behaviour {
        answers: vec![answer(429, "x-rate-limit-time-reset-ms: 700\r\n", "")],
        ..Behaviour::default()
    })
    .await;
    let limiter = Arc::<EventLog>::default();
    let builder = Payments::builder().rate_limiter(Arc::clone(&limiter));
    charge(&host.charges(builder), "t").await.unwrap().unwrap();

    let arrivals = host.arrivals();
    assert!(arrivals[1].at - arrivals[0].at >= Duration::from_millis(700));
    let once = ["acquired", "departed", "dropped"];
    assert_eq!(
        limiter.events(),
        [&once[..], &["not paused"], &once].concat()
    );
}

/// A limiter that lets all through, fails the first times where it is told to, and notes what
/// happens.
#[derive(Debug, Default)]
struct EventLog {
    events: Arc<Mutex<Vec<&'static str>>>,
    failing: AtomicUsize,
}

impl EventLog {
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

impl RateLimiter for EventLog {
    fn acquire<'a>(
        &'a self,
        turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
        assert_eq!(turn.store_hash, "abc123");
        assert_eq!(turn.correlation_id.len(), 36);
        Box::pin(async move {
            let left = self.failing.load(Ordering::Relaxed);
            if left > 0 {
                self.failing.store(left - 1, Ordering::Relaxed);
                self.note("failed");
                return Err(RateLimiterError::Unavailable("no database".into()));
            }
            self.note("acquired");
            let permit: Box<dyn RateLimitPermit> = Box::new(Noted(Arc::clone(&self.events)));
            Ok(permit)
        })
    }

    fn pause<'a>(&'a self, _: &'a str, _: Duration) -> RateLimiterFuture<'a, ()> {
        Box::pin(async {
            self.note("not paused");
            Err(RateLimiterError::Unavailable("no database".into()))
        })
    }
}

struct Noted(Arc<Mutex<Vec<&'static str>>>);

impl RateLimitPermit for Noted {
    fn departed(self: Box<Self>) {
        self.0.lock().unwrap().push("departed");
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("dropped");
    }
}

/// The error of a charge that is answered like this, and how often it was sent.
async fn failed(answers: Vec<String>) -> (Error, usize) {
    let host = Host::start(Behaviour {
        answers,
        ..Behaviour::default()
    })
    .await;
    let error = charge(&host.charges(limited(1000)), "t").await.unwrap();
    (error.unwrap_err(), host.arrivals().len())
}
