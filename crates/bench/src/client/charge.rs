//! What all clients do: charge a range of orders, some at the same time.

use std::{
    error::Error,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use tokio::task::JoinSet;

pub(super) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Makes a payment access token for an order, and charges a card with it.
pub(super) trait Charge: Send + Sync + 'static {
    fn charge(&self, order: u32) -> impl Future<Output = Outcome> + Send;
}

/// Charges each order once, and returns the nanoseconds that it took. A charge that fails ends
/// the run.
pub(super) async fn charge_all(
    client: impl Charge,
    orders: Range<u32>,
    concurrency: u32,
) -> Outcome<u128> {
    let client = Arc::new(client);
    let next = Arc::new(AtomicU32::new(orders.start));
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..concurrency {
        let (client, next) = (Arc::clone(&client), Arc::clone(&next));
        let end = orders.end;
        workers.spawn(async move {
            loop {
                let order = next.fetch_add(1, Ordering::Relaxed);
                if order >= end {
                    return Outcome::Ok(());
                }
                client.charge(order).await?;
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker??;
    }
    Ok(started.elapsed().as_nanos())
}
