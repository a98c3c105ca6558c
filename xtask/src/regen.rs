use std::{error::Error, io::Write, path::Path, process::ExitCode};

use bigcommerce_codegen::Api;

use crate::{
    Outcome, diff,
    files::{self, Output},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; exit with 1 if a file is not what would be generated.
    #[arg(long)]
    check: bool,
}

/// Generates everything before it writes or compares anything.
pub(crate) fn run(args: &Args) -> Outcome {
    let outputs = outputs()?;
    let stale = show(&outputs)?;
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if args.check {
        anstream::eprintln!(
            "{} of {} generated files are stale; run `cargo xtask regen`",
            stale.len(),
            outputs.len()
        );
        return Ok(ExitCode::FAILURE);
    }
    files::write_all(&stale)?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that is generated and committed.
pub(crate) fn outputs() -> Result<Vec<Output>, Box<dyn Error>> {
    let here = Path::new("");
    let mut outputs = Vec::new();
    let mut errors = Vec::new();
    for api in Api::ALL {
        match api.effective(here) {
            Ok(document) => outputs.push(Output {
                path: format!("crates/sandbox/openapi/{}.json", api.name).into(),
                text: document.to_json(),
            }),
            Err(error) => {
                errors.push(error.to_string());
                continue;
            }
        }
        match api.generate(here) {
            Ok(text) => outputs.push(Output {
                path: api.generated(),
                text,
            }),
            Err(error) => errors.push(error.to_string()),
        }
    }
    if errors.is_empty() {
        Ok(outputs)
    } else {
        Err(errors.join("\n").into())
    }
}

/// Prints per file whether it changes, and how; returns those that do.
pub(crate) fn show(outputs: &[Output]) -> Result<Vec<&Output>, Box<dyn Error>> {
    let mut out = anstream::stdout().lock();
    let mut stale = Vec::new();
    for output in outputs {
        let name = output.path.display().to_string();
        let current = output.current()?;
        if current.as_ref() == Some(&output.text) {
            writeln!(out, "{name}: unchanged")?;
            continue;
        }
        let news = if current.is_some() { "changed" } else { "new" };
        writeln!(out, "{name}: {news}")?;
        diff::unified(&mut out, &name, &current.unwrap_or_default(), &output.text)?;
        stale.push(output);
    }
    Ok(stale)
}
