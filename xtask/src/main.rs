//! Maintenance commands of this workspace: `cargo xtask --help` lists them.
//!
//! All but `ci` are programs of their own, so that this one is there in a moment.

mod cargo;
mod ci;
mod programs;

use std::{io, process::ExitCode};

use anstyle::{AnsiColor, Style};
use clap::{Parser, Subcommand};

use crate::programs::{BrowserArgs, Options};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take over a document that upstream has changed: all of it, or nothing.
    Adopt(Options),
    /// Measure what a charge through the facade costs, and the tools, as ratios.
    Bench(Options),
    /// Test the pages of the sandbox and of a checkout in headless Chromium.
    Browser(BrowserArgs),
    /// Charge many orders while everything goes wrong, then audit what the callers were told.
    Chaos(Options),
    /// Check everything that must hold before a change is merged.
    Ci(ci::Args),
    /// Report what a client of the APIs feels of a change of the documents.
    Drift(Options),
    /// Charge many orders by many processes that die and sleep, then audit their journal.
    Fleet(Options),
    /// Plant unique secrets in a process that charges, and search what it prints and its memory.
    Leaks(Options),
    /// Generate the clients and the effective documents from the specs and their overlays.
    Regen(Options),
    /// Print an effective document: a spec with its corrections.
    Spec(Options),
    /// Compare the documents with those that upstream publishes now.
    Upstream(Options),
}

fn main() -> ExitCode {
    const RED: Style = AnsiColor::Red.on_default().bold();
    run(Cli::parse().command).unwrap_or_else(|error| {
        anstream::eprintln!("{RED}error{RED:#}: cargo cannot be run: {error}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> io::Result<ExitCode> {
    match command {
        Command::Adopt(options) => programs::on_specs("adopt", options),
        Command::Bench(options) => programs::bench(options),
        Command::Browser(args) => programs::browser(args),
        Command::Chaos(options) => programs::proof("chaos", options),
        Command::Ci(args) => ci::run(&args),
        Command::Drift(options) => programs::on_specs("drift", options),
        Command::Fleet(options) => programs::proof("fleet", options),
        Command::Leaks(options) => programs::proof("leaks", options),
        Command::Regen(options) => programs::on_specs("regen", options),
        Command::Spec(options) => programs::on_specs("spec", options),
        Command::Upstream(options) => programs::on_specs("upstream", options),
    }
}
