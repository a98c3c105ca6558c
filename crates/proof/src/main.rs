//! `cargo xtask chaos` and `cargo xtask leaks` run this program.

use std::process::ExitCode;

use bigcommerce_proof::{
    chaos::{self, crashing_caller},
    leaks::{self, searched_process},
};
use clap::Parser;

#[derive(Parser)]
#[command(about, disable_help_subcommand = true)]
enum Command {
    /// Charge many orders while everything goes wrong, then audit what the callers were told.
    Chaos(chaos::Args),
    /// Plant unique secrets in a process that charges, and search what it prints and its memory.
    Leaks(leaks::Args),
    /// The process that the leak run searches.
    #[command(hide = true)]
    SearchedProcess(searched_process::Args),
    /// The process that the chaos run kills.
    #[command(hide = true)]
    CrashingCaller,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Command::parse() {
        Command::Chaos(args) => chaos::run(&args).await,
        Command::Leaks(args) => leaks::run(&args).await,
        Command::SearchedProcess(args) => searched_process::run(&args).await.map(|()| true),
        Command::CrashingCaller => crashing_caller::run().await.map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
