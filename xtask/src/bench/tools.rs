use std::{env, error::Error, process::Command, time::Instant};

use super::{cargo, output, report::Table};

/// The maintenance commands, beside a command of cargo that reads as many files.
pub(super) fn measure(table: &mut Table) -> Result<(), Box<dyn Error>> {
    let xtask = env::current_exe()?;
    let base = best_of_three(|| {
        let mut metadata = cargo();
        metadata.args(["metadata", "--format-version", "1", "--offline"]);
        metadata
    })?;
    for arguments in [&["regen", "--check"][..], &["drift"]] {
        let time = best_of_three(|| {
            let mut command = Command::new(&xtask);
            command.args(arguments);
            command
        })?;
        let what = format!("time of `cargo xtask {}`, built", arguments.join(" "));
        table.one(&what, time / base, "`cargo metadata`");
    }
    Ok(())
}

fn best_of_three(command: impl Fn() -> Command) -> Result<f64, Box<dyn Error>> {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let started = Instant::now();
        output(&mut command())?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(best)
}
