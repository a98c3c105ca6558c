//! A caller in a process of its own, which is killed between token and charge, or while it charges.
//!
//! It has its place within the limit from the process that started it, as any number of instances
//! of a service have theirs from one limiter.

mod parents_limiter;

use std::{path::Path, process::Stdio, time::Duration};

use bigcommerce_payments::{ChargeAttempt, ChargeOptions, RateLimiter};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
    time::{Instant, sleep_until},
};

use self::parents_limiter::{GrantedPlace, Message, ParentsLimiter};
use crate::{
    error::ProofError,
    facade::{SETTLE, payments},
    instrument::PlainInstrument,
    stores::account_token,
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

/// Runs a caller as a process, kills it (SIGKILL) so long after it got its token, or its place
/// within the limit where it charges, and says how far it had come.
pub(crate) async fn kill(
    program: &Path,
    instructions: &Instructions,
    after: Duration,
    limiter: Option<&dyn RateLimiter>,
) -> Result<String, ProofError> {
    let mut child = Command::new(program)
        .arg("crashing-caller")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let line = format!("{}\n", serde_json::to_string(instructions)?);
    stdin.write_all(line.as_bytes()).await?;
    let stdout = child.stdout.take().expect("standard output is a pipe");
    let mut lines = BufReader::new(stdout).lines();
    let mut said = "nothing".to_owned();
    let mut place = GrantedPlace::new(&instructions.attempt, limiter);
    let mut killed_at = None;
    loop {
        let line = match killed_at {
            Some(at) => tokio::select! {
                line = lines.next_line() => line?,
                () = sleep_until(at) => break,
            },
            None => lines.next_line().await?,
        };
        let Some(line) = line else { break };
        let message = serde_json::from_str(&line)?;
        if let Message::Asks = message {
            place.acquire().await;
            stdin.write_all(b"\n").await?;
        }
        let begins = if instructions.charging {
            matches!(message, Message::Asks)
        } else {
            matches!(message, Message::Token)
        };
        if begins || matches!(message, Message::Done) {
            killed_at.get_or_insert(Instant::now() + after);
        }
        place.hear(&message).await;
        said = line;
    }
    child.kill().await?;
    place.may_have_been_used();
    Ok(format!(
        "its process is killed {after:?} after it had its turn; it last said {said}"
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
    let client = payments(&instructions.api_url, &instructions.payments_url, SETTLE)
        .rate_limiter(ParentsLimiter)
        .build()?;
    let store = client.store(&attempt.store_hash, account_token(&attempt.store_hash))?;
    let token = match store.account().create_token(attempt.order).await {
        Ok(token) => token,
        Err(error) => {
            Message::NoToken(error.to_string()).say();
            return Ok(());
        }
    };
    Message::Token.say();
    if instructions.charging {
        let payment = instructions
            .instrument
            .payment(&attempt.payment_method_id)?;
        let options = ChargeOptions::new().correlation_id(&attempt.correlation_id);
        let charges = store.charges();
        let outcome = charges
            .charge_with(attempt.order, token, &payment, options)
            .await;
        Message::Done.say();
        drop(outcome);
    }
    // Whatever it knows now dies with it.
    std::future::pending().await
}
