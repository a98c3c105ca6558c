//! Stores at their full limit on one PostgreSQL: charges of many stores through the journals of
//! several instances, as many of each store as its limit lets through. The counts are those of the
//! test store, which stamps the first byte of each request.
//!
//! ```text
//! cargo run --release -p bigcommerce-bench --example full_limit -- 16
//! ```

use std::{
    env,
    error::Error,
    num::NonZeroU16,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bigcommerce_payments::{Card, OrderId, Payment, Payments};
use bigcommerce_payments_journal::{IdempotencyKey, Journal, JournaledStore};
use bigcommerce_sandbox::{Sandbox, TestStore};
use bigcommerce_test_postgres::PostgresServer;
use tokio::task::JoinSet;

/// The platform's limit of a store.
const REQUESTS: usize = 50;
const WINDOW: Duration = Duration::from_secs(4);

/// What the journal keeps between the limit's windows for what lies between it and the server:
/// 1 s to send within, and a margin of 0.5 s.
const SPREAD: Duration = Duration::from_millis(5500);

const INSTANCES: usize = 4;

/// Charges of a store that each instance makes at a time.
const SHOPPERS: usize = 8;

/// The first window finds all places free, and is not counted.
const WINDOWS: usize = 5;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome {
    let stores = stores()?;
    let server = PostgresServer::start()?.ok_or("PostgreSQL is not installed")?;
    let sandbox = Sandbox::builder().rate_limit(None).start().await?;
    let mut clients = Vec::new();
    for _ in 0..INSTANCES {
        let journal = Journal::builder(&server.url());
        let journal = journal.database_timeout(Duration::from_secs(60));
        clients.push((payments(&sandbox)?, journal.open().await?));
    }
    let mut shoppers = JoinSet::new();
    let mut watched = Vec::new();
    for number in 0..stores {
        let hash = format!("full{number}");
        let store = sandbox.add_store(&hash, "account-token")?;
        let left = Arc::new(AtomicUsize::new(WINDOWS * REQUESTS));
        for (payments, journal) in &clients {
            let client = journal.store(payments.store(&hash, "account-token")?);
            for _ in 0..SHOPPERS {
                shoppers.spawn(charge(client.clone(), store.clone(), Arc::clone(&left)));
            }
        }
        watched.push(store);
    }
    while let Some(shopper) = shoppers.join_next().await {
        shopper??;
    }
    tell(&watched)
}

fn stores() -> Outcome<u16> {
    let Some(text) = env::args().nth(1) else {
        return Ok(8);
    };
    let number = text.parse::<NonZeroU16>();
    let number = number.map_err(|error| format!("`{text}` is no number of stores: {error}"))?;
    Ok(number.get())
}

fn payments(sandbox: &Sandbox) -> Result<Payments, bigcommerce_payments::Error> {
    Payments::builder()
        .api_url(sandbox.api_url())
        .payments_url(sandbox.payments_url())
        .without_rate_limit()
        .build()
}

/// Charges one order of the store after the other, until none is left.
async fn charge(client: JournaledStore, store: TestStore, left: Arc<AtomicUsize>) -> Outcome {
    let one_less = |left: usize| left.checked_sub(1);
    while left
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
        .is_ok()
    {
        let order = OrderId::try_from(store.create_order("60.98")?)?;
        let key = IdempotencyKey::new(format!("order-{order}"))?;
        let card = Card::new("Jane Doe", "4242424242424242", 12, 2040);
        let payment = Payment::new(card, "stripe.card")?;
        client.charge(&key, order, &payment).await?;
    }
    Ok(())
}

/// How near the stores came to their limit, and that none went beyond.
fn tell(stores: &[TestStore]) -> Outcome {
    let mut rates = Vec::new();
    for store in stores {
        let arrivals = store.payment_arrivals();
        let most = store.most_payment_arrivals_within(WINDOW);
        if most > REQUESTS {
            return Err(format!("{most} charges of one store within {WINDOW:?}").into());
        }
        let took = arrivals[arrivals.len() - 1].saturating_sub(arrivals[REQUESTS - 1]);
        rates.push(f64::from(u32::try_from(arrivals.len() - REQUESTS)?) / took.as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let requests = f64::from(u32::try_from(REQUESTS)?);
    let (full, allowed) = (
        requests / SPREAD.as_secs_f64(),
        requests / WINDOW.as_secs_f64(),
    );
    println!(
        "{} stores, {INSTANCES} instances, at most {REQUESTS} in any {WINDOW:?} each",
        stores.len()
    );
    println!(
        "charges a second: {:.1} of all stores; of one store {:.2} in the middle and {:.2} at the \
         least, of {full:.2} that the journal lets through and {allowed} that the platform takes",
        rates.iter().sum::<f64>(),
        rates[rates.len() / 2],
        rates[0],
    );
    Ok(())
}
