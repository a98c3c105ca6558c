//! Generating all that is committed of the specs, or checking that it is what would be generated.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bigcommerce_codegen::{Api, breaking_changes, public_api};

use crate::{
    diff, drift,
    error::{Error, Outcome},
    files::{self, Output},
    sources_file::{self, SourcesFile},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; exit with 1 if a file is not what would be generated, or a spec not what
    /// was taken.
    #[arg(long)]
    check: bool,
}

/// Generates everything before it writes or compares anything. Each spec has to be the one that
/// was taken, with and without `--check`.
pub(crate) fn run(args: &Args) -> Outcome {
    let outputs = outputs()?;
    let stale = show(&outputs)?;
    anstream::println!("both specs are what {} says was taken", sources_file::PATH);
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
fn outputs() -> Result<Vec<Output>, Error> {
    let sources = SourcesFile::load()?;
    let mut outputs = Vec::new();
    let mut errors = Vec::new();
    for api in Api::ALL {
        match outputs_of(api) {
            Ok(own) => outputs.extend(own),
            Err(error) => errors.push(error),
        }
        errors.extend(sources.check(api).err());
    }
    if errors.is_empty() {
        return Ok(outputs);
    }
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    Err(errors.join("\n").into())
}

fn outputs_of(api: Api) -> Result<[Output; 3], Error> {
    let here = Path::new("");
    let effective = api.effective(here)?.to_json();
    let generated = api.generate(here)?;
    let listing = public_api(&generated).map_err(|error| error.to_string())?;
    let output = |path, text| Output { path, text };
    Ok([
        output(effective_path(api), effective),
        output(api.listing(), listing),
        output(api.generated(), generated),
    ])
}

/// The files that are generated and committed.
pub(crate) fn paths() -> Vec<PathBuf> {
    let of = |api: Api| [effective_path(api), api.listing(), api.generated()];
    Api::ALL.into_iter().flat_map(of).collect()
}

/// The corrected document, for the sandbox and for other tools.
fn effective_path(api: Api) -> PathBuf {
    format!("crates/sandbox/openapi/{api}.json").into()
}

/// Says whether a change of the generated code breaks code that uses it.
fn write_compatibility(
    out: &mut impl Write,
    path: &Path,
    before: &str,
    after: &str,
) -> std::io::Result<()> {
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
fn show(outputs: &[Output]) -> Result<Vec<&Output>, Error> {
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
        write_compatibility(&mut out, &output.path, &current, &output.text)?;
        stale.push(output);
    }
    Ok(stale)
}
