use std::{
    env,
    ffi::OsString,
    process::{Command, ExitCode},
};

use crate::Outcome;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Options, which `--help` lists.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<OsString>,
}

/// Runs one of the proofs, which are programs of their own so that this tool is built without
/// the clients, and optimized.
pub(crate) fn run(proof: &str, args: &Args) -> Outcome {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release"])
        .args(["--package", "bigcommerce-proof", "--bin", proof, "--"])
        .args(&args.options)
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
