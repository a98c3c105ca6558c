//! `cargo xtask fleet` runs this program.

use std::process::ExitCode;

use bigcommerce_proof::{
    exit_code,
    fleet::{self, instance},
};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    bin_name = "cargo xtask fleet",
    about = "Charge many orders by many processes that die and sleep, then audit their journal",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Options {
    #[command(flatten)]
    run: fleet::Args,
    #[command(subcommand)]
    process: Option<Process>,
}

#[derive(Subcommand)]
enum Process {
    /// A process of the fleet.
    #[command(hide = true)]
    Instance,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    exit_code(match options.process {
        None => fleet::run(&options.run).await,
        Some(Process::Instance) => instance::run().await.map(|()| true),
    })
}
