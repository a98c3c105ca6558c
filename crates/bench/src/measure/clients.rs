//! Runs the measured clients against a test store, each in a process of its own.

use std::ffi::OsString;

use bigcommerce_sandbox::Sandbox;
use clap::ValueEnum;
use duct::{Expression, cmd};
use tokio::runtime::Runtime;

use crate::{client::Mode, error::Error, measure::process::output};

/// The facade, and those it is compared with.
pub(super) const CLIENTS: [Mode; 3] = [Mode::Facade, Mode::Reqwest, Mode::Hyper];

/// Two lengths of a run: what both have in common is not the charges.
const SHORT: u32 = 200;
const LONG: u32 = 1000;

/// The clients, ready to run against a test store in this process, which no measurement counts.
pub(super) struct Clients {
    sandbox: Sandbox,
    /// Dropped last, because the sandbox runs on it.
    _runtime: Runtime,
}

/// What a run or a charge takes from the heap.
pub(super) struct Heap {
    pub(super) allocations: f64,
    pub(super) bytes: f64,
    /// The most bytes that were in use at one time.
    pub(super) peak: f64,
}

/// What some processes take, in nanoseconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Took {
    /// The time of the slowest.
    pub(super) nanoseconds: f64,
    /// The time of the processors of all of them.
    pub(super) processor: f64,
}

impl Took {
    fn read(text: &str) -> Result<Self, Error> {
        let mut numbers = text.split_whitespace().map(str::parse);
        let mut next = || numbers.next().unwrap_or(Ok(f64::NAN));
        Ok(Self {
            nanoseconds: next()?,
            processor: next()?,
        })
    }
}

pub(super) fn require_valgrind() -> Result<(), Error> {
    let found = cmd!("valgrind", "--version").stdout_null().run();
    found.map(drop).map_err(|_| Error::NoValgrind)
}

impl Clients {
    /// Starts the test store.
    pub(super) fn new() -> Result<Self, Error> {
        let runtime = Runtime::new()?;
        let sandbox = runtime.block_on(Sandbox::builder().rate_limit(None).start())?;
        Ok(Self {
            sandbox,
            _runtime: runtime,
        })
    }

    /// The nanoseconds that a run takes, without the set-up of the process.
    pub(super) fn nanoseconds(
        &self,
        mode: Mode,
        count: u32,
        concurrency: u32,
    ) -> Result<f64, Error> {
        let took = Took::read(&output(&self.run(mode, count, concurrency, &[])?)?)?;
        Ok(took.nanoseconds)
    }

    /// What some processes take that charge at once, through one journal where it is named.
    pub(super) fn instances(
        &self,
        instances: u32,
        count: u32,
        concurrency: u32,
        database: Option<&str>,
    ) -> Result<Took, Error> {
        let (mode, options) = match &database {
            Some(database) => (Mode::Journal, vec!["--database", database]),
            None => (Mode::Facade, Vec::new()),
        };
        let run = |_| self.run(mode, count, concurrency, &options);
        let runs: Vec<_> = (0..instances).map(run).collect::<Result<_, _>>()?;
        let started: Vec<_> = runs
            .iter()
            .map(|run| run.stdout_capture().start())
            .collect::<Result<_, _>>()?;
        let mut all = Took::default();
        for instance in started {
            let output = instance.into_output()?;
            let took = Took::read(&String::from_utf8_lossy(&output.stdout))?;
            all.nanoseconds = all.nanoseconds.max(took.nanoseconds);
            all.processor += took.processor;
        }
        Ok(all)
    }

    /// The instructions that the process of a run executes.
    pub(super) fn instructions(
        &self,
        mode: Mode,
        count: u32,
        concurrency: u32,
    ) -> Result<f64, Error> {
        let tool = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
        let said = self.valgrind(tool, mode, count, concurrency)?;
        number_after(&said, "Collected :")
    }

    pub(super) fn instructions_per_charge(
        &self,
        client: Mode,
        concurrency: u32,
    ) -> Result<f64, Error> {
        let long = self.instructions(client, LONG, concurrency)?;
        let short = self.instructions(client, SHORT, concurrency)?;
        Ok((long - short) / f64::from(LONG - SHORT))
    }

    /// What the process of a run takes from the heap.
    pub(super) fn heap(&self, mode: Mode, count: u32, concurrency: u32) -> Result<Heap, Error> {
        let tool = ["--tool=dhat", "--dhat-out-file=/dev/null"];
        let said = self.valgrind(tool, mode, count, concurrency)?;
        let total = said.split_once("Total:").map_or("", |(_, rest)| rest);
        Ok(Heap {
            allocations: number_after(total, "bytes in")?,
            bytes: number_after(total, "")?,
            peak: number_after(&said, "At t-gmax:")?,
        })
    }

    /// The peak is that of 64 charges at a time, above that of a client that charges nothing.
    pub(super) fn heap_per_charge(&self, client: Mode) -> Result<Heap, Error> {
        const MANY: u32 = 64;
        let (short, long) = (self.heap(client, SHORT, 8)?, self.heap(client, LONG, 8)?);
        let (none, many) = (self.heap(client, 0, MANY)?, self.heap(client, LONG, MANY)?);
        let charges = f64::from(LONG - SHORT);
        Ok(Heap {
            allocations: (long.allocations - short.allocations) / charges,
            bytes: (long.bytes - short.bytes) / charges,
            peak: (many.peak - none.peak) / f64::from(MANY),
        })
    }

    /// What valgrind says at the end of a run.
    fn valgrind(
        &self,
        tool: [&str; 2],
        mode: Mode,
        count: u32,
        concurrency: u32,
    ) -> Result<String, Error> {
        let mut arguments: Vec<OsString> = tool.map(OsString::from).to_vec();
        arguments.extend(self.command(mode, count, concurrency, &[])?);
        output(&cmd("valgrind", arguments).stdout_null().stderr_to_stdout())
    }

    fn run(
        &self,
        mode: Mode,
        count: u32,
        concurrency: u32,
        options: &[&str],
    ) -> Result<Expression, Error> {
        let command = self.command(mode, count, concurrency, options)?;
        let [program, arguments @ ..] = &command[..] else {
            unreachable!("a command has a program")
        };
        Ok(cmd(program, arguments))
    }

    /// The program and the arguments of a run on new orders, if it charges any.
    fn command(
        &self,
        mode: Mode,
        count: u32,
        concurrency: u32,
        options: &[&str],
    ) -> Result<Vec<OsString>, Error> {
        let first = if mode == Mode::Handles {
            0
        } else {
            self.make_orders(count)?
        };
        let mode = mode.to_possible_value();
        let mode = mode.as_ref().map_or("", |mode| mode.get_name());
        let arguments = [
            "client",
            mode,
            "--api-url",
            self.sandbox.api_url(),
            "--payments-url",
            self.sandbox.payments_url(),
            "--store-hash",
            self.sandbox.store_hash(),
            "--access-token",
            self.sandbox.access_token(),
            "--first",
            &first.to_string(),
            "--count",
            &count.to_string(),
            "--concurrency",
            &concurrency.to_string(),
        ];
        let program = std::env::current_exe()?.into_os_string();
        let arguments = arguments.iter().chain(options).map(OsString::from);
        Ok([program].into_iter().chain(arguments).collect())
    }

    /// Makes orders whose numbers follow each other, and returns the first.
    fn make_orders(&self, count: u32) -> Result<u32, Error> {
        let store = self.sandbox.store();
        let orders: Result<Vec<u64>, _> = (0..count).map(|_| store.create_order("60.98")).collect();
        let orders = orders?;
        let first = orders.first().copied().unwrap_or_default();
        if orders.into_iter().eq(first..first + u64::from(count)) {
            u32::try_from(first).map_err(|_| Error::OrderNumbers)
        } else {
            Err(Error::OrderNumbers)
        }
    }
}

/// The number, grouped by commas, that follows a label.
fn number_after(text: &str, label: &'static str) -> Result<f64, Error> {
    let (_, rest) = text.split_once(label).ok_or_else(|| Error::Unsaid {
        label,
        said: text.to_owned(),
    })?;
    let number = rest.split_whitespace().next().unwrap_or_default();
    Ok(number.replace(',', "").parse()?)
}
