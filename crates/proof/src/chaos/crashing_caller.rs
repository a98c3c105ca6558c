//! A caller in a process of its own, which is killed between token and charge.

use std::{process::Stdio, time::Duration};

use bigcommerce_payments::{Card, OrderId, Payment};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
};

use super::{environment::Environment, plan::OrderPlan};
use crate::{error::ProofError, facade::store_client};

/// Runs a caller as a process, kills it (SIGKILL), and says how far it had come.
pub(crate) async fn kill(
    environment: &Environment,
    order: OrderId,
    plan: &OrderPlan,
    charging: bool,
    after: Duration,
) -> Result<String, ProofError> {
    let mut child = Command::new(&environment.program)
        .arg("crashing-caller")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let instructions = json!({
        "api_url": environment.sandbox.api_url(),
        "payments_url": environment.sandbox.payments_url(),
        "store_hash": environment.sandbox.store_hash(),
        "access_token": environment.sandbox.access_token(),
        "order": order.get(),
        "card": plan.card,
        "method": plan.method,
        "charging": charging,
    });
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    stdin
        .write_all(format!("{instructions}\n").as_bytes())
        .await?;
    let stdout = child.stdout.take().expect("standard output is a pipe");
    let said = BufReader::new(stdout).lines().next_line().await?;
    tokio::time::sleep(after).await;
    child.kill().await?;
    let said = said.unwrap_or_else(|| "nothing".to_owned());
    Ok(format!(
        "its process is killed {after:?} after it said {said}"
    ))
}

/// Charges one order, as standard input says, until it is killed.
///
/// # Errors
///
/// Fails where it was not told what to do, or is told so by the facade.
pub async fn run() -> Result<(), ProofError> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let instructions: Value = serde_json::from_str(&line)?;
    let text = |name: &str| instructions[name].as_str().unwrap_or_default();
    let store = store_client(
        text("api_url"),
        text("payments_url"),
        text("store_hash"),
        text("access_token"),
    )?;
    let order = instructions["order"].as_u64().unwrap_or_default();
    let order = OrderId::new(u32::try_from(order).unwrap_or_default())?;
    let token = match store.account().create_token(order).await {
        Ok(token) => token,
        Err(error) => {
            println!("\"no token: {error}\"");
            return Ok(());
        }
    };
    println!("\"token\"");
    if instructions["charging"] == true {
        let card = Card::new("Jane Doe", text("card"), 12, 2039).verification_value("422");
        let payment = Payment::new(card, text("method"))?;
        let outcome = store.charges().charge(order, token, &payment).await;
        drop(outcome);
    }
    // Whatever it knows now dies with it.
    std::future::pending().await
}
