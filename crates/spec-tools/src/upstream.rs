//! Looking at what upstream publishes now, and telling of it where it differs.

use std::{
    ffi::OsStr,
    fs,
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

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
    /// Give up after so long, everything together.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    time_limit: u64,
}

const TITLE: &str = "Upstream's API documents have changed";

/// Gets both documents from where SOURCES.toml says that upstream publishes them, and compares
/// ours with them. Succeeds whether or not they differ. Where one of them does not come, what
/// is known of the other is printed, the issue stays as it is, and the command fails.
pub(crate) fn run(args: &Args) -> Outcome {
    require("curl", "gets what upstream publishes")?;
    if args.issue {
        require("gh", "writes issues")?;
    }
    let deadline = Instant::now() + Duration::from_secs(args.time_limit);
    let sources = SourcesFile::load()?;
    let mut found = Found::default();
    for (api, got) in get_all(&sources, deadline)? {
        match got.and_then(|(url, text)| compare(api, &url, &text)) {
            Ok(findings) => found.findings.extend(findings),
            Err(Trouble::Unreadable(error)) => found.unreadable.push(format!(
                "{api}: what upstream publishes cannot be read: {error}"
            )),
            Err(Trouble::NotGot(error)) => found.not_got.push(format!("{api}: {error}")),
        }
    }
    if !args.issue || !found.not_got.is_empty() {
        print!("{}", found.report());
    } else if found.differ() {
        open_or_update(&found.report(), deadline)?;
    } else {
        close(deadline)?;
    }
    if found.not_got.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(found.not_got.join("\n").into())
    }
}

/// Says that a program is missing before anything else is done.
fn require(program: &str, purpose: &str) -> Result<(), Error> {
    let run = Program::new(program, ["--version"]).output();
    run.map(drop)
        .map_err(|error| format!("{error}\n  help: install {program}, which {purpose}").into())
}

/// Why there is nothing to compare with.
enum Trouble {
    /// Upstream publishes something else there, or nothing any more.
    Unreadable(Error),
    /// Nobody knows what upstream publishes: a network or a server failed.
    NotGot(Error),
}

/// What came of both documents.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    unreadable: Vec<String>,
    not_got: Vec<String>,
}

impl Found {
    fn differ(&self) -> bool {
        let matters = |finding: &Finding| finding.fails(Level::Info);
        !self.unreadable.is_empty() || self.findings.iter().any(matters)
    }

    fn report(&self) -> String {
        let errors = self.unreadable.iter().chain(&self.not_got);
        let errors = errors.map(|error| format!("\n**{}**\n", error.replace('\n', " ")));
        Format::Markdown.write(&self.findings, Level::Info) + &errors.collect::<String>()
    }
}

type Got = Result<(String, String), Trouble>;

/// What upstream publishes of each document, with its URL. All are got at the same time, so
/// that none of them waits for one that hangs.
fn get_all(sources: &SourcesFile, deadline: Instant) -> Result<Vec<(Api, Got)>, Error> {
    let urls: Result<Vec<_>, Error> = Api::ALL
        .into_iter()
        .map(|api| Ok((api, sources.upstream(api)?)))
        .collect();
    thread::scope(|scope| {
        let running: Vec<_> = urls?
            .into_iter()
            .map(|(api, url)| (api, url, scope.spawn(move || get(url, deadline))))
            .collect();
        let got = running.into_iter().map(|(api, url, running)| {
            let text = running
                .join()
                .map_err(|_| format!("{url}: getting it panicked"))?;
            Ok((api, text.map(|text| (url.to_owned(), text))))
        });
        got.collect()
    })
}

fn get(url: &str, deadline: Instant) -> Result<String, Trouble> {
    let options = [
        "--fail",
        "--silent",
        "--show-error",
        "--location",
        "--proto",
        "=https,file",
        "--connect-timeout",
        "10",
        "--max-time",
        "20",
        "--retry",
        "1",
        "--",
        url,
    ];
    let got = Program::new("curl", options).output_by(deadline);
    got.map_err(|error| {
        let is_gone = matches!(&error, Error::Failed { complaint, .. }
            if ["error: 404", "error: 410"].iter().any(|code| complaint.contains(code)));
        let error = format!("{url}: {error}").into();
        if is_gone {
            Trouble::Unreadable(error)
        } else {
            Trouble::NotGot(error)
        }
    })
}

/// What changes from our document to a text that upstream publishes.
fn compare(api: Api, url: &str, text: &str) -> Result<Vec<Finding>, Trouble> {
    let compared = || -> Result<_, Error> {
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
    };
    compared().map_err(Trouble::Unreadable)
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

/// The number of the issue that is open, if one is.
fn open_issue(deadline: Instant) -> Result<Option<String>, Error> {
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
    let number = Program::new("gh", list)
        .output_by(deadline)?
        .trim()
        .to_owned();
    Ok((!number.is_empty()).then_some(number))
}

fn open_or_update(report: &str, deadline: Instant) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("report.md");
    fs::write(&file, fitting(report)).map_err(Error::file(&file, "cannot be written"))?;
    match open_issue(deadline)? {
        Some(number) => write_issue(&["issue", "edit", &number], &file, deadline),
        None => write_issue(&["issue", "create", "--title", TITLE], &file, deadline),
    }
}

fn write_issue(change: &[&str], report: &Path, deadline: Instant) -> Result<(), Error> {
    let change = change.iter().map(OsStr::new);
    let change = change.chain(["--body-file".as_ref(), report.as_os_str()]);
    let url = Program::new("gh", change).output_by(deadline)?;
    print!("{url}");
    Ok(())
}

/// Closes the issue, if one is open, once our documents are what upstream publishes.
fn close(deadline: Instant) -> Result<(), Error> {
    let Some(number) = open_issue(deadline)? else {
        return Ok(());
    };
    let comment = "What upstream publishes now is what our documents say, or is accepted.";
    let close = ["issue", "close", &number, "--comment", comment];
    print!("{}", Program::new("gh", close).output_by(deadline)?);
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
