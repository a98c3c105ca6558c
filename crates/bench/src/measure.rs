//! What the facade and the tools cost, as ratios.

mod clients;
mod commands;
mod process;
mod report;
mod service;

use std::env;

use self::{
    clients::{CLIENTS, Clients, Heap},
    report::Table,
};
use crate::{client::Mode, error::Error};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write the ratios to `crates/payments/docs/cost.md`, too.
    #[arg(long)]
    write: bool,
    /// Leave out the clean release builds, which take minutes.
    #[arg(long, conflicts_with = "write")]
    skip_build: bool,
    /// Only check that every client pays, and count the facade's crates.
    #[arg(long, conflicts_with_all = ["write", "skip_build"])]
    smoke: bool,
}

/// Measures everything in one go on one machine.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))?;
    if args.smoke {
        return smoke();
    }
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
    if !args.skip_build {
        service::measure(&mut table)?;
    }
    let text = report::page(&table)?;
    anstream::print!("{text}");
    if args.write {
        report::write(&text)?;
    }
    Ok(())
}

fn smoke() -> Result<(), Error> {
    let clients = Clients::new()?;
    for client in CLIENTS {
        clients.nanoseconds(client, 20, 4)?;
        anstream::println!("{client:?}: 20 orders paid");
    }
    let crates = service::crates_of(&["--package", "bigcommerce-payments"])?;
    anstream::println!("bigcommerce-payments: {crates} crates in all");
    Ok(())
}

/// The best of some runs: what disturbs a run only ever makes it slower.
fn throughput(clients: &Clients, table: &mut Table) -> Result<(), Error> {
    const RUNS: usize = 3;
    const CHARGES: u32 = 8000;
    for concurrency in [1, 8, 64] {
        let mut best = [f64::INFINITY; CLIENTS.len()];
        for _ in 0..RUNS {
            for (best, client) in best.iter_mut().zip(CLIENTS) {
                *best = best.min(clients.nanoseconds(client, CHARGES, concurrency)?);
            }
        }
        let [facade, reqwest, hyper] = best;
        let what = format!("charges per second, {concurrency} at a time");
        // Of rates, the inverse of times.
        table.clients(&what, reqwest / facade, hyper / facade);
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
