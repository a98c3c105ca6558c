//! How attempts are made and recovered.

use std::time::Duration;

/// How attempts are made and recovered.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) claim_lease: Duration,
    pub(crate) answer_lease: Duration,
    pub(crate) send_within: Duration,
    pub(crate) settle: Duration,
    pub(crate) token_lifetime: Duration,
    pub(crate) look_pauses: (Duration, Duration),
    pub(crate) look_again_after_release: [Duration; 2],
    pub(crate) recovery_interval: Duration,
    pub(crate) limit: Option<WindowLimit>,
    pub(crate) limit_margin: Duration,
    pub(crate) longest_wait: Duration,
    pub(crate) restored: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            claim_lease: Duration::from_secs(150),
            answer_lease: Duration::from_secs(90),
            send_within: Duration::from_secs(1),
            settle: Duration::from_mins(1),
            token_lifetime: Duration::from_hours(1),
            look_pauses: (Duration::from_secs(1), Duration::from_mins(5)),
            look_again_after_release: [Duration::from_hours(1), Duration::from_hours(24)],
            recovery_interval: Duration::from_secs(1),
            limit: None,
            limit_margin: Duration::from_millis(500),
            longest_wait: Duration::from_mins(1),
            restored: false,
        }
    }
}

/// How many requests a store takes in how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WindowLimit {
    pub(crate) requests: usize,
    /// The window, and what may lie between taking a place and arriving at the server.
    pub(crate) window_ms: i64,
}

impl Rules {
    pub(crate) fn limited(mut self, requests: usize, window: Duration) -> Self {
        self.limit = Some(WindowLimit {
            requests: requests.max(1),
            window_ms: milliseconds(window),
        });
        self
    }

    /// How long after its claim a charge may be processed at most, before it settles: it was sent
    /// at the end of its lease, and its token was made just before.
    pub(crate) fn longest_try(&self) -> Duration {
        [self.longest_wait, self.send_within, self.token_lifetime]
            .into_iter()
            .fold(self.claim_lease, Duration::saturating_add)
    }

    /// For how long after its claim nobody takes an attempt over, at least: once it may be sent,
    /// it has the lease of its answer instead of the claim's.
    pub(crate) fn shortest_lease(&self) -> Duration {
        let answer = self.send_within.saturating_add(self.answer_lease);
        self.claim_lease.min(answer)
    }

    /// The limit, with a margin for what lies between a place and its arrival.
    pub(crate) fn limit_at_server(&self) -> Option<WindowLimit> {
        let margin = milliseconds(self.send_within.saturating_add(self.limit_margin));
        self.limit.map(|limit| WindowLimit {
            window_ms: limit.window_ms.saturating_add(margin),
            ..limit
        })
    }
}

/// Whole milliseconds, as the database counts them.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
