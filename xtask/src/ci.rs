//! Checking all that must hold before a change is merged.

mod requirements;
mod round;
mod steps;
mod summary;

use std::{io, process::ExitCode, time::Instant};

use clap::builder::PossibleValuesParser;

use self::{
    requirements::Requirements,
    round::Round,
    steps::{STEPS, announce},
    summary::Summary,
};

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
    /// Fail where a program is missing, or a file system cannot be mounted, without which something
    /// cannot be tested.
    #[arg(long)]
    require_programs: bool,
}

/// Runs the steps in order, up to the first that fails, and sums up.
pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let asked = (0..STEPS.len()).filter(|index| args.asks_for(*index));
    let asked: Vec<_> = asked.collect();
    if args.list {
        asked.iter().copied().for_each(announce);
        return Ok(ExitCode::SUCCESS);
    }
    let requirements = Requirements::of_this_machine();
    let started = Instant::now();
    let mut summary = Summary::default();
    for steps in asked.chunk_by(|one, next| STEPS[*one].waits && STEPS[*next].waits) {
        let round = Round {
            steps,
            keep_going: args.keep_going,
            require_programs: args.require_programs,
            requirements: &requirements,
        };
        round.run(&mut summary)?;
    }
    summary.print(started.elapsed());
    requirements.print();
    Ok(
        if summary.first_failure().is_some()
            || (args.require_programs && requirements.lack_a_program())
        {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        },
    )
}

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
