//! A process that uses the facade with planted secrets and prints all that can be printed.

use std::{
    error::Error,
    fmt::Debug,
    fs::File,
    io::{Read, Write as _},
};

use bigcommerce_payments::{
    Card, GiftCertificate, Instrument, OrderId, Payment, Sensitive, StoreClient, StoredCard,
};
use zeroize::Zeroizing;

use crate::{error::ProofError, facade::store_client};

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
    /// Leak on purpose: print one secret, and keep a copy of another.
    #[arg(long)]
    plant: bool,
}

/// Makes, uses and drops everything that holds a secret; says `dropped`; then waits.
///
/// # Errors
///
/// Fails where the secrets cannot be read or the client not be made.
pub async fn run(args: &Args) -> Result<(), ProofError> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .init();
    // Standard input itself is buffered, and the buffer is not zeroed.
    let mut input = File::open("/dev/stdin")?;
    let kept = use_secrets(args, &mut input).await?;
    // Threads and connections that are winding down still hold what they held.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    println!("dropped");
    std::io::stdout().flush()?;
    input.read_to_end(&mut Vec::new())?;
    drop(kept);
    Ok(())
}

async fn use_secrets(args: &Args, input: &mut File) -> Result<Option<String>, ProofError> {
    let token = read::<64>(input)?;
    let store = store_client(&args.api_url, &args.payments_url, "leaks1", token)?;
    show(&store);
    let number = read::<16>(input)?;
    let token = read::<64>(input)?;
    let mut kept = None;
    if args.plant {
        println!("{}", number.expose());
        kept = Some(token.expose().to_owned());
    }
    let card = Card::new("Jane Doe", number, 12, 2039).verification_value("422");
    let stored = StoredCard::new(token);
    let gift = GiftCertificate::new(read::<64>(input)?);
    let instruments: [Instrument; 3] = [card.into(), stored.into(), gift.into()];
    let mut payments = Vec::new();
    for instrument in instruments {
        show(&instrument);
        payments.push(Payment::new(instrument, "stripe.card")?);
    }
    for (payment, order) in payments.iter().cycle().zip(&args.order) {
        show(payment);
        panic_with(payment);
        if args.sends {
            charge(&store, OrderId::new(*order)?, payment).await;
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

fn read<const N: usize>(input: &mut File) -> Result<Sensitive, ProofError> {
    let mut bytes = Zeroizing::new([0; N]);
    input.read_exact(&mut *bytes)?;
    Ok(Sensitive::from(std::str::from_utf8(&*bytes)?))
}
