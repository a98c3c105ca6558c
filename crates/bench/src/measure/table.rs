//! Rows of ratios.

use std::fmt;

use bigcommerce_progress::Progress;

pub(super) const BY_HAND_WITH_REQWEST: &str = "by hand with reqwest";
pub(super) const BY_HAND_WITH_HYPER: &str = "by hand with hyper alone";

/// A ratio, of which the least and the greatest may be known too.
pub(super) struct Ratio {
    median: f64,
    spread: Option<(f64, f64)>,
}

/// Rows of ratios.
pub(super) struct Table {
    rows: Vec<[String; 3]>,
    progress: Progress,
}

impl Ratio {
    /// That of some rounds, of which there is an odd number.
    pub(super) fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            median: rounds[rounds.len() / 2],
            spread: rounds.first().copied().zip(rounds.last().copied()),
        }
    }
}

impl From<f64> for Ratio {
    fn from(ratio: f64) -> Self {
        Self {
            median: ratio,
            spread: None,
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.median < 0.1 { 4 } else { 2 };
        write!(f, "{:.digits$}", self.median)?;
        match self.spread {
            Some((least, greatest)) => write!(f, " ({least:.digits$} to {greatest:.digits$})"),
            None => Ok(()),
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            progress: Progress::new("ratios measured", None),
        }
    }
}

impl Table {
    /// A ratio of the facade to each of both other clients.
    pub(super) fn clients(
        &mut self,
        what: &str,
        reqwest: impl Into<Ratio>,
        hyper: impl Into<Ratio>,
    ) {
        self.one(what, reqwest, BY_HAND_WITH_REQWEST);
        self.one(what, hyper, BY_HAND_WITH_HYPER);
    }

    pub(super) fn one(&mut self, what: &str, ratio: impl Into<Ratio>, to: &str) {
        let ratio = ratio.into();
        self.progress
            .pause(|| anstream::eprintln!("{what}: {ratio} × {to}"));
        self.progress.advance();
        self.rows
            .push([what.to_owned(), ratio.to_string(), to.to_owned()]);
    }
}

/// The rows as a page has them.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("| measured | ratio | to |\n|---|---|---|\n")?;
        let mut rows = self.rows.iter();
        rows.try_for_each(|[what, ratio, to]| writeln!(f, "| {what} | {ratio} | {to} |"))
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;

    #[test]
    fn a_ratio_of_rounds_tells_how_far_they_differ() {
        assert_eq!(
            Ratio::of(vec![0.9, 0.8, 1.2]).to_string(),
            "0.90 (0.80 to 1.20)"
        );
        assert_eq!(Ratio::from(0.0308).to_string(), "0.0308");
    }
}
