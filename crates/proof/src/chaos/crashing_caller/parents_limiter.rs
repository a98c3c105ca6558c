//! The limit of payments that a process shares with the one that started it.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use bigcommerce_payments::{
    ChargeAttempt, ChargeTurn, RateLimitPermit, RateLimiter, RateLimiterError, RateLimiterFuture,
};
use serde::{Deserialize, Serialize};

/// How long a place may be waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// What the process says to the one that started it, a line each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Message {
    /// It has its payment access token.
    Token,
    /// It has none, and ends.
    NoToken(String),
    /// It asks for a place within the limit. The answer is an empty line.
    Asks,
    /// Its charge leaves.
    Departs,
    /// Its charge did not leave, and the place is free.
    Frees,
    /// All charges of the store are to be held back.
    Pauses(Duration),
    /// It has charged.
    Done,
}

impl Message {
    /// Says it, unless nobody listens any more: then this process is about to end.
    pub(super) fn say(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }
}

/// The limiter of the process that started this one.
#[derive(Debug)]
pub(super) struct ParentsLimiter;

impl RateLimiter for ParentsLimiter {
    fn acquire<'a>(
        &'a self,
        _turn: &'a ChargeTurn<'a>,
    ) -> RateLimiterFuture<'a, Box<dyn RateLimitPermit>> {
        Box::pin(async {
            Message::Asks.say();
            let answer = || std::io::stdin().read_line(&mut String::new());
            match tokio::task::spawn_blocking(answer).await {
                Ok(Ok(read)) if read > 0 => {
                    let permit: Box<dyn RateLimitPermit> =
                        Box::new(ParentsPermit { is_used: false });
                    Ok(permit)
                }
                _ => Err(RateLimiterError::Unavailable("nobody answers".into())),
            }
        })
    }

    fn pause<'a>(&'a self, _store_hash: &'a str, wait: Duration) -> RateLimiterFuture<'a, ()> {
        Message::Pauses(wait).say();
        Box::pin(std::future::ready(Ok(())))
    }
}

struct ParentsPermit {
    is_used: bool,
}

impl RateLimitPermit for ParentsPermit {
    fn departed(mut self: Box<Self>) {
        self.is_used = true;
        Message::Departs.say();
    }
}

impl Drop for ParentsPermit {
    fn drop(&mut self) {
        if !self.is_used {
            Message::Frees.say();
        }
    }
}

/// The place that a process was given, as the one that started it holds it.
pub(super) struct GrantedPlace<'a> {
    limiter: Option<&'a dyn RateLimiter>,
    turn: ChargeTurn<'a>,
    permit: Option<Box<dyn RateLimitPermit>>,
}

impl<'a> GrantedPlace<'a> {
    pub(super) fn new(attempt: &'a ChargeAttempt, limiter: Option<&'a dyn RateLimiter>) -> Self {
        let deadline = Instant::now() + LONGEST_WAIT;
        Self {
            limiter,
            turn: ChargeTurn::new(&attempt.store_hash, &attempt.correlation_id, deadline),
            permit: None,
        }
    }

    /// Waits for a place, where there is a limit. Without one in time, the process gets none, and
    /// charges all the same: then the audit tells of it.
    pub(super) async fn acquire(&mut self) {
        if let Some(limiter) = self.limiter {
            self.permit = limiter.acquire(&self.turn).await.ok();
        }
    }

    pub(super) async fn hear(&mut self, message: &Message) {
        match message {
            Message::Departs => self.may_have_been_used(),
            Message::Frees => self.permit = None,
            Message::Pauses(wait) => {
                if let Some(limiter) = self.limiter {
                    // The process is answered with 429 again where this fails.
                    let _ = limiter.pause(self.turn.store_hash, *wait).await;
                }
            }
            _ => {}
        }
    }

    /// Its charge left, or may have left without its process having said so.
    pub(super) fn may_have_been_used(&mut self) {
        if let Some(permit) = self.permit.take() {
            permit.departed();
        }
    }
}
