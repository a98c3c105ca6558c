//! Checking all that must hold before a change is merged.

mod steps;

use std::{
    fmt, io,
    process::ExitCode,
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};
use bigcommerce_test_postgres::missing_programs;
use clap::builder::PossibleValuesParser;

use self::steps::{STEPS, Step};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print the steps without running them.
    #[arg(long)]
    list: bool,
    /// Start at this step.
    #[arg(long, value_name = "STEP", value_parser = name())]
    from: Option<String>,
    /// Run this step alone; may be given more than once.
    #[arg(long, value_name = "STEP", value_parser = name(), conflicts_with = "from")]
    only: Vec<String>,
    /// Run the other steps, too, when one fails.
    #[arg(long)]
    keep_going: bool,
    /// Fail where a program is missing without which something cannot be tested.
    #[arg(long)]
    require_programs: bool,
}

/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StepResult {
    Passed(Duration),
    Failed(Duration),
    /// A program that it needs is not installed.
    NotPossible,
    NotRun,
    NotAskedFor,
}

/// Runs the steps in order, up to the first that fails, and sums up.
pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let missing = missing_programs();
    let mut results = Vec::new();
    let mut failed = false;
    for (index, step) in STEPS.iter().enumerate() {
        let asked = args.asks_for(index);
        if asked && (args.list || !failed || args.keep_going) {
            anstream::println!(
                "{BOLD}[{}/{}] {}{BOLD:#}: {step}",
                index + 1,
                STEPS.len(),
                step.name,
            );
        }
        let result = match (asked, failed && !args.keep_going) {
            (false, _) => StepResult::NotAskedFor,
            _ if args.list => StepResult::NotRun,
            (true, true) => StepResult::NotRun,
            _ if step.needs.iter().any(|it| missing.contains(it)) => StepResult::NotPossible,
            (true, false) => timed(step)?,
        };
        failed |= matches!(result, StepResult::Failed(_));
        results.push(result);
    }
    if args.list {
        return Ok(ExitCode::SUCCESS);
    }
    sum_up(&results);
    say_what_is_missing(&missing);
    Ok(
        if failed || (args.require_programs && !missing.is_empty()) {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        },
    )
}

/// As long as the longest name of a step.
const WIDTH: usize = 28;

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::Red.on_default().bold();

fn name() -> PossibleValuesParser {
    PossibleValuesParser::new(STEPS.iter().map(|step| step.name))
}

impl Args {
    fn asks_for(&self, index: usize) -> bool {
        let named = |name: &String| STEPS[index].name == name;
        let from = self.from.as_ref();
        let first = from.and_then(|from| STEPS.iter().position(|step| step.name == from));
        index >= first.unwrap_or(0) && (self.only.is_empty() || self.only.iter().any(named))
    }
}

fn timed(step: &Step) -> io::Result<StepResult> {
    let started = Instant::now();
    let status = step.command().run()?.status;
    let time = started.elapsed();
    Ok(if status.success() {
        StepResult::Passed(time)
    } else {
        StepResult::Failed(time)
    })
}

fn sum_up(results: &[StepResult]) {
    anstream::println!("\n{BOLD}{:<WIDTH$} {:<13} time{BOLD:#}", "step", "result");
    let mut total = Duration::ZERO;
    for (step, result) in STEPS.iter().zip(results) {
        let (text, style, time) = match result {
            StepResult::Passed(time) => ("passed", Style::new(), Some(time)),
            StepResult::Failed(time) => ("failed", RED, Some(time)),
            StepResult::NotPossible => ("not possible", RED, None),
            StepResult::NotRun => ("not run", RED, None),
            StepResult::NotAskedFor => ("not asked for", Style::new(), None),
        };
        total += time.copied().unwrap_or_default();
        let time = time.map(|time| Seconds(*time).to_string());
        let line = format!(
            "{:<WIDTH$} {text:<13} {}",
            step.name,
            time.unwrap_or_default()
        );
        anstream::println!("{style}{}{style:#}", line.trim_end());
    }
    let count = |of: fn(&StepResult) -> bool| results.iter().filter(|result| of(result)).count();
    let passed = count(|result| matches!(result, StepResult::Passed(_)));
    let failed = count(|result| matches!(result, StepResult::Failed(_)));
    let not_run = count(|result| *result == StepResult::NotRun);
    let total = Seconds(total);
    let Some(first) = results
        .iter()
        .position(|result| matches!(result, StepResult::Failed(_)))
    else {
        match count(|result| *result == StepResult::NotAskedFor) {
            0 if passed < results.len() => {
                let rest = results.len() - passed;
                anstream::println!("{passed} steps passed in {total}; {rest} were not possible");
            }
            0 => anstream::println!("ci passed: all {passed} steps, in {total}"),
            rest => {
                anstream::println!("{passed} steps passed in {total}; {rest} were not asked for");
            }
        }
        return;
    };
    anstream::eprintln!(
        "{RED}ci failed{RED:#} in {total}: {failed} failed, {passed} passed, {not_run} were not run"
    );
    let name = STEPS[first].name;
    anstream::eprintln!(
        "  help: `cargo xtask ci --from {name}` goes on from the first that failed"
    );
}

/// The last lines: what passed above was not tested with these programs.
fn say_what_is_missing(missing: &[&str]) {
    for program in missing {
        anstream::eprintln!("{RED}{program} is not installed{RED:#}: nothing was tested with it");
    }
}

/// A time as a reader wants it.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            seconds if seconds < 60 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            seconds => write!(f, "{} min {:02} s", seconds / 60, seconds % 60),
        }
    }
}
