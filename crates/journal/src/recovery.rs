//! Recovery: what was left behind is taken over, looked up and settled.

mod look_up;
mod settlement;

pub(crate) use settlement::charge;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use bigcommerce_payments::AccountClient;
use tokio::{task::JoinHandle, time::sleep};
use tracing::{debug, info, warn};

use crate::{
    database::{DatabaseError, Written},
    journal::Journal,
    recovery::{
        look_up::look,
        settlement::{Settlement, settle},
    },
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
/// one: no two of them work on one attempt. It ends when this is dropped, or the journal is
/// shut down.
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
            while !journal.is_shutting_down() {
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
    let looked = look(journal, accounts, &row).await?;
    let settlement = settle(&row, &looked, journal.rules());
    let state = settlement.found().state;
    let written = match &settlement {
        Settlement::Settled(found) => {
            journal
                .database()
                .finish(&row.attempt_id, row.epoch, found)
                .await?
        }
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
