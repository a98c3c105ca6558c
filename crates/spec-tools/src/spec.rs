//! Printing a spec with its corrections.

use std::{
    io::{self, ErrorKind, Write},
    path::Path,
    process::ExitCode,
};

use bigcommerce_codegen::Api;
use clap::ValueEnum;

use crate::{arguments, error::Outcome};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which of the two.
    #[arg(value_parser = arguments::api())]
    api: Api,
    /// The notation to print it in.
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
    /// Print what the generator reads: accommodations to it included.
    #[arg(long)]
    codegen: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let here = Path::new("");
    let document = if args.codegen {
        args.api.prepared(here)?
    } else {
        args.api.effective(here)?
    };
    let text = match args.format {
        Format::Yaml => document.to_yaml()?,
        Format::Json => document.to_json(),
    };
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        result => Ok(result.map(|()| ExitCode::SUCCESS)?),
    }
}
