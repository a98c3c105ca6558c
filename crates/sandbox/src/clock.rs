//! The sandbox's clock: real time, or a fixed instant that moves only when told.

use std::{
    fmt, mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use time::{
    OffsetDateTime,
    format_description::{
        BorrowedFormatItem,
        well_known::{Rfc2822, Rfc3339},
    },
    macros::format_description,
};

/// Where a sandbox's clock starts and what moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockMode {
    /// The machine's clock, plus whatever [`Clock::advance`] added.
    Real,
    /// Starts at this Unix time in seconds and moves only by [`Clock::advance`].
    Fixed(i64),
}

impl ClockMode {
    /// The start of a seeded sandbox's clock: 2030-01-01T00:00:00Z. It lies in the future, so
    /// that a client which reads a PAT's claims by the real clock does not find it expired.
    pub const SEEDED: Self = Self::Fixed(1_893_456_000);
}

/// The clock that every date, expiry and rate-limit window of a sandbox follows.
pub struct Clock {
    fixed_start_ms: Option<i64>,
    offset_ms: AtomicI64,
    alarms: Mutex<Vec<Alarm>>,
}

/// Something that happens when a clock shows a time.
struct Alarm {
    due: Timestamp,
    ring: Box<dyn FnOnce() + Send>,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        let fixed_start_ms = match mode {
            ClockMode::Real => None,
            ClockMode::Fixed(seconds) => Some(seconds.saturating_mul(1000)),
        };
        Self {
            fixed_start_ms,
            offset_ms: AtomicI64::new(0),
            alarms: Mutex::default(),
        }
    }

    /// Moves the clock forward, for example past a PAT's hour. What becomes due happens before
    /// this returns.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // The closure never declines, so the update cannot fail.
        let _ = self
            .offset_ms
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |offset| {
                Some(offset.saturating_add(by))
            });
        self.ring_alarms();
    }

    /// Shows again what it would show if it had never been advanced.
    pub(crate) fn reset(&self) {
        self.offset_ms.store(0, Ordering::SeqCst);
    }

    /// The sandbox's time, in whole seconds since the Unix epoch.
    pub fn unix_seconds(&self) -> i64 {
        self.now().unix_seconds()
    }

    /// Whether the clock moves only when told.
    pub fn is_fixed(&self) -> bool {
        self.fixed_start_ms.is_some()
    }

    /// Makes something happen once the clock shows this much more.
    pub(crate) fn set_alarm(&self, delay: Duration, ring: impl FnOnce() + Send + 'static) {
        let delay = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        let due = Timestamp(self.now().0.saturating_add(delay));
        self.lock_alarms().push(Alarm {
            due,
            ring: Box::new(ring),
        });
    }

    /// Rings the alarms that are due, earliest first.
    pub(crate) fn ring_alarms(&self) {
        let now = self.now();
        let mut due = {
            let mut alarms = self.lock_alarms();
            let (due, later) = mem::take(&mut *alarms)
                .into_iter()
                .partition::<Vec<_>, _>(|alarm| alarm.due <= now);
            *alarms = later;
            due
        };
        due.sort_by_key(|alarm| alarm.due);
        for alarm in due {
            (alarm.ring)();
        }
    }

    fn lock_alarms(&self) -> std::sync::MutexGuard<'_, Vec<Alarm>> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        let start = self.fixed_start_ms.unwrap_or_else(real_now_ms);
        Timestamp(start.saturating_add(self.offset_ms.load(Ordering::SeqCst)))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("now", &self.now())
            .field("is_fixed", &self.is_fixed())
            .finish_non_exhaustive()
    }
}

/// An instant of the sandbox's clock, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(i64);

impl Timestamp {
    pub(crate) fn unix_millis(self) -> i64 {
        self.0
    }

    pub(crate) fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    pub(crate) fn skewed(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The form of an HTTP `Date` header.
    pub(crate) fn http_date(self) -> String {
        const FORMAT: &[BorrowedFormatItem<'_>] = format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        self.date_time().format(FORMAT).unwrap_or_default()
    }

    /// The form of dates in V2 orders.
    pub(crate) fn rfc2822(self) -> String {
        self.date_time().format(&Rfc2822).unwrap_or_default()
    }

    /// The form of dates in order transactions.
    pub(crate) fn rfc3339(self) -> String {
        self.date_time().format(&Rfc3339).unwrap_or_default()
    }

    pub(crate) fn year_and_month(self) -> (i32, u8) {
        let date = self.date_time();
        (date.year(), u8::from(date.month()))
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.unix_seconds())
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

fn real_now_ms() -> i64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::new(ClockMode::SEEDED);
        assert_eq!(clock.now().http_date(), "Tue, 01 Jan 2030 00:00:00 GMT");
        clock.advance(Duration::from_secs(3601));
        assert_eq!(clock.now().rfc3339(), "2030-01-01T01:00:01Z");
        assert_eq!(clock.now().rfc2822(), "Tue, 01 Jan 2030 01:00:01 +0000");
    }

    #[test]
    fn advancing_without_end_saturates() {
        let clock = Clock::new(ClockMode::SEEDED);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(clock.unix_seconds() > 0);
        assert!(!clock.now().http_date().is_empty());
    }
}
