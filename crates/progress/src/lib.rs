//! How far a long command is: a bar on a terminal, lines elsewhere, both on standard error.
//!
//! ```
//! use bigcommerce_progress::Progress;
//!
//! let progress = Progress::new("orders charged", Some(2));
//! for order in [100, 101] {
//!     progress.pause(|| println!("order {order} is charged"));
//!     progress.advance();
//! }
//! ```

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// A count of what is done. Its bar goes away with it.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    total: Option<u64>,
    done: AtomicU64,
    /// Hidden where standard error is no terminal.
    bar: ProgressBar,
}

/// How often a line tells how far it is, where there is no bar.
const LINES: u64 = 4;

/// How often the bar shows the time anew.
const TICK: Duration = Duration::from_millis(200);

impl Progress {
    /// Begins at nothing. Without a total, how far it is can be shown on a terminal only.
    #[must_use]
    pub fn new(what: &'static str, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => "{elapsed:>4} {wide_bar} {pos} of {len} {msg}",
            None => "{elapsed:>4} {spinner} {pos} {msg}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let bar = bar.with_style(style).with_message(what);
        bar.enable_steady_tick(TICK);
        Self {
            what,
            total,
            done: AtomicU64::new(0),
            bar,
        }
    }

    /// One more is done.
    pub fn advance(&self) {
        self.bar.inc(1);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.bar.is_hidden()
            && let Some(total) = self.total
            && is_told(done, total)
        {
            eprintln!("{done} of {total} {}", self.what);
        }
    }

    /// Lets something be printed that the bar would be in the way of.
    pub fn pause<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn is_told(done: u64, total: u64) -> bool {
    done * LINES / total > (done - 1) * LINES / total
}

#[cfg(test)]
mod tests {
    use super::is_told;

    #[test]
    fn lines_come_at_each_quarter() {
        let told = |total| (1..=total).filter(move |done| is_told(*done, total));

        assert!(told(2000).eq([500, 1000, 1500, 2000]));
        assert!(told(6).eq([2, 3, 5, 6]));
        assert!(told(3).eq([1, 2, 3]));
        assert!(told(0).eq([]));
    }
}
