//! A caller in a process of its own, which is killed between token and charge.

use std::{path::Path, process::Stdio, time::Duration};

use bigcommerce_payments::{ChargeAttempt, ChargeOptions};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
};

use crate::{
    error::ProofError, facade::store_client, instrument::PlainInstrument, stores::account_token,
};

/// What the process is to do.
#[derive(Serialize, Deserialize)]
pub(crate) struct Instructions {
    pub(crate) api_url: String,
    pub(crate) payments_url: String,
    pub(crate) attempt: ChargeAttempt,
    pub(crate) instrument: PlainInstrument,
    /// Charge, rather than only make a payment access token.
    pub(crate) charging: bool,
}

/// Runs a caller as a process, kills it (SIGKILL), and says how far it had come.
pub(crate) async fn kill(
    program: &Path,
    instructions: &Instructions,
    after: Duration,
) -> Result<String, ProofError> {
    let mut child = Command::new(program)
        .arg("crashing-caller")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let instructions = serde_json::to_string(instructions)?;
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
    let instructions: Instructions = serde_json::from_str(&line)?;
    let attempt = instructions.attempt;
    let store = store_client(
        &instructions.api_url,
        &instructions.payments_url,
        &attempt.store_hash,
        account_token(&attempt.store_hash),
    )?;
    let token = match store.account().create_token(attempt.order).await {
        Ok(token) => token,
        Err(error) => {
            println!("\"no token: {error}\"");
            return Ok(());
        }
    };
    println!("\"token\"");
    if instructions.charging {
        let payment = instructions
            .instrument
            .payment(&attempt.payment_method_id)?;
        let options = ChargeOptions::new().correlation_id(&attempt.correlation_id);
        let charges = store.charges();
        let outcome = charges
            .charge_with(attempt.order, token, &payment, options)
            .await;
        drop(outcome);
    }
    // Whatever it knows now dies with it.
    std::future::pending().await
}
