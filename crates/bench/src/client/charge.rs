//! What all clients do: charge a range of orders, some at the same time.

use std::{
    error::Error,
    fmt, fs,
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

/// The nanoseconds that something took.
pub(super) struct Took {
    elapsed: u128,
    /// Those of the processors.
    processor: u64,
}

/// When something began.
pub(super) struct Started {
    at: Instant,
    processor: u64,
}

/// Charges each order once. A charge that fails ends the run.
pub(super) async fn charge_all(
    client: impl Charge,
    orders: Range<u32>,
    concurrency: u32,
) -> Outcome<Took> {
    let client = Arc::new(client);
    let next = Arc::new(AtomicU32::new(orders.start));
    let started = Started::now()?;
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
    started.elapsed()
}

impl Started {
    pub(super) fn now() -> Outcome<Self> {
        Ok(Self {
            at: Instant::now(),
            processor: processor_time()?,
        })
    }

    pub(super) fn elapsed(&self) -> Outcome<Took> {
        Ok(Took {
            elapsed: self.at.elapsed().as_nanos(),
            processor: processor_time()? - self.processor,
        })
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.elapsed, self.processor)
    }
}

/// The nanoseconds of all processors that this process has used: those of all its threads, in
/// hundredths of a second, as Linux counts them.
fn processor_time() -> Outcome<u64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("/proc/self/stat has no name")?;
    let ticks: Result<Vec<u64>, _> = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse)
        .collect();
    Ok(ticks?.iter().sum::<u64>() * 10_000_000)
}
