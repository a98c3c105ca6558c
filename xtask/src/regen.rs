use std::{
    error::Error,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bigcommerce_codegen::{Api, breaking_changes, public_api};

use crate::{
    Outcome, diff, drift,
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
    anstream::print!(
        "\nWhat changes for clients of the APIs:\n{}",
        drift::since_last_commit()
    );
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
                path: effective(api),
                text: document.to_json(),
            }),
            Err(error) => {
                errors.push(error.to_string());
                continue;
            }
        }
        match api.generate(here) {
            Ok(text) => {
                outputs.push(Output {
                    path: api.listing(),
                    text: public_api(&text)?,
                });
                outputs.push(Output {
                    path: api.generated(),
                    text,
                });
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    if errors.is_empty() {
        Ok(outputs)
    } else {
        Err(errors.join("\n").into())
    }
}

/// The files that are generated and committed.
pub(crate) fn paths() -> Vec<PathBuf> {
    let of = |api: Api| [effective(api), api.listing(), api.generated()];
    Api::ALL.into_iter().flat_map(of).collect()
}

/// The corrected document, for the sandbox and for other tools.
fn effective(api: Api) -> PathBuf {
    format!("crates/sandbox/openapi/{api}.json").into()
}

/// Says whether a change of the generated code breaks code that uses it.
fn judge(out: &mut impl Write, path: &Path, before: &str, after: &str) -> std::io::Result<()> {
    if !Api::ALL.iter().any(|api| api.listing() == path) {
        return Ok(());
    }
    let breaking = breaking_changes(before, after);
    if breaking.is_empty() {
        return writeln!(
            out,
            "the public API of this crate changed in a compatible way"
        );
    }
    writeln!(
        out,
        "the public API of this crate changed in a breaking way:"
    )?;
    breaking
        .iter()
        .try_for_each(|change| writeln!(out, "  {change}"))
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
        let current = current.unwrap_or_default();
        diff::unified(&mut out, &name, &current, &output.text)?;
        judge(&mut out, &output.path, &current, &output.text)?;
        stale.push(output);
    }
    Ok(stale)
}
