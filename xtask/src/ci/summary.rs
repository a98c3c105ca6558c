//! What the steps came to.

use std::{collections::BTreeMap, fmt, time::Duration};

use anstyle::{AnsiColor, Style};

use super::steps::STEPS;

/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StepResult {
    Passed(Duration),
    Failed(Duration),
    /// What it needs is not there.
    NotPossible,
    NotRun,
}

/// The results of the steps that were asked for, by their places among [`STEPS`].
#[derive(Default)]
pub(super) struct Summary(BTreeMap<usize, StepResult>);

/// As long as the longest name of a step.
const WIDTH: usize = 28;

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::Red.on_default().bold();

impl Summary {
    pub(super) fn record(&mut self, index: usize, result: StepResult) {
        self.0.insert(index, result);
    }

    pub(super) fn first_failure(&self) -> Option<usize> {
        let mut results = self.0.iter();
        let failed = results.find(|(_, result)| matches!(result, StepResult::Failed(_)));
        failed.map(|(index, _)| *index)
    }

    pub(super) fn print(&self, total: Duration) {
        anstream::println!("\n{BOLD}{:<WIDTH$} {:<13} time{BOLD:#}", "step", "result");
        for (index, step) in STEPS.iter().enumerate() {
            let (text, style, time) = match self.0.get(&index) {
                Some(StepResult::Passed(time)) => ("passed", Style::new(), Some(time)),
                Some(StepResult::Failed(time)) => ("failed", RED, Some(time)),
                Some(StepResult::NotPossible) => ("not possible", RED, None),
                Some(StepResult::NotRun) => ("not run", RED, None),
                None => ("not asked for", Style::new(), None),
            };
            let time = time.map(|time| Seconds(*time).to_string());
            let time = time.unwrap_or_default();
            let line = format!("{:<WIDTH$} {text:<13} {time}", step.name);
            anstream::println!("{style}{}{style:#}", line.trim_end());
        }
        match self.first_failure() {
            Some(index) => self.print_failure(STEPS[index].name, &Seconds(total)),
            None => self.print_success(&Seconds(total)),
        }
    }

    fn print_success(&self, time: &Seconds) {
        let passed = self.count(|result| matches!(result, StepResult::Passed(_)));
        if passed == STEPS.len() {
            anstream::println!("ci passed: all {passed} steps, in {time}");
            return;
        }
        anstream::print!("{passed} steps passed in {time}");
        let not_possible = self.count(|result| *result == StepResult::NotPossible);
        if not_possible > 0 {
            anstream::print!("; {not_possible} were not run: they are not possible here");
        }
        let not_asked_for = STEPS.len() - self.0.len();
        if not_asked_for > 0 {
            anstream::print!("; {not_asked_for} were not asked for");
        }
        anstream::println!();
    }

    fn print_failure(&self, first: &str, time: &Seconds) {
        let passed = self.count(|result| matches!(result, StepResult::Passed(_)));
        let failed = self.count(|result| matches!(result, StepResult::Failed(_)));
        let not_run = self.0.len() - passed - failed;
        anstream::eprintln!(
            "{RED}ci failed{RED:#} in {time}: {failed} failed, {passed} passed, {not_run} were not run"
        );
        anstream::eprintln!(
            "  help: `cargo xtask ci --from {first}` goes on from the first that failed"
        );
    }

    fn count(&self, of: fn(&StepResult) -> bool) -> usize {
        self.0.values().filter(|result| of(result)).count()
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
