use std::{
    env,
    error::Error,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::{cargo, output, sandbox::Sandbox};

pub(super) const FACADE: &str = "facade";
pub(super) const REQWEST: &str = "reqwest";
/// The facade, and those it is compared with.
pub(super) const CLIENTS: [&str; 3] = [FACADE, REQWEST, "hyper"];

/// Two lengths of a run: what both have in common is not the charges.
const SHORT: u32 = 200;
const LONG: u32 = 1000;

/// The clients, ready to run against a sandbox.
pub(super) struct Clients {
    program: PathBuf,
    sandbox: Sandbox,
}

/// What a run or a charge takes from the heap.
pub(super) struct Heap {
    pub(super) allocations: f64,
    pub(super) bytes: f64,
    /// The most bytes that were in use at one time.
    pub(super) peak: f64,
}

pub(super) fn require_valgrind() -> Result<(), Box<dyn Error>> {
    let found = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    match found {
        Ok(status) if status.success() => Ok(()),
        _ => Err(
            "valgrind counts instructions and allocations, and is not there: \
                  install the package `valgrind`"
                .into(),
        ),
    }
}

impl Clients {
    /// Builds the clients and the sandbox, and starts the latter.
    pub(super) fn start() -> Result<Self, Box<dyn Error>> {
        let packages = ["bigcommerce-bench", "bigcommerce-sandbox"];
        output(cargo().args(["build", "--quiet", "--release"]).args([
            "--package",
            packages[0],
            "--package",
            packages[1],
        ]))?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        let [client, sandbox] = packages.map(|name| target.join("release").join(name));
        Ok(Self {
            program: client,
            sandbox: Sandbox::start(&sandbox)?,
        })
    }

    /// The nanoseconds that a run takes, without the set-up of the process.
    pub(super) fn nanoseconds(
        &self,
        mode: &str,
        count: u32,
        concurrency: u32,
    ) -> Result<f64, Box<dyn Error>> {
        let mut client = Command::new(&self.program);
        self.arguments(&mut client, mode, count, concurrency)?;
        Ok(output(&mut client)?.trim().parse()?)
    }

    /// The instructions that the process of a run executes.
    pub(super) fn instructions(
        &self,
        mode: &str,
        count: u32,
        concurrency: u32,
    ) -> Result<f64, Box<dyn Error>> {
        let arguments = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
        let said = self.valgrind(arguments, mode, count, concurrency)?;
        number_after(&said, "Collected :")
    }

    pub(super) fn instructions_per_charge(
        &self,
        client: &str,
        concurrency: u32,
    ) -> Result<f64, Box<dyn Error>> {
        let long = self.instructions(client, LONG, concurrency)?;
        let short = self.instructions(client, SHORT, concurrency)?;
        Ok((long - short) / f64::from(LONG - SHORT))
    }

    /// What the process of a run takes from the heap.
    pub(super) fn heap(
        &self,
        mode: &str,
        count: u32,
        concurrency: u32,
    ) -> Result<Heap, Box<dyn Error>> {
        let arguments = ["--tool=dhat", "--dhat-out-file=/dev/null"];
        let said = self.valgrind(arguments, mode, count, concurrency)?;
        let total = said.split_once("Total:").map_or("", |(_, rest)| rest);
        Ok(Heap {
            allocations: number_after(total, "bytes in")?,
            bytes: number_after(total, "")?,
            peak: number_after(&said, "At t-gmax:")?,
        })
    }

    /// The peak is that of 64 charges at a time, above that of a client that charges nothing.
    pub(super) fn heap_per_charge(&self, client: &str) -> Result<Heap, Box<dyn Error>> {
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
        arguments: [&str; 2],
        mode: &str,
        count: u32,
        concurrency: u32,
    ) -> Result<String, Box<dyn Error>> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(arguments).arg(&self.program);
        self.arguments(&mut valgrind, mode, count, concurrency)?;
        let output = valgrind.output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            Ok(said)
        } else {
            Err(format!("{valgrind:?} failed: {}\n{said}", output.status).into())
        }
    }

    /// A run on new orders, if it charges any.
    fn arguments(
        &self,
        command: &mut Command,
        mode: &str,
        count: u32,
        concurrency: u32,
    ) -> Result<(), Box<dyn Error>> {
        command.args(["--sandbox", &self.sandbox.ready]);
        command.args(["--count", &count.to_string()]);
        command.args(["--concurrency", &concurrency.to_string()]);
        if count > 0 && CLIENTS.contains(&mode) {
            let first = output(
                Command::new(&self.program)
                    .args(["--sandbox", &self.sandbox.ready])
                    .args(["--count", &count.to_string(), "orders"]),
            )?;
            command.args(["--first", first.trim()]);
        }
        command.arg(mode);
        Ok(())
    }
}

/// The number, grouped by commas, that follows a label.
fn number_after(text: &str, label: &str) -> Result<f64, Box<dyn Error>> {
    let (_, rest) = text
        .split_once(label)
        .ok_or_else(|| format!("valgrind says nothing of {label:?}:\n{text}"))?;
    let number = rest.split_whitespace().next().unwrap_or_default();
    Ok(number.replace(',', "").parse()?)
}
