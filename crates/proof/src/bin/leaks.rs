//! `cargo xtask leaks` runs this program.

use std::process::ExitCode;

use bigcommerce_proof::{
    exit_code,
    leaks::{self, RememberingAllocator, remembering_allocator, searched_process},
};
use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: RememberingAllocator = remembering_allocator();

#[derive(Parser)]
#[command(
    bin_name = "cargo xtask leaks",
    about = "Plant unique secrets in a process that charges, and search what it prints and its memory",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Options {
    #[command(flatten)]
    run: leaks::Args,
    #[command(subcommand)]
    process: Option<Process>,
}

#[derive(Subcommand)]
enum Process {
    /// The process that is searched.
    #[command(hide = true)]
    SearchedProcess(searched_process::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    exit_code(match options.process {
        None => leaks::run(&options.run).await,
        Some(Process::SearchedProcess(args)) => searched_process::run(&args).await.map(|()| true),
    })
}
