//! Measures the diff on public documents: `tests/corpus/get.sh` gets them, then
//! `cargo run --release -p bigcommerce-drift --example corpus -- FOLDER`.
//!
//! The folder has one folder for each document, with its versions in the order of their names.
//! For each pair of versions that follow each other, it prints how long the diff takes, how many
//! leaves changed, how many of them no finding speaks for, and how many findings there are.
//! `--sample COUNT --seed SEED` prints so many ERR findings, spread over documents and rules, with
//! the verdicts that `verdicts.tsv` has on them. `--large BASE REVISION` instead of a folder puts
//! two files side by side with themselves, and prints how time and memory grow with their size.

mod large;
mod leaves;
mod sample;

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bigcommerce_drift::{Finding, Level, diff};
use bigcommerce_spec::Document;
use leaves::Renamed;

/// What one pair of versions came to.
struct Measured {
    name: String,
    bytes: u64,
    read: Duration,
    compared: Duration,
    leaves: usize,
    silent: Vec<String>,
    findings: Vec<Finding>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let option = |name: &str| -> Option<&String> {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    if let [large, base, revision] = &arguments[..]
        && large == "--large"
    {
        return large::print(Path::new(base), Path::new(revision));
    }
    let folder = PathBuf::from(
        arguments
            .first()
            .ok_or("say in which folder the documents are")?,
    );
    let (mut refused, mut all) = (0, Vec::new());
    println!(
        "{:<46} {:>6} {:>7} {:>8} {:>7} {:>6} {:>6} {:>6} {:>6} {:>8}",
        "document",
        "MB",
        "read ms",
        "diff ms",
        "leaves",
        "silent",
        "ERR",
        "WARN",
        "INFO",
        "per leaf"
    );
    for document in sorted(&folder)? {
        let versions = sorted(&document)?;
        for pair in versions.windows(2) {
            let [base, revision] = pair else { continue };
            match measure(base, revision) {
                Ok(measured) => {
                    print(&measured);
                    all.push(measured);
                }
                Err(error) => {
                    refused += 1;
                    println!("{}: refused: {error}", base.display());
                }
            }
        }
    }
    let silent: usize = all.iter().map(|measured| measured.silent.len()).sum();
    let leaves: usize = all.iter().map(|measured| measured.leaves).sum();
    println!(
        "{} pairs, {refused} refused, {leaves} changed leaves, {silent} silent",
        all.len()
    );
    if let (Some(count), Some(seed)) = (option("--sample"), option("--seed")) {
        let findings = all.iter().flat_map(|measured| {
            let errors = measured.findings.iter().filter(|it| it.level == Level::Err);
            errors.map(|finding| (measured.name.as_str(), finding))
        });
        sample::print(findings.collect(), count.parse()?, seed.parse()?);
    }
    Ok(())
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries: std::io::Result<Vec<_>> = fs::read_dir(folder)?.collect();
    let mut paths: Vec<_> = entries?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn measure(base: &Path, revision: &Path) -> Result<Measured, Box<dyn std::error::Error>> {
    let bytes = fs::metadata(revision)?.len();
    let start = Instant::now();
    let (from, to) = (Document::load(base)?, Document::load(revision)?);
    from.require_openapi_3_0()?;
    to.require_openapi_3_0()?;
    let read = start.elapsed() / 2;
    let start = Instant::now();
    let findings = diff(&from, &to);
    let compared = start.elapsed();
    let (from, to) = (from.value(), to.value());
    let renamed = Renamed::between(from, to);
    let leaves = leaves::changed(from, to, &renamed);
    let silent = leaves::silent(from, to, &renamed, &findings);
    let stem = |path: &Path| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let folder = base.parent().map(stem).unwrap_or_default();
    Ok(Measured {
        name: format!("{folder} {} {}", stem(base), stem(revision)),
        bytes,
        read,
        compared,
        leaves,
        silent,
        findings,
    })
}

fn print(measured: &Measured) {
    let count = |level| {
        measured
            .findings
            .iter()
            .filter(|it| it.level == level)
            .count()
    };
    let per_leaf = ratio(measured.findings.len(), measured.leaves);
    println!(
        "{:<46} {:>6.1} {:>7} {:>8} {:>7} {:>6} {:>6} {:>6} {:>6} {per_leaf:>8.2}",
        measured.name,
        ratio(usize::try_from(measured.bytes / 1000).unwrap_or(0), 1000),
        measured.read.as_millis(),
        measured.compared.as_millis(),
        measured.leaves,
        measured.silent.len(),
        count(Level::Err),
        count(Level::Warn),
        count(Level::Info),
    );
    for leaf in measured.silent.iter().take(5) {
        println!("    silent: {leaf}");
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 {
        0.0
    } else {
        float(part) / float(whole)
    }
}
