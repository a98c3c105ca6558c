//! A minimal service on the facade, for `cargo xtask bench` to build. It pays one order.

use std::{env, error::Error};

use bigcommerce_payments::{Card, OrderId, Payment, Payments};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let store = Payments::new()?.store(&env::var("STORE_HASH")?, env::var("ACCESS_TOKEN")?)?;
    let order = OrderId::new(env::var("ORDER_ID")?.parse()?)?;
    let payment = Payment::new(
        Card::new("Jane Doe", "4242424242424242", 12, 2040),
        "stripe.card",
    )?;
    let receipt = store.charge(order, &payment).await?;
    println!("{}: {}", receipt.transaction_id, receipt.status);
    Ok(())
}
