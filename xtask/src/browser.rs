use std::{
    env,
    path::PathBuf,
    process::{Command, ExitCode},
};

use crate::Outcome;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Save a picture of the page here at the end.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
}

/// Runs the browser test, which lives with the other end-to-end tests, so that this tool is
/// built without a browser's driver.
pub(crate) fn run(args: &Args) -> Outcome {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "bigcommerce-tests"])
        .args(["--example", "browser", "--"])
        .args(&args.screenshot)
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
