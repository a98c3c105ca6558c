//! The places of a store among the payment requests, kept in one row for all instances.

use crate::rules::WindowLimit;

/// The times of the last places, in their order: as many as fill a window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Places(Vec<i64>);

impl Places {
    /// Nobody books a time that is farther ahead than `farthest`: the database's clock was set
    /// back since.
    pub(crate) fn read(text: &str, now: i64, farthest: i64) -> Self {
        let times = text.split(',').filter_map(|time| time.parse().ok());
        let is_booked = |time: i64| time <= now.saturating_add(farthest);
        let sane = |time| if is_booked(time) { time } else { now };
        Self(times.map(sane).collect())
    }

    pub(crate) fn text(&self) -> String {
        let times: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        times.join(",")
    }

    /// The earliest time at which one more request keeps the limit, never before one that was
    /// asked for earlier.
    pub(crate) fn next(&self, limit: WindowLimit, now: i64) -> i64 {
        let oldest = self.0.len().checked_sub(limit.requests);
        let free = oldest.map_or(now, |oldest| self.0[oldest] + limit.window_ms);
        let last = self.0.last().copied().unwrap_or(now);
        now.max(free).max(last)
    }

    pub(crate) fn take(&mut self, limit: WindowLimit, time: i64) {
        self.0.push(time);
        let surplus = self.0.len().saturating_sub(limit.requests);
        self.0.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::rules::WindowLimit;

    const LIMIT: WindowLimit = WindowLimit {
        requests: 50,
        window_ms: 5000,
    };
    const FARTHEST: i64 = 65_000;

    #[test]
    fn no_window_holds_more_than_the_limit() {
        let mut places = Places::read("", 0, FARTHEST);
        let mut times = Vec::new();
        for request in 0..1000 {
            // Requests come in bursts, and faster than the limit.
            let now = request / 70 * 3000;
            let place = places.next(LIMIT, now);
            assert!(place >= now);
            places.take(LIMIT, place);
            times.push(place);
            places = Places::read(&places.text(), now, FARTHEST);
        }
        assert!(times.is_sorted(), "first come, first served");
        assert!(
            times
                .windows(51)
                .all(|it| it[50] - it[0] >= LIMIT.window_ms)
        );
        assert_eq!(times.last(), Some(&(19 * 5000)), "and no place is left out");
    }

    #[test]
    fn a_clock_that_was_set_back_blocks_no_store() {
        for minutes in [2, 30, 90] {
            let far = (0..50).map(|it| (minutes * 60_000 + it).to_string());
            let far: Vec<_> = far.collect();
            let places = Places::read(&far.join(","), 0, FARTHEST);

            assert_eq!(places.next(LIMIT, 0), LIMIT.window_ms, "{minutes}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_place() {
        let places = Places::read("1,x,,99999999999999999999,2", 5, FARTHEST);
        assert_eq!(places.text(), "1,2");
    }
}
