//! The ratios as pages.

use std::{fs, path::Path, thread};

use duct::cmd;

use crate::{
    error::Error,
    measure::{process::output, table::Table},
};

/// A page of figures, of which the part above its remarks is measured.
pub(super) struct Page {
    pub(super) path: &'static str,
    head: &'static str,
}

/// What is written by hand begins with this line.
const REMARKS: &str = "## Where the rest goes\n";

pub(super) const CHARGE: Page = Page {
    path: "crates/payments/docs/cost.md",
    head: "# What it costs\n\n\
        A charge is a request for a payment access token and the payment itself, over kept-alive\n\
        HTTP connections to the test store, which runs in a process of its own. The clients run\n\
        in one thread. By hand are the same two requests, header for header, with the same\n\
        timeouts, and with reqwest and `serde_json`, or with hyper's pooled client and\n\
        `serde_json`. Instructions are counted by callgrind and heap by DHAT, as the difference\n\
        of a short and a long run. Charges per second are those of nine rounds in which each\n\
        client has its turn: the median of their ratios, and the least and the greatest.\n\n\
        ![The same requests by hand and through the facade](cost.svg)\n\n",
};

pub(super) const JOURNAL: Page = Page {
    path: "crates/journal/docs/cost.md",
    head: "# What the journal costs\n\n\
        A charge through the journal is one through the facade and three commits. Each instance is\n\
        a process with one thread, which makes eight charges at a time; all of them share one\n\
        journal, on this machine's disk, and no rate limit. PostgreSQL and the test store run on\n\
        the same machine. Each ratio is the median of the rounds in which each number of instances\n\
        has its turn, with the least and the greatest.\n\n\
        ![Charges per second by instances](instances.svg)\n\n",
};

impl Page {
    /// The measured part.
    pub(super) fn measured(&self, table: &Table) -> Result<String, Error> {
        Ok(format!(
            "{}{table}\nMeasured on {}.\n\n",
            self.head,
            machine()?
        ))
    }

    /// Replaces the measured part, and keeps the remarks.
    pub(super) fn write(&self, measured: &str) -> Result<(), Error> {
        let old = fs::read_to_string(self.path).unwrap_or_default();
        let remarks = old.find(REMARKS).map_or("", |start| &old[start..]);
        let page = format!("{measured}{remarks}");
        let path = Path::new(self.path);
        fs::create_dir_all(path.parent().unwrap_or(path))
            .and_then(|()| fs::write(path, format!("{}\n", page.trim_end())))
            .map_err(|source| Error::File {
                path: path.to_owned(),
                source,
            })?;
        anstream::eprintln!("wrote {}", self.path);
        Ok(())
    }
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
