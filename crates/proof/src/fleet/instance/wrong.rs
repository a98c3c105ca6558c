//! What a process does that does wrong on purpose, in place of the journal and its recovery. It
//! shares their tables.

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{Error, OrderId, Payment, Payments, Receipt, StoreClient};
use serde_json::json;
use sqlx::{AnyPool, AssertSqlSafe, Row as _, any::install_default_drivers};
use tokio::{task::JoinHandle, time::sleep};
use tracing::debug;

use crate::{
    error::ProofError,
    fleet::{
        instance::store,
        protocol::{AnsweredCharge, ChargeAnswer, Job, PLACE_CAME, Setup},
        rules::{JOURNAL, LEASE, PLACE, TOKEN_LIFETIME},
    },
    instrument::PlainInstrument,
};

/// Claims an order as the journal does, and then sends the charge whether or not the attempt is
/// still its process's.
pub(super) struct UnfencedStore {
    database: AnyPool,
    owner: String,
}

/// Charges again what was left behind, instead of looking it up.
pub(super) struct RepeatingRecovery(JoinHandle<()>);

impl UnfencedStore {
    pub(super) async fn open(setup: &Setup) -> Result<Self, ProofError> {
        Ok(Self {
            database: pool(setup).await?,
            owner: setup.owner.clone(),
        })
    }

    pub(super) async fn charge(
        &self,
        client: &StoreClient,
        order: OrderId,
        job: &Job,
        payment: &Payment,
    ) -> Result<ChargeAnswer, ProofError> {
        let attempt_id = format!("{}-{}", self.owner, job.number);
        if !self.claim(&attempt_id, job).await? {
            return Ok(ChargeAnswer::AskAgain("the order is taken".to_owned()));
        }
        if let Some(told) = self.charged_before(job).await? {
            self.finish(&attempt_id, "not_sent", None).await?;
            return Ok(told);
        }
        let token = match client.account().create_token(order).await {
            Ok(token) => token,
            Err(error) => {
                self.finish(&attempt_id, "not_sent", None).await?;
                return Ok(ChargeAnswer::NotSent(error.to_string()));
            }
        };
        // As one that waits for its place: many do so at once when their process falls asleep.
        sleep(PLACE).await;
        debug!(target: "bigcommerce_payments_journal", step = PLACE_CAME, attempt_id);
        self.write_sending(&attempt_id).await?;
        let answer = client.charges().charge(order, token, payment).await;
        match answer {
            Ok(receipt) => {
                self.finish(&attempt_id, "charged", Some(&receipt)).await?;
                Ok(ChargeAnswer::Charged(AnsweredCharge {
                    attempt_id,
                    transaction_id: receipt.transaction_id,
                    by_receipt: true,
                }))
            }
            Err(error) if error.unknown_outcome().is_none() => {
                self.finish(&attempt_id, "declined", None).await?;
                Ok(ChargeAnswer::Declined(error.to_string()))
            }
            Err(error) => {
                self.finish(&attempt_id, "unknown", None).await?;
                Ok(ChargeAnswer::AskAgain(error.to_string()))
            }
        }
    }

    /// What was charged under any key.
    async fn charged_before(&self, job: &Job) -> Result<Option<ChargeAnswer>, ProofError> {
        let found = sqlx::query(AssertSqlSafe(format!(
            "SELECT attempt_id, idempotency_key, outcome FROM {JOURNAL}_attempts \
             WHERE store_hash = $1 AND order_id = $2 AND state IN ('charged', 'reversed')"
        )));
        let found = found.bind(job.store.clone()).bind(i64::from(job.order));
        let Some(row) = found.fetch_optional(&self.database).await? else {
            return Ok(None);
        };
        let outcome: Option<String> = row.try_get("outcome")?;
        let outcome: serde_json::Value = serde_json::from_str(&outcome.unwrap_or_default())?;
        let charge = AnsweredCharge {
            attempt_id: row.try_get("attempt_id")?,
            transaction_id: outcome["transaction_id"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            by_receipt: outcome["evidence"] == "receipt",
        };
        Ok(Some(
            if row.try_get::<String, _>("idempotency_key")? == job.key {
                ChargeAnswer::Charged(charge)
            } else {
                ChargeAnswer::AlreadyPaid(charge)
            },
        ))
    }

    /// Whether the order was free.
    async fn claim(&self, attempt_id: &str, job: &Job) -> Result<bool, ProofError> {
        let claim = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {JOURNAL}_attempts (attempt_id, store_hash, order_id, idempotency_key, \
             payment_method_id, instrument_type, correlation_id, further_tender, state, epoch, \
             owner, lease_until, due_at, looks, created_at) \
             VALUES ($1, $2, $3, $4, $5, 'card', $1, 0, 'claimed', 1, $6, $7, $7, 0, $8) \
             ON CONFLICT DO NOTHING"
        )));
        let now = now();
        let claim = claim
            .bind(attempt_id.to_owned())
            .bind(job.store.clone())
            .bind(i64::from(job.order))
            .bind(job.key.clone())
            .bind(job.payment_method_id.clone())
            .bind(self.owner.clone())
            .bind(now + milliseconds(LEASE))
            .bind(now);
        Ok(claim.execute(&self.database).await?.rows_affected() == 1)
    }

    /// Writes that the charge may leave. The journal would not send it where it may not be
    /// written, since the attempt is another's by now.
    async fn write_sending(&self, attempt_id: &str) -> Result<(), ProofError> {
        let sending = sqlx::query(AssertSqlSafe(format!(
            "UPDATE {JOURNAL}_attempts SET state = 'sending', sending_at = $1, \
             token_expires_at = $2, last_moment_to_send = $1, lease_until = $3, due_at = $3 \
             WHERE attempt_id = $4 AND state = 'claimed'"
        )));
        let now = now();
        let sending = sending
            .bind(now)
            .bind(now + milliseconds(TOKEN_LIFETIME))
            .bind(now + milliseconds(LEASE))
            .bind(attempt_id.to_owned());
        sending.execute(&self.database).await?;
        Ok(())
    }

    /// Writes an outcome, whoever has the attempt by now.
    async fn finish(
        &self,
        attempt_id: &str,
        state: &str,
        receipt: Option<&Receipt>,
    ) -> Result<(), ProofError> {
        write(&self.database, attempt_id, state, receipt).await
    }
}

impl RepeatingRecovery {
    pub(super) async fn start(setup: &Setup, payments: Payments) -> Result<Self, ProofError> {
        let database = pool(setup).await?;
        Ok(Self(tokio::spawn(async move {
            loop {
                // What fails now is tried again.
                let _ = recover_one(&database, &payments).await;
                sleep(Duration::from_millis(300)).await;
            }
        })))
    }
}

impl Drop for RepeatingRecovery {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn recover_one(database: &AnyPool, payments: &Payments) -> Result<(), ProofError> {
    let due = sqlx::query(AssertSqlSafe(format!(
        "UPDATE {JOURNAL}_attempts SET epoch = epoch + 1, due_at = $1 + $2, lease_until = $1 + $2 \
         WHERE attempt_id = (SELECT attempt_id FROM {JOURNAL}_attempts \
         WHERE due_at <= $1 AND lease_until <= $1 ORDER BY due_at LIMIT 1) \
         RETURNING attempt_id, store_hash, order_id, payment_method_id, state"
    )));
    let due = due.bind(now()).bind(milliseconds(LEASE));
    let Some(row) = due.fetch_optional(database).await? else {
        return Ok(());
    };
    let attempt_id: String = row.try_get("attempt_id")?;
    if row.try_get::<String, _>("state")? == "claimed" {
        return write(database, &attempt_id, "not_sent", None).await;
    }
    let order: i64 = row.try_get("order_id")?;
    let order = OrderId::try_from(order)?;
    let card = PlainInstrument::Card("4242424242424242".to_owned());
    let payment = card.payment(row.try_get("payment_method_id")?)?;
    let client = store(payments, row.try_get("store_hash")?)?;
    let answer: Result<Receipt, Error> = client.charge(order, &payment).await;
    match answer {
        Ok(receipt) => write(database, &attempt_id, "charged", Some(&receipt)).await,
        Err(_) => Ok(()),
    }
}

async fn write(
    database: &AnyPool,
    attempt_id: &str,
    state: &str,
    receipt: Option<&Receipt>,
) -> Result<(), ProofError> {
    let outcome = match receipt {
        Some(receipt) => json!({
            "outcome": "charge", "transaction_id": receipt.transaction_id, "status": "success",
            "transaction_type": null, "evidence": "receipt",
        }),
        None => {
            json!({"outcome": "refused", "message": "", "advice": "", "is_safe_to_retry": true})
        }
    };
    let update = sqlx::query(AssertSqlSafe(format!(
        "UPDATE {JOURNAL}_attempts SET state = $1, outcome = $2, lease_until = 0, \
         due_at = CASE WHEN $1 = 'unknown' THEN $3 ELSE NULL END WHERE attempt_id = $4"
    )));
    let update = update
        .bind(state.to_owned())
        .bind(outcome.to_string())
        .bind(now())
        .bind(attempt_id.to_owned());
    update.execute(database).await?;
    Ok(())
}

async fn pool(setup: &Setup) -> Result<AnyPool, ProofError> {
    install_default_drivers();
    Ok(AnyPool::connect(&setup.database_url).await?)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    milliseconds(since.unwrap_or_default())
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
