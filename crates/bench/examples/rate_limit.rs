//! How near a store's charges come to the rate limit, and that they keep it: all of them at once,
//! new connections of 400 ms, and answers that take 3 s. The counts are those of the test store,
//! which stamps the first byte of each request. It fails where more come than the limit allows, or
//! far fewer.
//!
//! ```text
//! cargo run -p bigcommerce-bench --example rate_limit
//! ```

use std::{
    error::Error,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bigcommerce_payments::{
    Card, ChargeTurn, OrderId, Payment, Payments, RateLimitPermit, RateLimiter, RateLimiterFuture,
    SlidingWindow,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Host, Sandbox, When};
use tokio::task::JoinSet;

const REQUESTS: usize = 50;
const WINDOW: Duration = Duration::from_secs(4);
const CHARGES: usize = 12 * REQUESTS;

/// In percent of what the limit allows. Its margin of 150 ms takes less than 4.
const LEAST_SHARE: f64 = 90.0;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = slow_sandbox().await?;
    let limiter = Departures::default();
    let departures = Arc::clone(&limiter.at);
    let certificate = sandbox.ca_pem().ok_or("the sandbox speaks no TLS")?;
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([reqwest::Certificate::from_pem(certificate.as_bytes())?])
        .build()?;
    let store = Payments::builder()
        .api_url(sandbox.api_url())
        .payments_url(sandbox.payments_url())
        .http_client(http)
        .rate_limiter(limiter)
        .build()?
        .store(sandbox.store_hash(), sandbox.access_token())?;
    let mut charges = JoinSet::new();
    for _ in 0..CHARGES {
        let order = OrderId::try_from(sandbox.store().create_order("60.98")?)?;
        let card = Card::new("Jane Doe", "4242424242424242", 12, 2040);
        let payment = Payment::new(card, "stripe.card")?;
        let store = store.clone();
        charges.spawn(async move { store.charge(order, &payment).await });
    }
    while let Some(charged) = charges.join_next().await {
        charged??;
    }

    let arrivals = sandbox.store().payment_arrivals();
    let most = sandbox.store().most_payment_arrivals_within(WINDOW);
    println!("{} charges, at most {most} in any 4 s", arrivals.len());
    // The first ones find all places free.
    let took = arrivals[CHARGES - 1].saturating_sub(arrivals[REQUESTS - 1]);
    let rate = f64::from(u32::try_from(CHARGES - REQUESTS)?) / took.as_secs_f64();
    let allowed = f64::from(u32::try_from(REQUESTS)?) / WINDOW.as_secs_f64();
    let share = 100.0 * rate / allowed;
    println!("{rate:.2} a second of {allowed} allowed: {share:.1} %");
    let departures = departures.lock().map_err(|error| error.to_string())?;
    println!("on their way: {}", on_their_way(&departures, &arrivals));
    if most > REQUESTS {
        return Err(format!("{most} charges within 4 s are more than {REQUESTS}").into());
    }
    if share < LEAST_SHARE {
        return Err(format!("{share:.1} % of the limit are less than {LEAST_SHARE}").into());
    }
    Ok(())
}

async fn slow_sandbox() -> Result<Sandbox, Box<dyn Error>> {
    let sandbox = Sandbox::builder()
        .tls(true)
        .rate_limit(None)
        .start()
        .await?;
    let cold = FaultRule::new(Fault::slow_connection(400)).host(Host::Payments);
    sandbox.inject(cold).await?;
    let slow = FaultRule::new(Fault::delay(3000, When::After)).endpoint(Endpoint::ProcessPayment);
    sandbox.inject(slow).await?;
    Ok(sandbox)
}

/// How much longer one charge took from its departure to the test store's stamp than the quickest:
/// what the machine adds, since nothing lies between.
fn on_their_way(departures: &[Instant], arrivals: &[Duration]) -> String {
    let (Some(first), Some(arrived)) = (departures.first(), arrivals.first()) else {
        return "none".to_owned();
    };
    let micros = |duration: Duration| i128::try_from(duration.as_micros()).unwrap_or(i128::MAX);
    let mut late: Vec<_> = departures
        .iter()
        .zip(arrivals)
        .map(|(left, at)| micros(at.saturating_sub(*arrived)) - micros(left.duration_since(*first)))
        .collect();
    late.sort_unstable();
    let quickest = late.first().copied().unwrap_or_default();
    let from_quickest = |index: usize| (late[index] - quickest) / 1000;
    format!(
        "{} ms in the middle, {} ms at the most, beyond the quickest",
        from_quickest(late.len() / 2),
        from_quickest(late.len() - 1)
    )
}

/// The default limiter, with a note of each departure.
#[derive(Debug, Default)]
struct Departures {
    window: SlidingWindow,
    at: Arc<Mutex<Vec<Instant>>>,
}

struct Noted {
    permit: Box<dyn RateLimitPermit>,
    at: Arc<Mutex<Vec<Instant>>>,
}

impl RateLimiter for Departures {
    fn acquire<'a>(
        &'a self,
        turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
        Box::pin(async move {
            let noted: Box<dyn RateLimitPermit> = Box::new(Noted {
                permit: self.window.acquire(turn).await?,
                at: Arc::clone(&self.at),
            });
            Ok(noted)
        })
    }

    fn pause<'a>(&'a self, store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()> {
        self.window.pause(store_hash, wait)
    }
}

impl RateLimitPermit for Noted {
    fn departed(self: Box<Self>) {
        if let Ok(mut at) = self.at.lock() {
            at.push(Instant::now());
        }
        self.permit.departed();
    }
}
