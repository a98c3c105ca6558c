//! `cargo xtask chaos` runs this program.

use std::process::ExitCode;

use bigcommerce_proof::{
    chaos::{self, crashing_caller},
    exit_code,
};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    bin_name = "cargo xtask chaos",
    about = "Charge many orders while everything goes wrong, then audit what the callers were told",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Options {
    #[command(flatten)]
    run: chaos::Args,
    #[command(subcommand)]
    process: Option<Process>,
}

#[derive(Subcommand)]
enum Process {
    /// The process that the chaos run kills.
    #[command(hide = true)]
    CrashingCaller,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    exit_code(match options.process {
        None => chaos::run(&options.run).await,
        Some(Process::CrashingCaller) => crashing_caller::run().await.map(|()| true),
    })
}
