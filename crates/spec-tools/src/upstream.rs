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
    /// Open, update or close the issue on GitHub, with `gh`, instead of printing the report.
    #[arg(long)]
    issue: bool,
}

const TITLE: &str = "Upstream's API documents have changed";

/// Gets both documents from where SOURCES.toml says that upstream publishes them, and compares
/// ours with them. Succeeds whether or not they differ; fails where one cannot be got.
pub(crate) fn run(args: &Args) -> Outcome {
    require("curl")?;
    if args.issue {
        require("gh")?;
    }
    let sources = SourcesFile::load()?;
    let mut findings = Vec::new();
    let mut unreadable = Vec::new();
    for api in Api::ALL {
        let url = sources.upstream(api)?;
        let text = get(url)?;
        match compare(api, url, &text) {
            Ok(found) => findings.extend(found),
            Err(error) => unreadable.push(format!(
                "{api}: what upstream publishes cannot be read: {error}"
            )),
        }
    }
    let differs = findings.iter().any(|finding| finding.fails(Level::Info));
    let report = report(&findings, &unreadable);
    if !args.issue {
        print!("{report}");
    } else if differs || !unreadable.is_empty() {
        open_or_update(&report)?;
    } else {
        close()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that a program is missing before anything else is done.
fn require(program: &str) -> Result<(), Error> {
    let run = Program::new(program, ["--version"]).output();
    run.map(drop).map_err(|error| {
        format!("{error}\n  help: install {program}, which gets what upstream publishes").into()
    })
}

/// What changes from our document to a text that upstream publishes.
fn compare(api: Api, url: &str, text: &str) -> Result<Vec<Finding>, Error> {
    let revision = Document::parse(url, text)?;
    revision.require_openapi_3_0()?;
    let ours = Document::load(&api.spec())?;
    let mut findings = drift::of_documents(&ours, &revision)?;
    let mut document = revision;
    for overlay in [api.corrections(), api.accommodations()] {
        let applied = Overlay::load(&overlay)?.apply(&document);
        document = applied.document;
        findings.extend(applied.problems.iter().map(Finding::of_overlay));
    }
    Ok(findings)
}

fn report(findings: &[Finding], unreadable: &[String]) -> String {
    let errors = unreadable.iter().map(|error| error.replace('\n', " "));
    let errors = errors.map(|error| format!("\n**{error}**\n"));
    Format::Markdown.write(findings, Level::Info) + &errors.collect::<String>()
}

const ADVICE: &str = "\nSave the document and run `cargo xtask adopt tokens FILE` or \
                      `cargo xtask adopt processing FILE` to take the change over.\n";

/// More characters than these GitHub takes in no issue; the rest is room for the notes.
const LONGEST: usize = 60_000;

/// The report as an issue takes it, cut at a line where it is too long.
fn fitting(report: &str) -> String {
    let mut end = report.len().min(LONGEST);
    while !report.is_char_boundary(end) {
        end -= 1;
    }
    if end == report.len() {
        return format!("{report}{ADVICE}");
    }
    let end = report[..end].rfind('\n').unwrap_or(end);
    format!(
        "{}\n\nThis is not all of it: {} more characters are in what `cargo xtask upstream` \
         prints.\n{ADVICE}",
        &report[..end],
        report[end..].chars().count()
    )
}

/// What upstream publishes; it must come within a minute, all tries together.
fn get(url: &str) -> Result<String, Error> {
    let options = [
        "--fail",
        "--silent",
        "--show-error",
        "--location",
        "--proto",
        "=https,file",
        "--connect-timeout",
        "15",
        "--max-time",
        "25",
        "--retry",
        "1",
        "--retry-max-time",
        "30",
        "--",
        url,
    ];
    let got = Program::new("curl", options).output();
    got.map_err(|error| format!("{url}: {error}").into())
}

/// The number of the issue that is open, if one is.
fn open_issue() -> Result<Option<String>, Error> {
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
    let number = Program::new("gh", list).output()?.trim().to_owned();
    Ok((!number.is_empty()).then_some(number))
}

fn open_or_update(report: &str) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("report.md");
    fs::write(&file, fitting(report)).map_err(Error::file(&file, "cannot be written"))?;
    match open_issue()? {
        Some(number) => write_issue(&["issue", "edit", &number], &file),
        None => write_issue(&["issue", "create", "--title", TITLE], &file),
    }
}

fn write_issue(change: &[&str], report: &Path) -> Result<(), Error> {
    let change = change.iter().map(OsStr::new);
    let change = change.chain(["--body-file".as_ref(), report.as_os_str()]);
    let url = Program::new("gh", change).output()?;
    print!("{url}");
    Ok(())
}

/// Closes the issue, if one is open, once our documents are what upstream publishes.
fn close() -> Result<(), Error> {
    let Some(number) = open_issue()? else {
        return Ok(());
    };
    let comment = "Our documents are what upstream publishes now.";
    let close = ["issue", "close", &number, "--comment", comment];
    print!("{}", Program::new("gh", close).output()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, fitting};

    #[test]
    fn a_report_that_is_too_long_is_cut_at_a_line_and_says_where_the_rest_is() {
        let line = "| ERR | ü |\n";
        let report = line.repeat(2 * LONGEST / line.len());
        let cut = fitting(&report);
        assert!(cut.len() < LONGEST + 1_000);
        assert!(cut.contains("more characters are in what `cargo xtask upstream` prints"));
        assert!(cut.starts_with(line) && cut.contains("| ERR | ü |\n\nThis is not all"));
        assert!(fitting(line).starts_with(line));
        assert!(!fitting(line).contains("not all of it"));
    }
}
