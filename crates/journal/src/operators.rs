//! What operators do: list, settle, and remove what is old.

use std::{
    error::Error as StdError,
    fmt,
    time::{Duration, SystemTime},
};

use tracing::info;

use crate::{
    answer::{Evidence, Refusal, StoredOutcome},
    attempt::{Attempt, time},
    attempt_state::AttemptState,
    database::{AttemptRow, DatabaseError, FinishedAs, SettledBy, Written},
    journal::Journal,
    rules::{Rules, milliseconds},
};

/// What a person found out of an attempt, in the store's control panel or at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// The shopper was charged.
    Charged {
        /// Identifier of the transaction.
        transaction_id: String,
    },
    /// The shopper was charged, and all of it was given back: another key may charge the order.
    Reversed {
        /// Identifier of the transaction.
        transaction_id: String,
    },
    /// Nothing was charged: the order may be charged again, under the same key, too. It is looked
    /// up again as a released one.
    NotCharged,
}

/// Why an attempt was not settled by a person.
#[derive(Debug)]
#[non_exhaustive]
pub enum SettleError {
    /// The name or the reason is empty.
    NoNameOrReason,
    /// The journal has no such attempt.
    NotFound,
    /// It is finished, and nothing of it needs a person.
    NothingToSettle(Box<Attempt>),
    /// A process has it, the one that charges or one that recovers: try again later.
    Held(Box<Attempt>),
    /// A charge of it may still land until then; before, the order cannot be set free.
    MayStillLand {
        /// By the database's clock.
        until: SystemTime,
    },
    /// The database did not take it.
    Database(DatabaseError),
}

/// How often one asks anew when an attempt changes in the meantime.
const TRIES: u32 = 5;

impl Journal {
    /// The attempts that have their orders, the oldest first: as the view `{journal}_open` shows
    /// them.
    ///
    /// # Errors
    ///
    /// When the database cannot be asked.
    pub async fn open_attempts(&self, most: u32) -> Result<Vec<Attempt>, DatabaseError> {
        let rows = self.database().open_attempts(most).await?;
        Ok(rows.into_iter().map(Attempt::from_row).collect())
    }

    /// The attempts that a person has to see, the oldest first, with the reason in
    /// [`attention`](Attempt::attention): as the view `{journal}_needs_person` shows them.
    ///
    /// # Errors
    ///
    /// When the database cannot be asked.
    pub async fn attempts_needing_person(&self, most: u32) -> Result<Vec<Attempt>, DatabaseError> {
        let rows = self.database().attempts_with_attention(most).await?;
        Ok(rows.into_iter().map(Attempt::from_row).collect())
    }

    /// Settles an attempt that is open or needs a person, as a person found out, who is recorded
    /// with the reason. What recovery or the process that sent it finds out later is fenced, but
    /// for a receipt.
    ///
    /// # Errors
    ///
    /// [`SettleError`]. An order is set free only when no charge of the attempt can land any more.
    pub async fn settle(
        &self,
        attempt_id: &str,
        resolution: &Resolution,
        person: &str,
        reason: &str,
    ) -> Result<Attempt, SettleError> {
        if person.trim().is_empty() || reason.trim().is_empty() {
            return Err(SettleError::NoNameOrReason);
        }
        let mut last = None;
        for _ in 0..TRIES {
            let found = self.database().attempt(attempt_id).await?;
            let row = found.ok_or(SettleError::NotFound)?;
            assert_may_be_settled(&row, resolution, self.rules())?;
            let settled = SettledBy {
                found: resolution.finished(self.rules()),
                person,
                reason,
            };
            if self.database().settle(&row, &settled).await? == Written::Yes {
                info!(attempt_id, person, reason, "settled by a person");
                let row = self.database().attempt(attempt_id).await?;
                let row = row.ok_or(SettleError::NotFound)?;
                return Ok(Attempt::from_row(row));
            }
            last = Some(row);
        }
        let held = last.ok_or(SettleError::NotFound)?;
        Err(SettleError::Held(Box::new(Attempt::from_row(held))))
    }

    /// Removes the attempts that were finished so long ago, with their keys, and returns how many.
    /// It reads all attempts, some at a time. A step that removes some holds up the charges of
    /// these on PostgreSQL, and all charges on SQLite, where the file has one lock; one that does
    /// not holds up none. Nothing is touched of an order that has an open attempt, one that is
    /// looked up again, or one that needs a person.
    ///
    /// What is removed is forgotten: the journal answers its key no more, and takes its order for
    /// one that was never charged. Choose an age at which nobody repeats a key, and the store
    /// takes no payment of the order.
    ///
    /// # Errors
    ///
    /// [`Settings`](crate::DatabaseErrorKind::Settings) for an age within which a released attempt
    /// is looked up again; and when the database cannot be asked: what was removed until then
    /// stays removed.
    pub async fn prune(&self, older_than: Duration) -> Result<u64, DatabaseError> {
        let [first, second] = self.rules().look_again_after_release;
        let least = first.max(second);
        if older_than < least {
            return Err(DatabaseError::settings(format!(
                "attempts are kept for {least:?} at least: released ones are looked up again"
            )));
        }
        let (mut removed, mut after) = (0, String::new());
        loop {
            let step = self.database().prune(&after, milliseconds(older_than));
            let step = step.await?;
            removed += step.removed;
            match step.last {
                Some(next) => after = next,
                None => return Ok(removed),
            }
        }
    }
}

fn assert_may_be_settled(
    row: &AttemptRow,
    resolution: &Resolution,
    rules: &Rules,
) -> Result<(), SettleError> {
    if !row.state.is_open() && row.attention.is_none() {
        let attempt = Attempt::from_row(row.clone());
        return Err(SettleError::NothingToSettle(Box::new(attempt)));
    }
    let sets_free = !matches!(resolution, Resolution::Charged { .. });
    match row.last_landing(rules) {
        Some(until) if sets_free && until > row.now => {
            let until = time(until);
            Err(SettleError::MayStillLand { until })
        }
        _ => Ok(()),
    }
}

impl Resolution {
    fn finished(&self, rules: &Rules) -> FinishedAs {
        let [first, _] = rules.look_again_after_release;
        let (state, outcome, due) = match self {
            Self::Charged { transaction_id } => {
                let outcome = StoredOutcome::Charge {
                    transaction_id: transaction_id.clone(),
                    status: "success".to_owned(),
                    transaction_type: None,
                    evidence: Evidence::Person,
                };
                (AttemptState::Charged, outcome, None)
            }
            Self::Reversed { transaction_id } => {
                let transaction_id = transaction_id.clone();
                let outcome = StoredOutcome::Reversed { transaction_id };
                (AttemptState::Reversed, outcome, None)
            }
            Self::NotCharged => {
                let outcome = StoredOutcome::Refused(Refusal::found_not_charged());
                (AttemptState::Released, outcome, Some(milliseconds(first)))
            }
        };
        FinishedAs {
            state,
            outcome: outcome.to_json(),
            due_in_ms: due,
            looks: 0,
            attention: None,
        }
    }
}

impl fmt::Display for SettleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNameOrReason => f.write_str("who settles an attempt gives a name and a reason"),
            Self::NotFound => f.write_str("the journal has no such attempt"),
            Self::NothingToSettle(attempt) => {
                let state = attempt.state.as_str();
                write!(f, "the attempt is {state}, and needs no person")
            }
            Self::Held(attempt) => {
                write!(f, "{} has the attempt: try again later", attempt.owner)
            }
            Self::MayStillLand { until } => {
                let left = until.duration_since(SystemTime::now()).unwrap_or_default();
                let seconds = left.as_secs();
                write!(f, "a charge of it may still land for {seconds} seconds")
            }
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl StdError for SettleError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DatabaseError> for SettleError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}
