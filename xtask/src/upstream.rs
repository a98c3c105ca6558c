//! Looking at what upstream publishes now, and telling of it where it differs.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use bigcommerce_codegen::Api;
use bigcommerce_drift::{Finding, Format, Level};
use bigcommerce_spec::{Document, Overlay};
use toml_edit::DocumentMut;

use crate::{Outcome, drift};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Open or update the issue on GitHub, with `gh`, instead of printing the report.
    #[arg(long)]
    issue: bool,
}

const TITLE: &str = "Upstream's API documents have changed";

/// Gets both documents from where SOURCES.toml says that upstream publishes them, and compares
/// ours with them. Succeeds whether or not they differ.
pub(crate) fn run(args: &Args) -> Outcome {
    let sources: DocumentMut = fs::read_to_string("specs/SOURCES.toml")?.parse()?;
    let folder = tempfile::tempdir()?;
    let mut findings = Vec::new();
    for api in Api::ALL {
        let url = sources[api.name()]["upstream"].as_str();
        let url = url.ok_or_else(|| format!("specs/SOURCES.toml: [{api}] has no `upstream`"))?;
        let text = get(url)?;
        let revision = Document::parse(url, &text)?;
        revision.require_openapi_3_0()?;
        let ours = Document::load(&api.spec())?;
        findings.extend(drift::of_documents(&ours, &revision)?);
        let mut document = revision;
        for overlay in [api.corrections(), api.accommodations()] {
            let applied = Overlay::load(&overlay)?.apply(&document);
            document = applied.document;
            findings.extend(applied.problems.iter().map(Finding::of_overlay));
        }
    }
    let report = Format::Markdown.write(&findings);
    if !args.issue {
        print!("{report}");
    } else if findings.iter().any(|finding| finding.fails(Level::Info)) {
        let file = folder.path().join("report.md");
        fs::write(&file, report + ADVICE)?;
        issue(&file)?;
    }
    Ok(ExitCode::SUCCESS)
}

const ADVICE: &str = "\nSave the document and run `cargo xtask adopt tokens FILE` or \
                      `cargo xtask adopt processing FILE` to take the change over.\n";

fn get(url: &str) -> Result<String, String> {
    output(Command::new("curl").args([
        "--fail",
        "--silent",
        "--show-error",
        "--location",
        "--proto",
        "=https,file",
        "--max-time",
        "60",
        "--retry",
        "3",
        "--",
        url,
    ]))
}

/// Opens the issue, or brings the one that is open up to date.
fn issue(report: &Path) -> Result<(), String> {
    let search = format!("in:title \"{TITLE}\"");
    let list = [
        "issue",
        "list",
        "--state",
        "open",
        "--search",
        &search,
        "--json",
        "number",
        "--jq",
        ".[0].number // empty",
    ];
    let open = output(Command::new("gh").args(list))?;
    let mut gh = Command::new("gh");
    match open.trim() {
        "" => gh.args(["issue", "create", "--title", TITLE]),
        number => gh.args(["issue", "edit", number]),
    };
    output(gh.arg("--body-file").arg(report)).map(|url| print!("{url}"))
}

fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{name} cannot be run: {error}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(format!("{name} failed: {error}"));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{name} printed what is not UTF-8"))
}
