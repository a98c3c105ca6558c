//! What steps need that is not on every machine.

use std::env::consts::OS;

use anstyle::{AnsiColor, Style};
use bigcommerce_test_postgres::missing_programs;

use super::steps::{LINUX, STEPS, Step};

/// What of that is missing.
pub(super) struct Requirements {
    missing_programs: Vec<&'static str>,
    is_linux: bool,
}

impl Requirements {
    pub(super) fn of_this_machine() -> Self {
        Self {
            missing_programs: missing_programs(),
            is_linux: OS == "linux",
        }
    }

    pub(super) fn allow(&self, step: &Step) -> bool {
        !step.needs.iter().any(|need| self.lack(need))
    }

    pub(super) fn lack_a_program(&self) -> bool {
        !self.missing_programs.is_empty()
    }

    /// The last lines: what passed was not tested with these.
    pub(super) fn print(&self) {
        const RED: Style = AnsiColor::Red.on_default().bold();
        for program in &self.missing_programs {
            anstream::eprintln!(
                "{RED}{program} is not installed{RED:#}: nothing was tested with it"
            );
        }
        if !self.is_linux {
            let steps = STEPS.iter().filter(|step| step.needs.contains(&LINUX));
            let names: Vec<_> = steps.map(|step| step.name).collect();
            anstream::eprintln!(
                "{RED}this is not Linux{RED:#}, which these steps need: {}",
                names.join(", ")
            );
        }
    }

    fn lack(&self, need: &str) -> bool {
        self.missing_programs.contains(&need) || (need == LINUX && !self.is_linux)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_proc_needs_linux() {
        let elsewhere = Requirements {
            missing_programs: Vec::new(),
            is_linux: false,
        };

        let not_possible = STEPS.iter().filter(|step| !elsewhere.allow(step));
        let names: Vec<_> = not_possible.map(|step| step.name).collect();
        assert_eq!(names, ["leaks", "leaks-planted", "leaks-copied", "bench"]);
        assert!(!elsewhere.lack_a_program());
    }
}
