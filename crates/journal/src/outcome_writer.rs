//! Outcomes are written, and written again while the database is away.

use std::time::Duration;

use tokio::{sync::OwnedRwLockReadGuard, time::sleep};
use tracing::{debug, error, warn};

use crate::{
    attempt_state::AttemptState,
    database::{DatabaseError, FinishedAs, NewAttempt, Written},
    journal::Journal,
    rules::milliseconds,
};

/// The epoch of an attempt that nobody has taken over.
pub(crate) const FIRST_EPOCH: i64 = 1;

/// An outcome that is to be written.
pub(crate) struct OutcomeWriter {
    pub(crate) journal: Journal,
    pub(crate) attempt: NewAttempt,
    pub(crate) row: FinishedAs,
}

impl OutcomeWriter {
    /// Writes once, and goes on in the background where that fails. What runs is held until then.
    /// None where it is not known yet whether it was written.
    pub(crate) async fn write(self, running: OwnedRwLockReadGuard<()>) -> Option<Written> {
        let written = self.write_once().await.ok();
        if written.is_none() {
            tokio::spawn(async move {
                self.write_until_written().await;
                drop(running);
            });
        }
        written
    }

    async fn write_until_written(&self) {
        let mut pause = Duration::from_millis(100);
        while let Err(failed) = self.write_once().await {
            let attempt_id = &self.attempt.attempt_id;
            if self.journal.is_closed() {
                warn!(
                    attempt_id,
                    "the outcome was not written: recovery looks it up"
                );
                return;
            }
            warn!(attempt_id, %failed, "the outcome is not written yet");
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    async fn write_once(&self) -> Result<Written, DatabaseError> {
        let database = self.journal.database();
        let id = &self.attempt.attempt_id;
        let mut written = database.finish(id, FIRST_EPOCH, &self.row).await?;
        if written == Written::NoRow {
            let token_lifetime = milliseconds(self.journal.rules().token_lifetime);
            let lost = database.insert_lost(&self.attempt, &self.row, token_lifetime);
            written = lost.await?;
            error!(
                attempt_id = id,
                outcome = self.row.outcome,
                "its row was lost"
            );
        }
        let receipt = matches!(
            self.row.state,
            AttemptState::Charged | AttemptState::Pending
        );
        if written == Written::Fenced && receipt {
            database.overrule(id, &self.row).await?;
        }
        match written {
            Written::Yes => debug!(step = "finished", attempt_id = id),
            Written::Fenced | Written::NoRow => {
                let outcome = &self.row.outcome;
                error!(attempt_id = id, outcome, "recovery has the attempt by now");
            }
        }
        Ok(written)
    }
}
