//! What a client feels of a change, between any two states of the documents.

use std::{
    io::{ErrorKind, Write},
    path::Path,
    process::ExitCode,
};

use bigcommerce_codegen::Api;
use bigcommerce_drift::{AcceptedIn, Finding, Format, Level, Policy, diff, rules, summary};
use bigcommerce_spec::Document;

use crate::{
    arguments::{CallerPath, caller_path},
    error::Error,
    source::{Loaded, Source},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The state before: a file or pipe, a folder with both documents, or a git revision. By
    /// default the last commit.
    #[arg(long, value_parser = caller_path)]
    base: Option<CallerPath>,
    /// The state after: a file or pipe, a folder with both documents, or a git revision. By
    /// default the files of the workspace.
    #[arg(long, value_parser = caller_path)]
    revision: Option<CallerPath>,
    /// Compare the documents with their corrections, as the clients are generated from them,
    /// instead of as upstream publishes them.
    #[arg(long)]
    effective: bool,
    /// How to write the findings: text, json, markdown or github.
    #[arg(long, default_value = "text")]
    format: Format,
    /// Exit with 1 if there is a finding of this level or above: err, warn, info or never.
    #[arg(long, default_value = "err", value_parser = threshold)]
    fail_on: Threshold,
    /// Write only findings of this level and above: err, warn or info.
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    min_level: Level,
    /// The levels and acceptances to use instead of the workspace's `specs/drift.toml`.
    #[arg(long, value_parser = caller_path, value_name = "FILE")]
    policy: Option<CallerPath>,
    /// Which acceptances count: those for upstream, or those for this branch.
    #[arg(long, default_value = "branch", value_name = "COMPARISON")]
    accepted_in: AcceptedIn,
    /// List the rules with their levels, meanings and reasons instead of comparing anything.
    #[arg(long)]
    rules: bool,
}

const POLICY: &str = "specs/drift.toml";

/// The level from which findings fail the command, if any.
#[derive(Clone, Copy)]
struct Threshold(Option<Level>);

fn threshold(text: &str) -> Result<Threshold, String> {
    match text {
        "never" => Ok(Threshold(None)),
        level => level.parse().map(|level| Threshold(Some(level))),
    }
}

/// Exits with 1 for findings, and with 2 for anything that went wrong.
pub(crate) fn run(args: &Args) -> ExitCode {
    compare(args).unwrap_or_else(|error| {
        error.report();
        ExitCode::from(2)
    })
}

fn compare(args: &Args) -> Result<ExitCode, Error> {
    let policy = match &args.policy {
        Some(file) => Policy::load(&file.path)?,
        None => Policy::load(Path::new(POLICY))?,
    };
    if args.rules {
        return print(&list(&policy)).map(|()| ExitCode::SUCCESS);
    }
    let base = args
        .base
        .as_ref()
        .map_or_else(Source::last_commit, Source::find)?;
    let revision = args
        .revision
        .as_ref()
        .map_or_else(|| Ok(Source::workspace()), Source::find)?;
    let mut findings = Vec::new();
    for api in apis(&base, &revision)? {
        let revision = revision.load(api)?;
        findings.extend(between(&base.load(api)?, &revision, args.effective));
        findings.extend(revision.problems.iter().map(Finding::of_overlay));
    }
    policy.apply(args.accepted_in, &mut findings);
    print(&args.format.write(&findings, args.min_level))?;
    if args.format == Format::Json {
        // The array has no place for it.
        anstream::eprintln!("{}", summary(&findings));
    }
    let fails = |level| findings.iter().any(|finding| finding.fails(level));
    Ok(match args.fail_on.0 {
        Some(level) if fails(level) => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

/// What changes for clients from the last commit to the files as they are, to be shown beside
/// the code that changes with it. A note where that cannot be told.
pub(crate) fn since_last_commit() -> String {
    let told = || -> Result<String, Error> {
        let policy = Policy::load(Path::new(POLICY))?;
        let (base, revision) = (Source::last_commit()?, Source::workspace());
        let mut findings = Vec::new();
        for api in Api::ALL {
            findings.extend(between(
                &base.load(Some(api))?,
                &revision.load(Some(api))?,
                true,
            ));
        }
        policy.apply(AcceptedIn::Branch, &mut findings);
        Ok(Format::Text.write(&findings, Level::Info))
    };
    told().unwrap_or_else(|error| format!("the drift since the last commit is unknown: {error}\n"))
}

/// What changes for clients from our document to one that upstream publishes.
pub(crate) fn of_documents(base: &Document, revision: &Document) -> Result<Vec<Finding>, Error> {
    let policy = Policy::load(Path::new(POLICY))?;
    let mut findings = diff(base, revision);
    policy.apply(AcceptedIn::Upstream, &mut findings);
    Ok(findings)
}

fn between(base: &Loaded, revision: &Loaded, effective: bool) -> Vec<Finding> {
    if effective {
        diff(&base.effective, &revision.effective)
    } else {
        diff(&base.raw, &revision.raw)
    }
}

/// Which documents there are to compare: one where a side is a file.
fn apis(base: &Source, revision: &Source) -> Result<Vec<Option<Api>>, Error> {
    match (base, revision) {
        // Two files are compared whatever they are.
        (Source::File { .. }, Source::File { .. }) => Ok(vec![revision.api()?]),
        (Source::File { name, .. }, _) | (_, Source::File { name, .. }) => {
            let api = if matches!(base, Source::File { .. }) {
                base.api()?
            } else {
                revision.api()?
            };
            let unknown = || {
                format!(
                    "{name} has neither the name nor the title of one of our documents; \
                     compare it with a file"
                )
            };
            Ok(vec![Some(api.ok_or_else(unknown)?)])
        }
        _ => Ok(Api::ALL.map(Some).to_vec()),
    }
}

fn list(policy: &Policy) -> String {
    let lines = rules().iter().map(|rule| {
        let set = policy.level(&rule.id);
        let note = set.map_or(String::new(), |_| format!(" (by default {})", rule.level));
        let level = set.unwrap_or(rule.level);
        format!(
            "{level:<4} {:<58} {}{note}\n     because {}\n",
            rule.id, rule.meaning, rule.reason
        )
    });
    lines.collect()
}

fn print(text: &str) -> Result<(), Error> {
    match anstream::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
