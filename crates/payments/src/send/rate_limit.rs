//! What keeps the rate limit of payments on our side of the wire.

use std::{
    error::Error as StdError,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

/// Decides when a store's next charge may be sent.
///
/// [`SlidingWindow`](crate::SlidingWindow) is the one in use unless
/// [`rate_limiter`](crate::PaymentsBuilder::rate_limiter) gives another: implement this trait to
/// share one limit between many instances of a service. An [`Arc`] of a limiter is a limiter.
///
/// # Failure
///
/// A limiter that fails lets nothing through: the charge is **not sent**, since one too many may
/// cost the store its access, and one that was not sent can be made again. It is tried again like
/// a charge for which no connection could be made, and then ends as
/// [`NotSent`](crate::ErrorKind::NotSent).
///
/// # Cancellation
///
/// The futures may be dropped at any time. One that is dropped before it is ready must not keep
/// its place.
///
/// ```
/// use std::time::Duration;
/// use bigcommerce_payments::{
///     ChargeTurn, RateLimitPermit, RateLimiter, RateLimiterFuture, SlidingWindow,
/// };
///
/// /// Two limits at once: one of the store's, and a smaller one of our own.
/// #[derive(Debug)]
/// struct Both(SlidingWindow, SlidingWindow);
///
/// struct BothPermits(Box<dyn RateLimitPermit>, Box<dyn RateLimitPermit>);
///
/// impl RateLimiter for Both {
///     fn acquire<'a>(
///         &'a self,
///         turn: &'a ChargeTurn<'a>,
///     ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
///         Box::pin(async move {
///             let (first, second) = (self.0.acquire(turn).await?, self.1.acquire(turn).await?);
///             let permit: Box<dyn RateLimitPermit> = Box::new(BothPermits(first, second));
///             Ok(permit)
///         })
///     }
///
///     fn pause<'a>(&'a self, store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()> {
///         self.0.pause(store_hash, wait)
///     }
/// }
///
/// impl RateLimitPermit for BothPermits {
///     fn departed(self: Box<Self>) {
///         self.0.departed();
///         self.1.departed();
///     }
/// }
/// ```
pub trait RateLimiter: fmt::Debug + Send + Sync + 'static {
    /// Waits for the charge's place, first come, first served by [`ChargeTurn::since`].
    ///
    /// A charge that was answered with 429 asks again at once and keeps its turn; the wait is that
    /// of [`pause`](Self::pause).
    fn acquire<'a>(
        &'a self,
        turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>>;

    /// Holds back all charges of the store for so long: it answered one of them with 429.
    ///
    /// Until then [`acquire`](Self::acquire) gives no place. Where this fails, the charge that was
    /// answered with 429 waits by itself.
    fn pause<'a>(&'a self, store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()>;
}

/// What a [`RateLimiter`] does, to be awaited.
pub type RateLimiterFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, RateLimiterError>> + Send + 'a>>;

/// A charge that waits to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChargeTurn<'a> {
    /// The store, each of which has a limit of its own.
    pub store_hash: &'a str,
    /// The `X-Correlation-Id` of the charge, the same for each of its attempts.
    pub correlation_id: &'a str,
    /// When the charge first asked for a place; later attempts keep it.
    pub since: Instant,
    /// When a place is of no use any more.
    pub deadline: Instant,
}

impl<'a> ChargeTurn<'a> {
    /// A charge that waits since now.
    pub fn new(store_hash: &'a str, correlation_id: &'a str, deadline: Instant) -> Self {
        Self {
            store_hash,
            correlation_id,
            since: Instant::now(),
            deadline,
        }
    }
}

/// A place among the charges of a store.
///
/// It is held from [`acquire`](RateLimiter::acquire) until the charge leaves, which may be later:
/// a connection may have to be made first. Dropped before that, it is free again: the charge was
/// not sent. `()` is the permit of a limiter that counts a charge when it asks.
pub trait RateLimitPermit: Send {
    /// The charge leaves now, so that its place counts for the window that begins. This runs
    /// within the HTTP library's own task, and must not block it.
    fn departed(self: Box<Self>);
}

impl RateLimitPermit for () {
    fn departed(self: Box<Self>) {}
}

/// Why there is no place for a charge, which is then not sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum RateLimiterError {
    /// There is none before the charge's deadline.
    NoPlaceInTime {
        /// How long until there may be one.
        retry_after: Duration,
    },
    /// The limiter does not work, as when the database that it counts in is away.
    Unavailable(Box<dyn StdError + Send + Sync>),
}

impl fmt::Display for RateLimiterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPlaceInTime { .. } => f.write_str("the rate limit left no place in time"),
            Self::Unavailable(_) => f.write_str("the rate limiter does not work"),
        }
    }
}

impl StdError for RateLimiterError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NoPlaceInTime { .. } => None,
            Self::Unavailable(source) => Some(source.as_ref()),
        }
    }
}

impl<L: RateLimiter + ?Sized> RateLimiter for Arc<L> {
    fn acquire<'a>(
        &'a self,
        turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
        self.as_ref().acquire(turn)
    }

    fn pause<'a>(&'a self, store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()> {
        self.as_ref().pause(store_hash, wait)
    }
}
