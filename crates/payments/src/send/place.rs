//! The place of a charge within the rate limit.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use tracing::debug;

use crate::send::{
    failure::FailedAttempt,
    rate_limit::{ChargeTurn, RateLimitPermit, RateLimiter},
};

/// The longest that a limiter may take to note that the store is to be left alone.
const PAUSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A charge among those of its store, over all of its attempts.
pub(crate) struct PlaceInLine<'a> {
    limiter: &'a dyn RateLimiter,
    turn: ChargeTurn<'a>,
    deadline: Instant,
}

impl<'a> PlaceInLine<'a> {
    /// At the end of the line, as of now.
    pub(crate) fn new(
        limiter: &'a dyn RateLimiter,
        store_hash: &'a str,
        correlation_id: &'a str,
        deadline: Instant,
    ) -> Self {
        Self {
            limiter,
            turn: ChargeTurn::new(store_hash, correlation_id, deadline.into_std()),
            deadline,
        }
    }

    /// Waits for the place.
    pub(crate) async fn acquire(&self) -> Result<Box<dyn RateLimitPermit>, FailedAttempt> {
        match timeout_at(self.deadline, self.limiter.acquire(&self.turn)).await {
            Ok(permit) => permit.map_err(FailedAttempt::without_place),
            Err(_) => Err(FailedAttempt::not_sent(
                "the rate limit left no place in time",
            )),
        }
    }

    /// Holds back all charges of the store, this one included. Tells whether that is so: a limiter
    /// may fail.
    pub(crate) async fn pause(&self, wait: Duration) -> bool {
        let paused = timeout(
            PAUSE_TIMEOUT,
            self.limiter.pause(self.turn.store_hash, wait),
        )
        .await;
        if let Ok(Err(error)) = &paused {
            debug!(%error, "the rate limiter was not told of a 429");
        }
        matches!(paused, Ok(Ok(())))
    }
}
