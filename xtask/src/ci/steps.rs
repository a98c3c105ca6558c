//! The steps, cheapest first.
//!
//! Where cargo is given no `--package`, whatever it builds has the same features: a dependency is
//! compiled once for the lints, and once for the tests and all tools. The optimized programs have
//! the features of their own packages only: what is measured and searched is what those ask for.

use std::fmt;

use anstyle::Style;
use duct::Expression;

use crate::cargo::{cargo, workspace};

/// One step: a cargo command that must succeed, with what it adds to the environment.
pub(super) struct Step {
    pub(super) name: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// The arguments of cargo, separated by spaces.
    arguments: &'static str,
    /// The programs, by their names, without which it cannot be run, and [`LINUX`].
    pub(super) needs: &'static [&'static str],
    /// Whether it waits for most of its time, and runs beside the steps before and after it that
    /// do so, too.
    pub(super) waits: bool,
}

/// The system whose `/proc` shows the memory of a process, and the processor time that it took.
pub(super) const LINUX: &str = "Linux";

/// What must hold before a change is merged.
pub(super) const STEPS: &[Step] = &[
    step("format", "fmt --all --check"),
    // With the clients generated at build time: their text is the committed one, as the step
    // `build-time` shows, and the other steps compile that.
    step(
        "clippy",
        "clippy --workspace --all-targets \
         --features bigcommerce-tokens-api/codegen,bigcommerce-processing-api/codegen \
         -- -D warnings",
    ),
    Step {
        variables: &[("RUSTDOCFLAGS", "-D warnings")],
        ..step("docs", "doc --workspace --no-deps")
    },
    step("generated", "xtask regen --check"),
    step(
        "build-time",
        "test --test build_time \
         --features bigcommerce-tokens-api/codegen,bigcommerce-processing-api/codegen",
    ),
    // Most of them wait for most of their time.
    Step {
        variables: &[("RUST_TEST_THREADS", "4")],
        ..step("tests", "test --workspace")
    },
    // The programs of the steps below, before these run side by side.
    step(
        "proofs",
        "build --release --package bigcommerce-proof --bins",
    ),
    proof("chaos", "xtask chaos --payments 2000 --seed 1"),
    // At a service that charges again what is paid.
    proof(
        "chaos-unprotected",
        "xtask chaos --payments 2000 --seed 2 --unprotected",
    ),
    // What lands too late for the promise is counted apart, and nothing else is wrong.
    proof(
        "chaos-beyond-bound",
        "xtask chaos --payments 2000 --seed 3 --unprotected --beyond-bound --expect beyond-bound",
    ),
    // Whatever callers or their client do wrong is reported.
    proof(
        "chaos-repeat-unknown",
        "xtask chaos --payments 2000 --seed 4 --unprotected --conduct repeat-unknown \
         --expect overcharges",
    ),
    proof(
        "chaos-send-again",
        "xtask chaos --payments 1000 --seed 10 --conduct send-again --expect sent-again",
    ),
    proof(
        "chaos-look-up-too-early",
        "xtask chaos --payments 2000 --seed 5 --unprotected --conduct look-up-too-early \
         --expect overcharges",
    ),
    proof(
        "chaos-take-pending-for-paid",
        "xtask chaos --payments 2000 --seed 6 --conduct take-pending-for-paid \
         --expect wrong-answers",
    ),
    proof(
        "chaos-ignore-reversals",
        "xtask chaos --payments 2000 --seed 7 --conduct ignore-reversals --expect wrong-answers",
    ),
    proof(
        "chaos-take-doubt-for-nothing",
        "xtask chaos --payments 2000 --seed 8 --conduct take-doubt-for-nothing \
         --expect wrong-answers",
    ),
    proof(
        "chaos-unlimited",
        "xtask chaos --payments 4000 --concurrency 2048 --seed 9 --conduct unlimited \
         --expect crowded-windows",
    ),
    // A fleet of processes that die and sleep, on each engine.
    proof("fleet", "xtask fleet --instances 3 --payments 90 --seed 1"),
    Step {
        needs: &["PostgreSQL"],
        ..proof(
            "fleet-postgres",
            "xtask fleet --instances 3 --payments 90 --seed 2 --database postgres",
        )
    },
    Step {
        needs: &["PostgreSQL", "pgbouncer"],
        ..proof(
            "fleet-pooler",
            "xtask fleet --instances 3 --payments 60 --seed 3 --database postgres --pooler",
        )
    },
    // Whatever a fleet does wrong is reported.
    proof(
        "fleet-no-unique-constraint",
        "xtask fleet --instances 3 --payments 90 --seed 4 --wrong no-unique-constraint \
         --expect overcharges",
    ),
    proof(
        "fleet-repeating-recovery",
        "xtask fleet --instances 3 --payments 90 --seed 5 --wrong repeating-recovery \
         --expect overcharges",
    ),
    step(
        "fleet-unfenced-send",
        "xtask fleet --instances 3 --payments 45 --seed 6 --wrong unfenced-send \
         --expect overcharges",
    ),
    proof(
        "fleet-unchecked-tender",
        "xtask fleet --instances 3 --payments 45 --seed 7 --wrong unchecked-tender \
         --expect overcharges",
    ),
    proof(
        "fleet-outside-limit",
        "xtask fleet --instances 2 --payments 150 --seed 8 --wrong outside-limit \
         --expect crowded-windows",
    ),
    search("leaks", "xtask leaks"),
    // Leaks are reported, also a copy of ours among the HTTP library's buffers.
    search("leaks-planted", "xtask leaks --plant"),
    search("leaks-copied", "xtask leaks --plant-copy"),
    // Every benchmarked client pays.
    Step {
        needs: &[LINUX],
        ..step("bench", "xtask bench --smoke")
    },
];

const fn step(name: &'static str, arguments: &'static str) -> Step {
    Step {
        name,
        variables: &[],
        arguments,
        needs: &[],
        waits: false,
    }
}

const fn proof(name: &'static str, arguments: &'static str) -> Step {
    Step {
        waits: true,
        ..step(name, arguments)
    }
}

/// A search of a process's memory.
const fn search(name: &'static str, arguments: &'static str) -> Step {
    Step {
        needs: &[LINUX],
        ..proof(name, arguments)
    }
}

/// Prints the step at this place.
pub(super) fn announce(index: usize) {
    const BOLD: Style = Style::new().bold();
    let (step, count) = (&STEPS[index], STEPS.len());
    anstream::println!(
        "{BOLD}[{}/{count}] {}{BOLD:#}: {step}",
        index + 1,
        step.name
    );
}

impl Step {
    pub(super) fn command(&self) -> Expression {
        let cargo = cargo(self.arguments.split_whitespace()).dir(workspace());
        let variables = self.variables.iter();
        variables.fold(cargo, |cargo, (name, value)| cargo.env(name, value))
    }
}

/// The command as it can be typed.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.variables {
            write!(f, "{name}=\"{value}\" ")?;
        }
        f.write_str("cargo")?;
        let mut arguments = self.arguments.split_whitespace();
        arguments.try_for_each(|argument| write!(f, " {argument}"))
    }
}
