//! The rate limiter of one process.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::send::rate_limit::{
    ChargeTurn, RateLimitPermit, RateLimiter, RateLimiterError, RateLimiterFuture,
};

/// What lies between two charges on their way to the host may differ by so much: a packet sent again,
/// two machines that are busy. With it, the sustained rate is 96 % of the allowed one.
const DEFAULT_MARGIN: Duration = Duration::from_millis(150);

/// The longest that one answer holds a store's charges back. A service that asks for more is asked
/// again by the next charge after that.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// A sum with it fits every clock.
const LONGEST_WINDOW: Duration = Duration::from_secs(24 * 3600);

/// At most so many charges in **any** window of the given length, per store, as the host counts
/// them; first come, first served.
///
/// A place counts from the moment at which the charge leaves, on a connection that is there: a
/// charge that has to wait for a new connection holds its place meanwhile, and so cannot arrive
/// among those that found one. The time of each departure is kept, so that no window that straddles
/// two others can hold more. A token bucket would let twice as many through across a boundary.
///
/// Clones share their places. A store that nothing was sent to for a window is forgotten.
///
/// ```
/// use std::time::Duration;
/// use bigcommerce_payments::SlidingWindow;
///
/// // The platform's limit (guide, "Rate limits").
/// let limit = SlidingWindow::new(50, Duration::from_secs(4));
/// # let _ = limit;
/// ```
#[derive(Clone)]
pub struct SlidingWindow {
    requests: usize,
    window: Duration,
    margin: Duration,
    stores: Arc<Mutex<Stores>>,
}

impl SlidingWindow {
    /// At most `requests` (at least one) within any `window` (at most a day), with a margin of
    /// 150 ms.
    pub fn new(requests: usize, window: Duration) -> Self {
        Self {
            requests: requests.max(1),
            window: window.min(LONGEST_WINDOW),
            margin: DEFAULT_MARGIN,
            stores: Arc::default(),
        }
    }

    /// How much longer than the window a place counts, since one charge may take that much longer
    /// to the host than a later one.
    #[must_use]
    pub fn margin(self, margin: Duration) -> Self {
        Self {
            margin: margin.min(LONGEST_WINDOW),
            ..self
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stores> {
        lock(&self.stores)
    }
}

impl Default for SlidingWindow {
    /// 50 requests in four seconds (guide, "Rate limits").
    fn default() -> Self {
        Self::new(50, Duration::from_secs(4))
    }
}

impl fmt::Debug for SlidingWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlidingWindow")
            .field("requests", &self.requests)
            .field("window", &self.window)
            .field("margin", &self.margin)
            .finish_non_exhaustive()
    }
}

impl RateLimiter for SlidingWindow {
    fn acquire<'a>(
        &'a self,
        turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
        Box::pin(async move {
            let waiter = Waiter::enter(self, turn);
            loop {
                match waiter.place(turn)? {
                    Place::Taken(permit) => return Ok(permit as Box<dyn RateLimitPermit>),
                    Place::NotBefore(at) => {
                        let _ = timeout_at(at, waiter.woken.notified()).await;
                    }
                    Place::NotYet => waiter.woken.notified().await,
                }
            }
        })
    }

    fn pause<'a>(&'a self, store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()> {
        Box::pin(async move {
            let until = Instant::now() + wait.min(LONGEST_PAUSE);
            let mut stores = self.lock();
            let store = stores.by_hash.entry(store_hash.into()).or_default();
            store.paused_until = store.paused_until.max(Some(until));
            // Each of them may have to give up.
            store.waiting.values().for_each(|woken| woken.notify_one());
            Ok(())
        })
    }
}

#[derive(Default)]
struct Stores {
    by_hash: HashMap<Arc<str>, Store>,
    /// When idle stores were last forgotten.
    swept: Option<Instant>,
    tickets: u64,
}

/// The places of one store.
#[derive(Default)]
struct Store {
    /// Charges that have their place and have not left.
    held: usize,
    /// When the charges of the last window left, oldest first.
    departures: VecDeque<Instant>,
    paused_until: Option<Instant>,
    /// Who waits, in order; the first is next.
    waiting: BTreeMap<Turn, Arc<Notify>>,
}

/// Since when a charge waits, and a number that tells two of one moment apart.
type Turn = (std::time::Instant, u64);

impl Stores {
    /// Forgets stores of which nothing has to be remembered, at most once a window.
    fn sweep(&mut self, now: Instant, counts: Duration) {
        if self.swept.is_some_and(|swept| now < swept + counts) {
            return;
        }
        self.swept = Some(now);
        self.by_hash.retain(|_, store| !store.is_idle(now, counts));
        self.by_hash.shrink_to(self.by_hash.len() * 2);
    }
}

impl Store {
    fn is_idle(&self, now: Instant, counts: Duration) -> bool {
        self.held == 0
            && self.waiting.is_empty()
            && self.departures.back().is_none_or(|at| *at + counts <= now)
            && self.paused_until.is_none_or(|until| until <= now)
    }

    fn expire(&mut self, now: Instant, counts: Duration) {
        while self
            .departures
            .front()
            .is_some_and(|at| *at + counts <= now)
        {
            self.departures.pop_front();
        }
    }

    fn wake_next(&self) {
        if let Some((_, woken)) = self.waiting.first_key_value() {
            woken.notify_one();
        }
    }
}

/// A charge in the queue of its store, which it leaves when this is dropped.
struct Waiter<'a> {
    limiter: &'a SlidingWindow,
    store_hash: Arc<str>,
    turn: Turn,
    woken: Arc<Notify>,
}

/// What a look at the queue comes to.
enum Place {
    Taken(Box<WindowPermit>),
    /// It is this one's turn, and there is no place before then, unless another is freed.
    NotBefore(Instant),
    /// Something has to happen first.
    NotYet,
}

impl<'a> Waiter<'a> {
    fn enter(limiter: &'a SlidingWindow, turn: &ChargeTurn<'_>) -> Self {
        let mut stores = limiter.lock();
        stores.sweep(Instant::now(), limiter.window + limiter.margin);
        stores.tickets += 1;
        let waiter = Self {
            limiter,
            store_hash: turn.store_hash.into(),
            turn: (turn.since, stores.tickets),
            woken: Arc::default(),
        };
        let store = stores.by_hash.entry(Arc::clone(&waiter.store_hash));
        let waiting = &mut store.or_default().waiting;
        waiting.insert(waiter.turn, Arc::clone(&waiter.woken));
        waiter
    }

    fn place(&self, turn: &ChargeTurn<'_>) -> Result<Place, RateLimiterError> {
        let counts = self.limiter.window + self.limiter.margin;
        let now = Instant::now();
        let mut stores = self.limiter.lock();
        let store = stores
            .by_hash
            .entry(Arc::clone(&self.store_hash))
            .or_default();
        let paused_until = store.paused_until.filter(|until| *until > now);
        if let Some(until) = paused_until
            && until.into_std() >= turn.deadline
        {
            return Err(RateLimiterError::NoPlaceInTime {
                retry_after: until - now,
            });
        }
        if store.waiting.keys().next() != Some(&self.turn) {
            return Ok(Place::NotYet);
        }
        if let Some(until) = paused_until {
            return Ok(Place::NotBefore(until));
        }
        store.expire(now, counts);
        if store.held + store.departures.len() < self.limiter.requests {
            store.held += 1;
            return Ok(Place::Taken(Box::new(WindowPermit {
                stores: Arc::clone(&self.limiter.stores),
                store_hash: Arc::clone(&self.store_hash),
                departed: None,
            })));
        }
        Ok(match store.departures.front() {
            Some(oldest) => Place::NotBefore(*oldest + counts),
            None => Place::NotYet,
        })
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut stores = self.limiter.lock();
        if let Some(store) = stores.by_hash.get_mut(&self.store_hash) {
            store.waiting.remove(&self.turn);
            store.wake_next();
        }
    }
}

struct WindowPermit {
    stores: Arc<Mutex<Stores>>,
    store_hash: Arc<str>,
    departed: Option<Instant>,
}

impl RateLimitPermit for WindowPermit {
    fn departed(mut self: Box<Self>) {
        self.departed = Some(Instant::now());
    }
}

impl Drop for WindowPermit {
    fn drop(&mut self) {
        let mut stores = lock(&self.stores);
        if let Some(store) = stores.by_hash.get_mut(&self.store_hash) {
            store.held -= 1;
            store.departures.extend(self.departed);
            store.wake_next();
        }
    }
}

fn lock(stores: &Mutex<Stores>) -> MutexGuard<'_, Stores> {
    stores.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
