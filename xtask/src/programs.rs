//! Commands that are programs of their own, so that this tool is built without what they need.

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use crate::{arguments, error::Outcome, process::Program};

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Options, which `--help` lists.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<OsString>,
}

#[derive(clap::Args)]
pub(crate) struct BrowserArgs {
    /// Save a picture of the page here at the end.
    #[arg(long, value_name = "FILE", value_parser = arguments::file())]
    screenshot: Option<PathBuf>,
}

/// Runs one of the proofs, optimized.
pub(crate) fn proof(name: &str, args: &Args) -> Outcome {
    let program = [
        "--release",
        "--package",
        "bigcommerce-proof",
        "--bin",
        name,
        "--",
    ];
    run(&program, &args.options)
}

/// Runs the measurements, optimized.
pub(crate) fn bench(args: &Args) -> Outcome {
    let program = ["--release", "--package", "bigcommerce-bench", "--"];
    run(&program, &args.options)
}

/// Runs the browser test, which lives with the other end-to-end tests.
pub(crate) fn browser(args: &BrowserArgs) -> Outcome {
    let program = [
        "--package",
        "bigcommerce-tests",
        "--example",
        "browser",
        "--",
    ];
    let screenshot = args.screenshot.clone().map(OsString::from);
    run(&program, screenshot.as_slice())
}

fn run(program: &[&str], options: &[OsString]) -> Outcome {
    let program = ["run"].iter().chain(program).map(OsString::from);
    let status = Program::cargo(program.chain(options.iter().cloned())).run()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
