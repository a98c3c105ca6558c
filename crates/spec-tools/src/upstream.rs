//! Looking at what upstream publishes now, and telling of it where it differs.

use std::{ffi::OsStr, fs, path::Path, process::ExitCode};

use bigcommerce_codegen::Api;
use bigcommerce_drift::{Finding, Format, Level};
use bigcommerce_spec::{Document, Overlay};

use crate::{
    drift,
    error::{Error, Outcome},
    process::Program,
    sources_file::SourcesFile,
};

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
    let sources = SourcesFile::load()?;
    let mut findings = Vec::new();
    for api in Api::ALL {
        let url = sources.upstream(api)?;
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
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("report.md");
        fs::write(&file, report + ADVICE).map_err(Error::file(&file, "cannot be written"))?;
        issue(&file)?;
    }
    Ok(ExitCode::SUCCESS)
}

const ADVICE: &str = "\nSave the document and run `cargo xtask adopt tokens FILE` or \
                      `cargo xtask adopt processing FILE` to take the change over.\n";

fn get(url: &str) -> Result<String, Error> {
    let options = [
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
    ];
    Program::new("curl", options).output()
}

/// Opens the issue, or brings the one that is open up to date.
fn issue(report: &Path) -> Result<(), Error> {
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
    let open = Program::new("gh", list).output()?;
    let change = match open.trim() {
        "" => &["issue", "create", "--title", TITLE][..],
        number => &["issue", "edit", number],
    };
    let change = change.iter().map(OsStr::new);
    let change = change.chain(["--body-file".as_ref(), report.as_os_str()]);
    let url = Program::new("gh", change).output()?;
    print!("{url}");
    Ok(())
}
