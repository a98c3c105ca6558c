//! Recovery: what was left behind is taken over, looked up and settled.

mod settlement;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use bigcommerce_payments::{AccountClient, ChargeAttempt, ErrorKind, InstrumentType, OrderId};
use tokio::{task::JoinHandle, time::sleep};
use tracing::{debug, info, warn};

use crate::{
    answer::StoredOutcome,
    attempt::time,
    database::{AttemptRow, DatabaseError, Written},
    journal::Journal,
    recovery::settlement::{Seen, Settlement, settle},
    rules::milliseconds,
};

/// The way from a store's hash to the side that holds its account token.
///
/// A function from a hash to an [`AccountClient`] is one.
pub trait Accounts: Send + Sync + 'static {
    /// The account side of a store; none where its token is missing: its attempts then wait for a
    /// person.
    fn account<'a>(
        &'a self,
        store_hash: &'a str,
    ) -> Pin<Box<dyn Future<Output = Option<AccountClient>> + Send + 'a>>;
}

impl<F> Accounts for F
where
    F: Fn(&str) -> Option<AccountClient> + Send + Sync + 'static,
{
    fn account<'a>(
        &'a self,
        store_hash: &'a str,
    ) -> Pin<Box<dyn Future<Output = Option<AccountClient>> + Send + 'a>> {
        let account = self(store_hash);
        Box::pin(async move { account })
    }
}

/// A worker that settles what processes left behind, its own among them. Every instance may run
/// one: no two of them work on one attempt. It ends when this is dropped.
#[must_use = "it ends when it is dropped"]
pub struct RecoveryWorker(JoinHandle<()>);

impl Journal {
    /// Starts a worker that settles what processes left behind, until it is dropped.
    pub fn recover(&self, accounts: impl Accounts) -> RecoveryWorker {
        RecoveryWorker::start(self.clone(), accounts)
    }
}

impl RecoveryWorker {
    fn start(journal: Journal, accounts: impl Accounts) -> Self {
        let accounts: Arc<dyn Accounts> = Arc::new(accounts);
        Self(tokio::spawn(async move {
            loop {
                match recover_one(&journal, &*accounts).await {
                    Ok(Some(_)) => {}
                    Ok(None) => sleep(journal.rules().recovery_interval).await,
                    Err(error) => {
                        warn!(%error, "recovery could not use the database");
                        sleep(journal.rules().recovery_interval).await;
                    }
                }
            }
        }))
    }
}

impl Drop for RecoveryWorker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for RecoveryWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryWorker").finish_non_exhaustive()
    }
}

/// Works on the attempt that is due the longest, if one is. Returns its id.
async fn recover_one(
    journal: &Journal,
    accounts: &dyn Accounts,
) -> Result<Option<String>, DatabaseError> {
    let lease = milliseconds(journal.rules().answer_lease);
    let taken = journal.database().take_over(journal.owner(), lease).await?;
    let Some(row) = taken else {
        return Ok(None);
    };
    debug!(
        step = "taken over",
        attempt_id = row.attempt_id,
        epoch = row.epoch
    );
    let others = journal.database().others_of_order(&row).await?;
    let seen = look(journal, accounts, &row, &others).await;
    let settlement = settle(&row, seen, &others, journal.rules());
    let state = settlement.found().state;
    let written = match &settlement {
        Settlement::Settled(found) => journal
            .database()
            .finish(&row.attempt_id, row.epoch, found)
            .await?
            .unwrap_or(Written::Fenced),
        Settlement::LookAgain(found) => journal.database().look_again(&row, found).await?,
    };
    if written == Written::Yes {
        info!(
            attempt_id = row.attempt_id,
            state = state.as_str(),
            "looked at"
        );
    }
    Ok(Some(row.attempt_id))
}

/// Finds out what became of an attempt that this process has taken over.
async fn look(
    journal: &Journal,
    accounts: &dyn Accounts,
    row: &AttemptRow,
    others: &[AttemptRow],
) -> Seen {
    if row.sending_at.is_none() {
        return Seen::NeverSent;
    }
    let Ok(mut attempt) = charge_attempt(row) else {
        return Seen::Unreadable;
    };
    attempt.other_transaction_ids = others.iter().filter_map(transaction_id).collect();
    let Some(account) = accounts.account(&row.store_hash).await else {
        return Seen::NoAccount;
    };
    let within = journal.rules().answer_lease / 2;
    match tokio::time::timeout(within, account.look_up(&attempt)).await {
        Ok(Ok(lookup)) => Seen::LookUp(Box::new(lookup)),
        Ok(Err(error)) if error.kind() == ErrorKind::Authentication => Seen::NoAccount,
        Ok(Err(error)) => Seen::Failed(error.to_string()),
        Err(_) => Seen::Failed(format!("the look-up took longer than {within:?}")),
    }
}

/// What a look-up needs of an attempt. It may have left at any time up to its last moment.
fn charge_attempt(row: &AttemptRow) -> Result<ChargeAttempt, bigcommerce_payments::InvalidInput> {
    let mut attempt = ChargeAttempt::new(
        &row.store_hash,
        OrderId::try_from(row.order_id)?,
        &row.payment_method_id,
        InstrumentType::from(row.instrument_type.clone()),
        &row.correlation_id,
    );
    attempt.began_at = Some(time(row.created_at));
    attempt.sent_at = row.last_moment_to_send.map(time);
    attempt.transaction_id = transaction_id(row);
    Ok(attempt)
}

/// The transaction that an attempt is known to have made.
fn transaction_id(row: &AttemptRow) -> Option<String> {
    match serde_json::from_str(row.outcome.as_deref()?).ok()? {
        StoredOutcome::Charge { transaction_id, .. }
        | StoredOutcome::Reversed { transaction_id } => Some(transaction_id),
        _ => None,
    }
}
