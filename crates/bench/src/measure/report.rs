//! The ratios as a page.

use std::{fs, thread};

use duct::cmd;

use crate::{error::Error, measure::process::output};

const PAGE: &str = "crates/payments/docs/cost.md";

/// Everything above this line of the page is measured; what follows is written by hand.
const REMARKS: &str = "## Where the rest goes\n";

/// Rows of ratios.
#[derive(Default)]
pub(super) struct Table(Vec<[String; 3]>);

impl Table {
    /// A ratio of the facade to each of both other clients.
    pub(super) fn clients(&mut self, what: &str, reqwest: f64, hyper: f64) {
        self.one(what, reqwest, "by hand with reqwest");
        self.one(what, hyper, "by hand with hyper alone");
    }

    pub(super) fn one(&mut self, what: &str, ratio: f64, to: &str) {
        let digits = if ratio < 0.1 { 4 } else { 2 };
        anstream::eprintln!("{what}: {ratio:.digits$} × {to}");
        self.0
            .push([what.to_owned(), format!("{ratio:.digits$}"), to.to_owned()]);
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
         of a short and a long run. `cargo xtask bench --write` measures it again.\n\n\
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
