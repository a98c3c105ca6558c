//! Commands that are programs of their own. They run in the folder that they are called in.

use std::{ffi::OsString, io, path::PathBuf, process::ExitCode};

use crate::cargo::{cargo, workspace};

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// Options, which `--help` lists.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<OsString>,
}

#[derive(clap::Args)]
pub(crate) struct BrowserArgs {
    /// Save a picture of the page here at the end.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
}

/// Runs a command on the specs.
pub(crate) fn on_specs(command: &str, options: Options) -> io::Result<ExitCode> {
    run(&["--bin", "bigcommerce-spec-tools", "--", command], options)
}

/// Runs one of the proofs, optimized, with the features of its own package only.
pub(crate) fn proof(name: &str, options: Options) -> io::Result<ExitCode> {
    let package = ["--release", "--package", "bigcommerce-proof"];
    run(&[&package[..], &["--bin", name, "--"]].concat(), options)
}

/// Runs the measurements, optimized, with the features of their own package only.
pub(crate) fn bench(options: Options) -> io::Result<ExitCode> {
    run(
        &["--release", "--package", "bigcommerce-bench", "--"],
        options,
    )
}

/// Runs the browser test, which lives with the other end-to-end tests.
pub(crate) fn browser(args: BrowserArgs) -> io::Result<ExitCode> {
    let options = Options {
        options: args.screenshot.map(OsString::from).into_iter().collect(),
    };
    run(&["--example", "browser", "--"], options)
}

/// Runs a program of the workspace, and hands on the code that it exits with.
///
/// Where it is named without its package, its dependencies have the features of the whole workspace,
/// as in the tests, and are not compiled again.
fn run(program: &[&str], options: Options) -> io::Result<ExitCode> {
    let manifest = workspace().join("Cargo.toml").into_os_string();
    let arguments = ["run".into(), "--manifest-path".into(), manifest].into_iter();
    let program = program.iter().map(OsString::from);
    let finished = cargo(arguments.chain(program).chain(options.options)).run()?;
    let code = finished
        .status
        .code()
        .and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
