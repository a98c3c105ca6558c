//! A caller in a process of its own, which is killed between token and charge.

use std::{error::Error, process::Stdio, time::Duration};

use bigcommerce_payments::{Card, OrderId, Payment};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
};

use super::{Arena, client, plan::Plan};

/// Runs a caller as a process, kills it (SIGKILL), and says how far it had come.
pub(crate) async fn kill(
    arena: &Arena,
    order: OrderId,
    plan: &Plan,
    charging: bool,
    after: Duration,
) -> std::io::Result<String> {
    let mut child = Command::new(&arena.program)
        .arg("victim")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let orders = json!({
        "api_url": arena.sandbox.api_url(),
        "payments_url": arena.sandbox.payments_url(),
        "store_hash": arena.sandbox.store_hash(),
        "access_token": arena.sandbox.access_token(),
        "order": order.get(),
        "card": plan.card,
        "method": plan.method,
        "charging": charging,
    });
    let mut stdin = child.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
    stdin.write_all(format!("{orders}\n").as_bytes()).await?;
    let stdout = child.stdout.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
    let said = BufReader::new(stdout).lines().next_line().await?;
    tokio::time::sleep(after).await;
    child.kill().await?;
    let said = said.unwrap_or_else(|| "nothing".to_owned());
    Ok(format!(
        "its process is killed {after:?} after it said {said}"
    ))
}

/// What the process does until it is killed.
///
/// # Errors
///
/// Fails where it was not told what to do, or is told so by the facade.
pub async fn live() -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let orders: Value = serde_json::from_str(&line)?;
    let text = |name: &str| orders[name].as_str().unwrap_or_default();
    let store = client(
        text("api_url"),
        text("payments_url"),
        text("store_hash"),
        text("access_token"),
    )?;
    let order = OrderId::new(u32::try_from(orders["order"].as_u64().unwrap_or(0))?)?;
    let token = match store.tokens().create_token(order).await {
        Ok(token) => token,
        Err(error) => {
            println!("\"no token: {error}\"");
            return Ok(());
        }
    };
    println!("\"token\"");
    if orders["charging"] == true {
        let card = Card::new("Jane Doe", text("card"), 12, 2039).verification_value("422");
        let payment = Payment::new(card, text("method"))?;
        let outcome = store.processor().process(order, token, &payment).await;
        drop(outcome);
    }
    // Whatever it knows now dies with it.
    std::future::pending().await
}
