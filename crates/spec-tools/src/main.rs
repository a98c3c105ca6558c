//! The maintenance commands on the specs. `cargo xtask` runs this program.

mod adopt;
mod arguments;
mod diff;
mod drift;
mod error;
mod files;
mod process;
mod regen;
mod source;
mod sources_file;
mod spec;
mod upstream;

use std::{env, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::error::{Error, Outcome};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about, disable_help_subcommand = true)]
struct Cli {
    /// The workspace to work on, instead of the one this command was built from.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take over a document that upstream has changed: all of it, or nothing.
    Adopt(adopt::Args),
    /// Report what a client of the APIs feels of a change of the documents.
    Drift(drift::Args),
    /// Generate the clients and the effective documents from the specs and their overlays.
    Regen(regen::Args),
    /// Print an effective document: a spec with its corrections.
    Spec(spec::Args),
    /// Compare the documents with those that upstream publishes now.
    Upstream(upstream::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let root = cli.root.unwrap_or_else(workspace);
    // Messages then name files as a maintainer does, from the workspace on.
    let outcome = env::set_current_dir(&root)
        .map_err(Error::file(&root, "cannot be entered"))
        .and_then(|()| run(cli.command));
    outcome.unwrap_or_else(|error| {
        error.report();
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Outcome {
    match command {
        Command::Adopt(args) => adopt::run(&args),
        Command::Drift(args) => Ok(drift::run(&args)),
        Command::Regen(args) => regen::run(&args),
        Command::Spec(args) => spec::run(&args),
        Command::Upstream(args) => upstream::run(&args),
    }
}

/// The folder two above this package's.
fn workspace() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR");
    let package = package.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package
        .ancestors()
        .nth(2)
        .map_or(package.clone(), Into::into)
}
