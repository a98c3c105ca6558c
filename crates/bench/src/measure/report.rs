//! The ratios as a page.

use std::{fmt, fs, thread};

use duct::cmd;

use crate::{error::Error, measure::process::output};

pub(super) const PAGE: &str = "crates/payments/docs/cost.md";

/// Everything above this line of the page is measured; what follows is written by hand.
const REMARKS: &str = "## Where the rest goes\n";

pub(super) const BY_HAND_WITH_REQWEST: &str = "by hand with reqwest";
pub(super) const BY_HAND_WITH_HYPER: &str = "by hand with hyper alone";

/// A ratio, of which the least and the greatest may be known too.
pub(super) struct Ratio {
    median: f64,
    spread: Option<(f64, f64)>,
}

/// Rows of ratios.
#[derive(Default)]
pub(super) struct Table(Vec<[String; 3]>);

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
        anstream::eprintln!("{what}: {ratio} × {to}");
        self.0
            .push([what.to_owned(), ratio.to_string(), to.to_owned()]);
    }
}

/// The measured part of the page.
pub(super) fn page(table: &Table) -> Result<String, Error> {
    let mut text = String::from(
        "# What it costs\n\n\
         A charge is a request for a payment access token and the payment itself, over kept-alive\n\
         HTTP connections to the test store, which runs in a process of its own. The clients run\n\
         in one thread. By hand are the same two requests, header for header, with the same\n\
         timeouts, and with reqwest and `serde_json`, or with hyper's pooled client and\n\
         `serde_json`. Instructions are counted by callgrind and heap by DHAT, as the difference\n\
         of a short and a long run. Charges per second are those of nine rounds in which each\n\
         client has its turn: the median of their ratios, and the least and the greatest.\n\n\
         ![The same requests by hand and through the facade](cost.svg)\n\n\
         | measured | ratio | to |\n|---|---|---|\n",
    );
    let rows = &table.0;
    text.extend(
        rows.iter()
            .map(|[what, ratio, to]| format!("| {what} | {ratio} | {to} |\n")),
    );
    Ok(text + "\nMeasured on " + &machine()? + ".\n\n")
}

/// Replaces the measured part, and keeps the remarks.
pub(super) fn write(text: &str) -> Result<(), Error> {
    let old = fs::read_to_string(PAGE).unwrap_or_default();
    let remarks = old.find(REMARKS).map_or("", |start| &old[start..]);
    let page = format!("{text}{remarks}");
    fs::write(PAGE, format!("{}\n", page.trim_end())).map_err(|source| Error::File {
        path: PAGE.into(),
        source,
    })?;
    anstream::eprintln!("wrote {PAGE}");
    Ok(())
}

fn machine() -> Result<String, Error> {
    let cores = thread::available_parallelism()?;
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let kernel = output(&cmd!("uname", "-sr"))?;
    let rustc = output(&cmd!("rustc", "--version"))?;
    Ok(format!(
        "{cores} cores ({model}), {}, {}",
        kernel.trim(),
        rustc.trim()
    ))
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
