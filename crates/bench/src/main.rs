//! What a charge through the facade costs, beside the same two requests written by hand, and what
//! the maintenance commands cost. `cargo xtask bench` runs this program.

mod client;
mod error;
mod measure;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

#[derive(Parser)]
#[command(
    bin_name = "cargo xtask bench",
    about,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(flatten)]
    args: measure::Args,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run one of the measured clients, in a process of its own.
    #[command(hide = true)]
    Client(client::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Some(Command::Client(args)) => client::run(&args).map_err(Error::from),
        None => measure::run(&cli.args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
