//! The measured clients: the facade, the journal, and the same two requests written by hand. Each run is a
//! process of its own, so that a profiler sees one client only.

mod charge;
mod facade;
mod journal;
mod test_store;
mod wire;
mod with_hyper;
mod with_reqwest;

use std::hint::black_box;

use clap::ValueEnum;

use self::{
    charge::{Outcome, Started, Took, charge_all},
    test_store::TestStore,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to run; it prints the nanoseconds that it took, and those of the processor.
    mode: Mode,
    #[command(flatten)]
    store: TestStore,
    /// The first order to charge.
    #[arg(long, default_value_t = 0)]
    first: u32,
    /// How many orders to charge, or handles to make.
    #[arg(long)]
    count: u32,
    /// Orders that are being charged at the same time.
    #[arg(long, default_value_t = 1)]
    concurrency: u32,
    /// Where the journal is.
    #[arg(long, required_if_eq("mode", "journal"))]
    database: Option<String>,
}

/// What one process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Charge through the facade.
    Facade,
    /// Charge with reqwest and `serde_json`.
    Reqwest,
    /// Charge with hyper's pooled client and `serde_json`.
    Hyper,
    /// Charge through the journal.
    Journal,
    /// Make store handles of one facade.
    Handles,
}

/// One thread, so that counts repeat.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(args: &Args) -> Outcome {
    let store = &args.store;
    let orders = args.first..args.first + args.count;
    let took = match args.mode {
        Mode::Facade => charge_all(facade::Client::new(store)?, orders, args.concurrency).await?,
        Mode::Reqwest => {
            charge_all(with_reqwest::Client::new(store)?, orders, args.concurrency).await?
        }
        Mode::Hyper => charge_all(with_hyper::Client::new(store), orders, args.concurrency).await?,
        Mode::Journal => {
            let client =
                journal::Client::open(store, args.database.as_deref().unwrap_or("")).await?;
            charge_all(client, orders, args.concurrency).await?
        }
        Mode::Handles => make_handles(store, args.count)?,
    };
    println!("{took}");
    Ok(())
}

fn make_handles(store: &TestStore, count: u32) -> Outcome<Took> {
    let payments = facade::payments(store)?;
    let started = Started::now()?;
    let handles: Result<Vec<_>, _> = (0..count)
        .map(|number| payments.store(&format!("store{number}"), "account-token"))
        .collect();
    let took = started.elapsed()?;
    black_box(handles?);
    Ok(took)
}
