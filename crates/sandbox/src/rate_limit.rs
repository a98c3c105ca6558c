//! The payments host's rate limit: a sliding window per store.

use std::collections::VecDeque;

use crate::clock::Timestamp;

/// How many payment requests a store may make in how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests in any window.
    pub requests: u32,
    /// The window's length in milliseconds.
    pub window_ms: u32,
}

impl RateLimit {
    /// The service's limit: 50 payment requests per 4 seconds (payments guide, "Rate limits").
    pub const SERVICE: Self = Self {
        requests: 50,
        window_ms: 4_000,
    };

    /// A limit of `requests` in any window of `window_ms` milliseconds.
    pub fn new(requests: u32, window_ms: u32) -> Self {
        Self {
            requests,
            window_ms,
        }
    }
}

/// Where a store stands in its window after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowStatus {
    pub(crate) limit: RateLimit,
    pub(crate) admitted: bool,
    pub(crate) left: u32,
    /// Milliseconds until the oldest request leaves the window.
    pub(crate) reset_ms: i64,
}

impl WindowStatus {
    /// The platform's rate-limit headers; a refused request is also told the seconds to wait.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("x-rate-limit-requests-left", self.left.to_string()),
            (
                "x-rate-limit-requests-quota",
                self.limit.requests.to_string(),
            ),
            ("x-rate-limit-time-reset-ms", self.reset_ms.to_string()),
            (
                "x-rate-limit-time-window-ms",
                self.limit.window_ms.to_string(),
            ),
        ];
        if !self.admitted {
            headers.push(("x-retry-after", ((self.reset_ms + 999) / 1000).to_string()));
        }
        headers
    }
}

/// The requests of one store that are still inside the window.
#[derive(Debug, Default)]
pub(crate) struct Window {
    admitted_at: VecDeque<Timestamp>,
}

impl Window {
    /// Admits a request or refuses it; a refused request does not count.
    pub(crate) fn admit(&mut self, limit: RateLimit, now: Timestamp) -> WindowStatus {
        let window = i64::from(limit.window_ms);
        let age = |at: Timestamp| now.unix_millis() - at.unix_millis();
        while self
            .admitted_at
            .front()
            .is_some_and(|&at| age(at) >= window)
        {
            self.admitted_at.pop_front();
        }
        let admitted = self.admitted_at.len() < limit.requests as usize;
        if admitted {
            self.admitted_at.push_back(now);
        }
        let used = u32::try_from(self.admitted_at.len()).unwrap_or(u32::MAX);
        WindowStatus {
            limit,
            admitted,
            left: limit.requests.saturating_sub(used),
            reset_ms: self
                .admitted_at
                .front()
                .map_or(window, |&at| window - age(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::{Clock, ClockMode};

    #[test]
    fn the_window_slides_and_never_admits_more_than_the_limit() {
        let clock = Clock::new(ClockMode::SEEDED);
        let mut window = Window::default();
        let limit = RateLimit::new(2, 4_000);
        assert!(window.admit(limit, clock.now()).admitted);
        clock.advance(Duration::from_millis(1_500));
        assert!(window.admit(limit, clock.now()).admitted);

        let refused = window.admit(limit, clock.now());
        assert!(!refused.admitted);
        assert_eq!(refused.reset_ms, 2_500);
        assert!(
            refused
                .headers()
                .contains(&("x-retry-after", "3".to_owned()))
        );

        clock.advance(Duration::from_millis(2_500));
        assert!(window.admit(limit, clock.now()).admitted);
        assert!(!window.admit(limit, clock.now()).admitted);
    }
}
