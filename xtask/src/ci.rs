//! Checking all that must hold before a change is merged.

use std::process::ExitCode;

use crate::{error::Outcome, process::Program};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print the steps without running them.
    #[arg(long)]
    list: bool,
}

/// One step: a cargo command that must succeed, with what it adds to the environment.
struct Step {
    name: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// The arguments of cargo, separated by spaces.
    arguments: &'static str,
}

/// What must hold before a change is merged, cheapest first.
const STEPS: &[Step] = &[
    step("format", "fmt --all --check"),
    step("clippy", "clippy --workspace --all-targets -- -D warnings"),
    Step {
        variables: &[("RUSTDOCFLAGS", "-D warnings")],
        ..step("docs", "doc --workspace --no-deps")
    },
    step("generated files", "xtask regen --check"),
    step("tests", "test --workspace"),
    step("chaos", "xtask chaos --payments 2000 --seed 1"),
    step(
        "chaos, at a service that charges again what is paid",
        "xtask chaos --payments 2000 --seed 2 --unprotected",
    ),
    step(
        "chaos reports a client that charges twice",
        "xtask chaos --payments 2000 --seed 3 --unprotected --wrong-client \
         --expect-double-captures",
    ),
    step("leaks", "xtask leaks"),
    step("leaks are reported", "xtask leaks --plant"),
    step(
        "a copy of ours among the HTTP library's buffers is reported",
        "xtask leaks --plant-copy",
    ),
    step("every benchmarked client pays", "xtask bench --smoke"),
    step(
        "clippy, generated at build time",
        "clippy -p bigcommerce-tokens-api -p bigcommerce-processing-api --all-targets \
         --features bigcommerce-tokens-api/codegen,bigcommerce-processing-api/codegen \
         -- -D warnings",
    ),
    step(
        "tests, generated at build time",
        "test -p bigcommerce-tokens-api -p bigcommerce-processing-api -p bigcommerce-payments \
         -p bigcommerce-tests \
         --features bigcommerce-tokens-api/codegen,bigcommerce-processing-api/codegen",
    ),
];

const fn step(name: &'static str, arguments: &'static str) -> Step {
    Step {
        name,
        variables: &[],
        arguments,
    }
}

/// Runs the steps in order, up to the first that fails.
pub(crate) fn run(args: &Args) -> Outcome {
    for (index, step) in STEPS.iter().enumerate() {
        anstream::println!(
            "{TITLE}[{}/{}] {}{TITLE:#}: {}",
            index + 1,
            STEPS.len(),
            step.name,
            step.command_line()
        );
        if args.list {
            continue;
        }
        let status = step.program().run()?;
        if !status.success() {
            anstream::eprintln!("ci failed at \"{}\": {}", step.name, step.command_line());
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return Ok(code.map_or(ExitCode::FAILURE, ExitCode::from));
        }
    }
    if !args.list {
        anstream::println!("ci passed: all {} steps", STEPS.len());
    }
    Ok(ExitCode::SUCCESS)
}

const TITLE: anstyle::Style = anstyle::Style::new().bold();

impl Step {
    fn program(&self) -> Program {
        let cargo = Program::cargo(self.arguments.split_whitespace());
        let variables = self.variables.iter();
        variables.fold(cargo, |cargo, (name, value)| cargo.variable(name, value))
    }

    fn command_line(&self) -> String {
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\" "));
        let arguments: Vec<_> = self.arguments.split_whitespace().collect();
        format!(
            "{}cargo {}",
            variables.collect::<String>(),
            arguments.join(" ")
        )
    }
}
