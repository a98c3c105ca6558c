//! What the facade and the tools cost, as ratios.

mod chart;
mod clients;
mod commands;
mod journal;
mod process;
mod report;
mod service;
mod table;

use std::env;

use clap::ValueEnum;

use self::{
    clients::{CLIENTS, Clients, Heap},
    report::{CHARGE, JOURNAL},
    table::{Ratio, Table},
};
use crate::{client::Mode, error::Error};

#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(crate) struct Args {
    /// Measure this part only.
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// Write the ratios to the `docs/cost.md` of each package, too, and draw its chart.
    #[arg(long)]
    write: bool,
    /// Only draw the charts anew, from the figures of the pages.
    #[arg(long, conflicts_with_all = ["write", "only"])]
    draw: bool,
    /// Leave out the clean release builds, which take minutes.
    #[arg(long, conflicts_with = "write")]
    skip_build: bool,
    /// Only check that every client pays, and count the facade's crates.
    #[arg(long, conflicts_with_all = ["write", "skip_build", "only"])]
    smoke: bool,
    #[command(flatten)]
    journal: journal::Sizes,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// A charge through the facade, and the tools.
    Charge,
    /// A charge through the journal.
    Journal,
}

/// Measures everything in one go on one machine.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))?;
    if args.smoke {
        return smoke();
    }
    if args.draw {
        return chart::write();
    }
    let mut pages = Vec::new();
    if args.only != Some(Part::Journal) {
        pages.push((CHARGE, CHARGE.measured(&charge(args.skip_build)?)?));
    }
    if args.only != Some(Part::Charge) {
        let table = journal::measure(&Clients::new()?, args.journal)?;
        pages.push((JOURNAL, JOURNAL.measured(&table)?));
    }
    for (page, measured) in pages {
        anstream::print!("{measured}");
        if args.write {
            page.write(&measured)?;
        }
    }
    if args.write { chart::write() } else { Ok(()) }
}

fn charge(skip_build: bool) -> Result<Table, Error> {
    clients::require_valgrind()?;
    let clients = Clients::new()?;
    let mut table = Table::default();
    throughput(&clients, &mut table)?;
    instructions(&clients, &mut table)?;
    memory(&clients, &mut table)?;
    handles(&clients, &mut table)?;
    drop(clients);
    commands::measure(&mut table)?;
    service::count_crates(&mut table)?;
    if !skip_build {
        service::measure(&mut table)?;
    }
    Ok(table)
}

fn smoke() -> Result<(), Error> {
    let clients = Clients::new()?;
    for client in CLIENTS {
        clients.nanoseconds(client, 20, 4)?;
        anstream::println!("{client:?}: 20 orders paid");
    }
    journal::smoke(&clients)?;
    let crates = service::crates_of(&["--package", "bigcommerce-payments"])?;
    anstream::println!("bigcommerce-payments: {crates} crates in all");
    Ok(())
}

/// In rounds in which each client has its turn: what disturbs the machine disturbs all of them.
fn throughput(clients: &Clients, table: &mut Table) -> Result<(), Error> {
    const ROUNDS: usize = 9;
    const CHARGES: u32 = 4000;
    for concurrency in [1, 8, 64] {
        let (mut to_reqwest, mut to_hyper) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let mut times = [0.0; CLIENTS.len()];
            // Another one begins each round.
            for turn in (0..CLIENTS.len()).map(|turn| (round + turn) % CLIENTS.len()) {
                times[turn] = clients.nanoseconds(CLIENTS[turn], CHARGES, concurrency)?;
            }
            let [facade, reqwest, hyper] = times;
            // Of rates, the inverse of times.
            to_reqwest.push(reqwest / facade);
            to_hyper.push(hyper / facade);
        }
        let what = format!("charges per second, {concurrency} at a time");
        table.clients(&what, Ratio::of(to_reqwest), Ratio::of(to_hyper));
    }
    Ok(())
}

fn instructions(clients: &Clients, table: &mut Table) -> Result<(), Error> {
    for concurrency in [1, 8, 64] {
        let mut slopes = [0.0; CLIENTS.len()];
        for (slope, client) in slopes.iter_mut().zip(CLIENTS) {
            *slope = clients.instructions_per_charge(client, concurrency)?;
        }
        let [facade, reqwest, hyper] = slopes;
        let what = format!("CPU instructions per charge, {concurrency} at a time");
        table.clients(&what, facade / reqwest, facade / hyper);
    }
    Ok(())
}

fn memory(clients: &Clients, table: &mut Table) -> Result<(), Error> {
    let facade = clients.heap_per_charge(Mode::Facade)?;
    let reqwest = clients.heap_per_charge(Mode::Reqwest)?;
    let hyper = clients.heap_per_charge(Mode::Hyper)?;
    let mut row = |what, of: fn(&Heap) -> f64| {
        table.clients(what, of(&facade) / of(&reqwest), of(&facade) / of(&hyper));
    };
    row("heap allocations per charge", |heap| heap.allocations);
    row("heap bytes allocated per charge", |heap| heap.bytes);
    row("peak heap of 64 charges at a time, per charge", |heap| {
        heap.peak
    });
    Ok(())
}

/// How much of a charge a handle costs.
fn handles(clients: &Clients, table: &mut Table) -> Result<(), Error> {
    const HANDLES: u32 = 10_000;
    let charge = clients.nanoseconds(Mode::Facade, 8000, 1)? / 8000.0;
    let handle = clients.nanoseconds(Mode::Handles, HANDLES, 1)? / f64::from(HANDLES);
    table.one(
        "time of a store handle, of 10,000",
        handle / charge,
        "one charge through the facade",
    );
    let instructions = clients.instructions(Mode::Handles, HANDLES, 1)?
        - clients.instructions(Mode::Handles, 0, 1)?;
    table.one(
        "CPU instructions of a store handle, of 10,000",
        instructions / f64::from(HANDLES) / clients.instructions_per_charge(Mode::Facade, 1)?,
        "one charge through the facade",
    );
    let heap =
        clients.heap(Mode::Handles, HANDLES, 1)?.peak - clients.heap(Mode::Handles, 0, 1)?.peak;
    table.one(
        "heap of a store handle, of 10,000",
        heap / f64::from(HANDLES) / clients.heap_per_charge(Mode::Reqwest)?.peak,
        "peak heap of one charge by hand with reqwest",
    );
    Ok(())
}
