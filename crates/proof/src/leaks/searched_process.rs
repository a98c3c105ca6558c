//! A process that uses the facade with planted secrets and prints all that can be printed.

use std::{
    error::Error,
    fmt::Debug,
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    time::Duration,
};

use bigcommerce_payments::{OrderId, Payment, StoreClient};

use crate::{
    error::ProofError,
    facade::store_client,
    leaks::{
        allocation::AllocationLog, planted_leak::PlantedLeak, received_secrets::ReceivedSecrets,
    },
};

/// Where the searched process finds the sandbox. Its secrets come through standard input.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    api_url: String,
    #[arg(long)]
    payments_url: String,
    #[arg(long)]
    order: Vec<u32>,
    /// Charge, rather than make and drop what a charge takes.
    #[arg(long)]
    sends: bool,
    /// Leak every secret on purpose.
    #[arg(long)]
    leak: Option<PlantedLeak>,
    /// The order whose payment access token leaks.
    #[arg(long, default_value_t = 0)]
    leak_order: u32,
}

/// Makes, uses and drops everything that holds a secret; says `dropped`; then says of each
/// address that it is asked for who allocated it.
///
/// # Errors
///
/// Fails where the secrets cannot be read or the client not be made.
pub async fn run(args: &Args) -> Result<(), ProofError> {
    let allocations = AllocationLog::start();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .init();
    // Standard input itself is buffered, and the buffer is not zeroed.
    let mut input = File::open("/dev/stdin")?;
    let kept = use_secrets(args, &ReceivedSecrets::read(&mut input)?).await?;
    // Threads and connections that are winding down still hold what they held.
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("dropped");
    std::io::stdout().flush()?;
    for address in BufReader::new(input).lines() {
        let address = address?.parse().unwrap_or_default();
        let callers = allocations.callers_of(address).unwrap_or_default();
        println!("{}", serde_json::to_string(&callers)?);
    }
    drop(kept);
    Ok(())
}

async fn use_secrets(args: &Args, secrets: &ReceivedSecrets) -> Result<Vec<String>, ProofError> {
    let account_token = secrets.account_token.clone();
    let store = store_client(&args.api_url, &args.payments_url, "leaks1", account_token)?;
    show(&store);
    let mut payments = Vec::new();
    for instrument in secrets.instruments() {
        show(&instrument);
        payments.push(Payment::new(instrument, "stripe.card")?);
    }
    let mut kept = Vec::new();
    for (index, (payment, order)) in payments.iter().cycle().zip(&args.order).enumerate() {
        let order = OrderId::new(*order)?;
        show(payment);
        panic_with(payment);
        if args.sends {
            charge(&store, order, payment).await;
        }
        // Among the other charges, so that the leak lies among the buffers of these.
        if index == args.order.len() / 2
            && let Some(leak) = args.leak
        {
            let order = OrderId::new(args.leak_order)?;
            kept = leak.leak(secrets, &store, order, payment).await?;
        }
    }
    Ok(kept)
}

async fn charge(store: &StoreClient, order: OrderId, payment: &Payment) {
    match store.charge(order, payment).await {
        Ok(receipt) => show(&receipt),
        Err(error) => {
            println!("{error}");
            show(&error);
            let mut source = error.source();
            while let Some(each) = source {
                println!("{each} {each:?}");
                source = each.source();
            }
        }
    }
}

/// A panic that takes a payment along, as `unwrap` and `expect` do.
fn panic_with(payment: &Payment) {
    let panicking = std::panic::AssertUnwindSafe(|| {
        panic!("on purpose: {payment:?}");
    });
    let _ = std::panic::catch_unwind(panicking);
}

fn show(value: &impl Debug) {
    println!("{value:?} {value:#?}");
}
