//! What PostgreSQL does for its own benchmark.

use duct::cmd;

use super::place::Place;
use crate::{error::Error, measure::process::output};

/// The transactions per second of pgbench's simple updates, by so many clients at a time, on the
/// same server with the same durability; none where pgbench is not installed.
pub(super) fn simple_updates_per_second(place: &Place, clients: u32) -> Result<Option<f64>, Error> {
    if cmd!("pgbench", "--version").stdout_null().run().is_err() {
        return Ok(None);
    }
    let Some(server) = &place.server else {
        return Ok(None);
    };
    // As many rows of accounts as its manual asks for: at least one scale for each client.
    if server
        .psql("SELECT to_regclass('pgbench_accounts')")?
        .is_empty()
    {
        let quiet = ["--initialize", "--quiet", "--scale=16"];
        output(&cmd("pgbench", quiet.into_iter().chain([&*place.url])).stderr_null())?;
    }
    let clients = clients.to_string();
    let said = output(
        &cmd!(
            "pgbench",
            "--builtin=simple-update",
            "--no-vacuum",
            "--protocol=prepared",
            "--time=3",
            "--client",
            &clients,
            "--jobs",
            "2",
            &place.url
        )
        .stderr_null(),
    )?;
    let (_, rest) = said.split_once("tps = ").ok_or_else(|| Error::Unsaid {
        label: "tps = ",
        said: said.clone(),
    })?;
    Ok(Some(
        rest.split_whitespace().next().unwrap_or_default().parse()?,
    ))
}
