//! The time of the maintenance commands.

use std::time::Instant;

use duct::{Expression, cmd};

use crate::{
    error::Error,
    measure::{
        process::{cargo, output, target_folder},
        table::Table,
    },
};

/// The maintenance commands, beside a command of cargo that reads as many files.
pub(super) fn measure(table: &mut Table) -> Result<(), Error> {
    output(&cargo([
        "build",
        "--quiet",
        "--bin",
        "bigcommerce-spec-tools",
    ]))?;
    let tools = target_folder().join("debug/bigcommerce-spec-tools");
    let base = best_of_three(&cargo(["metadata", "--format-version", "1", "--offline"]))?;
    for arguments in [&["regen", "--check"][..], &["drift"]] {
        let time = best_of_three(&cmd(&tools, [&["--root", "."], arguments].concat()))?;
        let what = format!("time of `cargo xtask {}`, built", arguments.join(" "));
        table.one(&what, time / base, "`cargo metadata`");
    }
    Ok(())
}

fn best_of_three(command: &Expression) -> Result<f64, Error> {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let started = Instant::now();
        output(command)?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(best)
}
