//! What the journal adds to a charge, and how charges through it grow with the instances.

mod pgbench;
mod place;
mod round_trips;

use self::{
    pgbench::simple_updates_per_second,
    place::Place,
    round_trips::{Counted, Counter},
};
use crate::{
    error::Error,
    measure::{
        clients::Clients,
        table::{Ratio, Table},
    },
};

/// How many instances share a journal.
pub(super) const INSTANCES: [u32; 4] = [1, 2, 4, 8];

pub(super) const ENGINES: [&str; 2] = ["SQLite", "PostgreSQL"];

/// What the charges of some instances are a ratio to.
pub(super) const WITHOUT_JOURNAL: &str = "one instance without a journal";

const THROUGH_FACADE: &str = "one through the facade";

/// Charges that each instance makes at a time.
const CONCURRENCY: u32 = 8;

/// How many processes commit at once where commits are held against those of pgbench.
const PROCESSES: [u32; 3] = [1, 4, 16];

/// Claim, *sending* and outcome.
const COMMITS: f64 = 3.0;

/// The payment requests of a store that the platform takes in a second: 50 within 4 s.
const FULL_LIMIT: f64 = 12.5;

/// The finished attempts of the journal that a fuller one is held against.
const FEW: u32 = 10_000;

/// How much is measured.
#[derive(Clone, Copy, clap::Args)]
pub(super) struct Sizes {
    /// Rounds of the journal's figures: an odd number.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Charges of each turn of the journal.
    #[arg(long, default_value_t = 800)]
    charges: u32,
    /// Finished attempts of a journal that is held against one with ten thousand.
    #[arg(long, default_value_t = 1_000_000)]
    finished: u32,
}

/// Both engines; where PostgreSQL is not installed, its rows are missing, and it says so.
pub(super) fn measure(clients: &Clients, sizes: Sizes) -> Result<Table, Error> {
    let mut table = Table::default();
    for engine in ENGINES {
        let Some(place) = Place::new(engine)? else {
            anstream::eprintln!("{engine} is not installed, and is not measured");
            continue;
        };
        one_at_a_time(clients, &place, sizes, &mut table)?;
        by_instances(clients, &place, sizes, &mut table)?;
        if place.server.is_some() {
            on_the_wire(clients, &place, &mut table)?;
            against_pgbench(clients, &place, sizes, &mut table)?;
        }
        drop(place);
        with_finished(clients, engine, sizes, &mut table)?;
    }
    Ok(table)
}

/// Checks that charges through the journal pay.
pub(super) fn smoke(clients: &Clients) -> Result<(), Error> {
    if let Some(place) = Place::new(ENGINES[0])? {
        clients.instances(2, 10, 4, Some(&place.url))?;
        anstream::println!("Journal: 20 orders paid by 2 instances");
    }
    Ok(())
}

/// The name of a row.
pub(super) fn by(instances: u32, engine: &str) -> String {
    format!("charges per second, {instances} of 8 at a time, {engine}")
}

fn one_at_a_time(
    clients: &Clients,
    place: &Place,
    sizes: Sizes,
    table: &mut Table,
) -> Result<(), Error> {
    let charges = sizes.charges;
    let (mut times, mut processors) = (Vec::new(), Vec::new());
    for _ in 0..sizes.rounds {
        let facade = clients.instances(1, charges, 1, None)?;
        let journal = clients.instances(1, charges, 1, Some(&place.url))?;
        times.push(journal.nanoseconds / facade.nanoseconds);
        processors.push(journal.processor / facade.processor);
    }
    let engine = place.engine;
    let what = format!("time of a charge, 1 at a time, {engine}");
    table.one(&what, Ratio::of(times), THROUGH_FACADE);
    let what = format!("CPU of a charge in its process, 1 at a time, {engine}");
    table.one(&what, Ratio::of(processors), THROUGH_FACADE);
    Ok(())
}

fn by_instances(
    clients: &Clients,
    place: &Place,
    sizes: Sizes,
    table: &mut Table,
) -> Result<(), Error> {
    let charges = sizes.charges;
    let mut ratios = INSTANCES.map(|_| Vec::new());
    let mut stores = Vec::new();
    for _ in 0..sizes.rounds {
        let facade = clients.instances(1, charges, CONCURRENCY, None)?;
        let mut fastest = f64::INFINITY;
        for (ratios, instances) in ratios.iter_mut().zip(INSTANCES) {
            let each = charges / instances;
            let journal = clients.instances(instances, each, CONCURRENCY, Some(&place.url))?;
            // Of rates, the inverse of times.
            ratios.push(facade.nanoseconds / journal.nanoseconds);
            fastest = fastest.min(journal.nanoseconds);
        }
        stores.push(f64::from(charges) / fastest * 1e9 / FULL_LIMIT);
    }
    for (ratios, instances) in ratios.into_iter().zip(INSTANCES) {
        let what = by(instances, place.engine);
        table.one(&what, Ratio::of(ratios), WITHOUT_JOURNAL);
    }
    let what = format!("most charges per second, {}", place.engine);
    table.one(&what, Ratio::of(stores), "the full limit of one store");
    Ok(())
}

/// What a charge asks of the server: a difference, so that what opening the journal asks is none of
/// it.
fn on_the_wire(clients: &Clients, place: &Place, table: &mut Table) -> Result<(), Error> {
    const CHARGES: u32 = 200;
    let counter = Counter::before(place)?;
    let asked_by = |charges| -> Result<Counted, Error> {
        let before = counter.counted(place)?;
        clients.instances(1, charges, 1, Some(&counter.url))?;
        Ok(counter.counted(place)?.since(before))
    };
    let (few, many) = (asked_by(1)?, asked_by(1 + CHARGES)?);
    let each = many.since(few).each(CHARGES);
    table.one(
        "commits of a charge, PostgreSQL",
        each.commits,
        "one charge",
    );
    let what = "round trips of a charge to PostgreSQL";
    table.one(what, each.round_trips, "one charge");
    Ok(())
}

/// The time that the journal adds to a charge is that of its commits.
fn against_pgbench(
    clients: &Clients,
    place: &Place,
    sizes: Sizes,
    table: &mut Table,
) -> Result<(), Error> {
    for processes in PROCESSES {
        let each = (sizes.charges / processes).max(1);
        let mut ratios = Vec::new();
        for _ in 0..sizes.rounds {
            let Some(updates) = simple_updates_per_second(place, processes)? else {
                anstream::eprintln!("pgbench is not installed: no commits were held against its");
                return Ok(());
            };
            let facade = clients.instances(processes, each, 1, None)?;
            let journal = clients.instances(processes, each, 1, Some(&place.url))?;
            let added = journal.nanoseconds - facade.nanoseconds;
            let commits = COMMITS * f64::from(each * processes) / added * 1e9;
            ratios.push(commits / updates);
        }
        let what = format!("commits per second of {processes} at a time, PostgreSQL");
        table.one(&what, Ratio::of(ratios), "simple updates of pgbench");
    }
    Ok(())
}

/// The same journal, full and nearly empty, in turn.
fn with_finished(
    clients: &Clients,
    engine: &'static str,
    sizes: Sizes,
    table: &mut Table,
) -> Result<(), Error> {
    let finished = sizes.finished;
    let (Some(few), Some(many)) = (Place::new(engine)?, Place::new(engine)?) else {
        return Ok(());
    };
    for (place, finished) in [(&few, FEW), (&many, finished)] {
        clients.instances(1, 1, 1, Some(&place.url))?;
        place.fill(finished)?;
    }
    let mut ratios = Vec::new();
    for _ in 0..sizes.rounds {
        let [few, many] =
            [&few, &many].map(|place| clients.instances(1, sizes.charges, 1, Some(&place.url)));
        ratios.push(many?.nanoseconds / few?.nanoseconds);
    }
    let what = format!("time of a charge, {finished} finished attempts, {engine}");
    table.one(&what, Ratio::of(ratios), "one with 10000 finished attempts");
    Ok(())
}
