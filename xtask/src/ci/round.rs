//! Running one step by itself, or several side by side.

use std::{
    io::{self, Write as _},
    panic::resume_unwind,
    slice::Iter,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use super::{
    requirements::Requirements,
    steps::{STEPS, announce},
    summary::{StepResult, Summary},
};

/// How many steps run at the same time. They wait for most of their time; what little they compute
/// must not delay the others, which hold a limit of payments within a window.
const AT_ONCE: usize = 2;

/// Set for the steps where what cannot be tested is a failure: tests see only as they run whether a
/// file system can be mounted.
const REQUIRE_PROGRAMS: &str = "REQUIRE_PROGRAMS";

/// Steps that may run at the same time.
pub(super) struct Round<'a> {
    /// Their places among [`STEPS`].
    pub(super) steps: &'a [usize],
    pub(super) keep_going: bool,
    /// Whether what cannot be tested is a failure.
    pub(super) require_programs: bool,
    pub(super) requirements: &'a Requirements,
}

impl Round<'_> {
    pub(super) fn run(&self, summary: &mut Summary) -> io::Result<()> {
        let left = Mutex::new(Left {
            steps: self.steps.iter(),
            summary,
        });
        if self.steps.len() == 1 {
            return self.work(&left, false);
        }
        thread::scope(|scope| {
            let threads = [(); AT_ONCE].map(|()| scope.spawn(|| self.work(&left, true)));
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    /// Runs what is left, one step after the other.
    fn work(&self, left: &Mutex<Left<'_>>, beside_others: bool) -> io::Result<()> {
        loop {
            let next = lock(left).next(self);
            let Some(index) = next else {
                return Ok(());
            };
            let mut command = STEPS[index].command();
            if self.require_programs {
                command = command.env(REQUIRE_PROGRAMS, "1");
            }
            let started = Instant::now();
            let output = if beside_others {
                command.stderr_to_stdout().stdout_capture().run()?
            } else {
                command.run()?
            };
            let time = started.elapsed();
            let mut left = lock(left);
            left.summary.record(
                index,
                if output.status.success() {
                    StepResult::Passed(time)
                } else {
                    StepResult::Failed(time)
                },
            );
            if beside_others {
                // All that it printed, in one piece.
                announce(index);
                io::stdout().write_all(&output.stdout)?;
            }
        }
    }
}

/// What is left of a round, and what came of the rest.
struct Left<'a> {
    steps: Iter<'a, usize>,
    summary: &'a mut Summary,
}

impl Left<'_> {
    /// The next step that is to be run.
    fn next(&mut self, round: &Round<'_>) -> Option<usize> {
        loop {
            let index = *self.steps.next()?;
            if !round.keep_going && self.summary.first_failure().is_some() {
                self.summary.record(index, StepResult::NotRun);
                continue;
            }
            announce(index);
            if round.requirements.allow(&STEPS[index]) {
                return Some(index);
            }
            self.summary.record(index, StepResult::NotPossible);
        }
    }
}

fn lock<'a, 'b>(left: &'b Mutex<Left<'a>>) -> MutexGuard<'b, Left<'a>> {
    left.lock().unwrap_or_else(PoisonError::into_inner)
}
