//! The clients that `cargo xtask bench` measures: the facade, and the same two requests written
//! by hand. Each run is a process of its own, so that a profiler sees one client only.

mod charge;
mod facade;
mod sandbox;
mod wire;
mod with_hyper;
mod with_reqwest;

use std::{hint::black_box, time::Instant};

use clap::{Parser, Subcommand};

use crate::{
    charge::{Outcome, charge_all},
    sandbox::Sandbox,
};

#[derive(Parser)]
#[command(about, disable_help_subcommand = true)]
struct Cli {
    /// The line that the sandbox prints when it is ready.
    #[arg(long)]
    sandbox: Sandbox,
    /// The first order to charge.
    #[arg(long, default_value_t = 0)]
    first: u32,
    /// How many orders to make or charge, or handles to make.
    #[arg(long)]
    count: u32,
    /// Orders that are being charged at the same time.
    #[arg(long, default_value_t = 1)]
    concurrency: u32,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Subcommand)]
enum Command {
    /// Make orders, and print the number of the first.
    Orders,
    /// Charge through the facade, and print the nanoseconds that it took.
    Facade,
    /// Charge with reqwest and `serde_json`, and print the nanoseconds that it took.
    Reqwest,
    /// Charge with hyper's pooled client and `serde_json`, and print the nanoseconds that it took.
    Hyper,
    /// Make that many store handles of one client, and print the nanoseconds that it took.
    Handles,
}

/// One thread, so that counts repeat.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let cli = Cli::parse();
    let sandbox = &cli.sandbox;
    let orders = cli.first..cli.first + cli.count;
    let printed = match cli.command {
        Command::Orders => u128::from(sandbox.make_orders(cli.count).await?),
        Command::Facade => {
            charge_all(facade::Client::new(sandbox)?, orders, cli.concurrency).await?
        }
        Command::Reqwest => {
            charge_all(with_reqwest::Client::new(sandbox)?, orders, cli.concurrency).await?
        }
        Command::Hyper => {
            charge_all(with_hyper::Client::new(sandbox), orders, cli.concurrency).await?
        }
        Command::Handles => {
            let payments = facade::payments(sandbox)?;
            let started = Instant::now();
            let handles: Result<Vec<_>, _> = (0..cli.count)
                .map(|number| payments.store(&format!("store{number}"), "account-token"))
                .collect();
            let elapsed = started.elapsed();
            black_box(handles?);
            elapsed.as_nanos()
        }
    };
    println!("{printed}");
    Ok(())
}
