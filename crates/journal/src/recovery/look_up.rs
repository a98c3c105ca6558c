//! What is seen of an attempt that was taken over.

use bigcommerce_payments::{
    AccountClient, ChargeAttempt, ChargeLookup, ChargeStatus, ErrorKind, InstrumentType,
    InvalidInput, OrderId, Tender,
};
use tokio::time::timeout;

use crate::{
    answer::made_transaction,
    attempt::time,
    attribution::{Attribution, ids},
    database::{AttemptRow, DatabaseError},
    journal::Journal,
    recovery::Accounts,
};

/// What recovery found out.
#[derive(Debug)]
pub(crate) enum Seen {
    /// The attempt was never allowed to leave.
    NeverSent,
    /// What the order's transactions say, where none of it is another attempt's.
    LookUp(Box<ChargeLookup>),
    /// A charge that no id tells apart from another attempt's.
    Indistinct,
    /// The store's token is missing, or was revoked.
    NoAccount,
    /// The look-up failed, or came at a time when others charge the order.
    Failed(String),
    /// The row holds something that no look-up can use.
    Unreadable,
}

/// What was seen, and the other attempts of the order as they were after that: a charge that was
/// seen is one of theirs only if they had begun by then.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) seen: Seen,
    pub(crate) others: Vec<AttemptRow>,
}

/// Finds out what became of an attempt that this process has taken over.
pub(super) async fn look(
    journal: &Journal,
    accounts: &dyn Accounts,
    row: &AttemptRow,
) -> Result<Looked, DatabaseError> {
    let nothing = |seen| Looked {
        seen,
        others: Vec::new(),
    };
    if row.never_left(journal.rules()) {
        return Ok(nothing(Seen::NeverSent));
    }
    let Ok(attempt) = charge_attempt(row) else {
        return Ok(nothing(Seen::Unreadable));
    };
    let within = journal.rules().answer_lease / 2;
    timeout(within, look_up(journal, accounts, row, attempt))
        .await
        .unwrap_or_else(|_| {
            let late = format!("the look-up took longer than {within:?}");
            Ok(nothing(Seen::Failed(late)))
        })
}

/// Looks up once, and once more where what was seen is of other attempts.
async fn look_up(
    journal: &Journal,
    accounts: &dyn Accounts,
    row: &AttemptRow,
    mut attempt: ChargeAttempt,
) -> Result<Looked, DatabaseError> {
    let account = accounts.account(&row.store_hash).await;
    let mut made = look_once(account.as_ref(), &attempt, journal, row).await?;
    if let Err(of_others) = &mut made {
        attempt.other_transaction_ids.append(of_others);
        made = look_once(account.as_ref(), &attempt, journal, row).await?;
    }
    match made {
        Ok(looked) => Ok(looked),
        Err(_) => Ok(Looked {
            seen: Seen::Indistinct,
            others: others(journal, row).await?,
        }),
    }
}

/// The ids of the other attempts' charges, where what was seen is one of them.
async fn look_once(
    account: Option<&AccountClient>,
    attempt: &ChargeAttempt,
    journal: &Journal,
    row: &AttemptRow,
) -> Result<Result<Looked, Vec<String>>, DatabaseError> {
    let looked = match account {
        Some(account) => account.look_up(attempt).await.map_err(|error| {
            if error.kind() == ErrorKind::Authentication {
                Seen::NoAccount
            } else {
                Seen::Failed(error.to_string())
            }
        }),
        None => Err(Seen::NoAccount),
    };
    let others = others(journal, row).await?;
    let seen = match looked {
        Ok(_) if others.iter().any(|other| other.state.is_open()) => {
            Seen::Failed("another attempt has the order".to_owned())
        }
        Ok(lookup) => {
            let made = Attribution::of(&others, &lookup.order).made;
            if tender_of(&lookup.status).is_some_and(|seen| made.contains(&seen)) {
                return Ok(Err(made.into_iter().flat_map(ids).collect()));
            }
            Seen::LookUp(Box::new(lookup))
        }
        Err(seen) => seen,
    };
    Ok(Ok(Looked { seen, others }))
}

async fn others(journal: &Journal, row: &AttemptRow) -> Result<Vec<AttemptRow>, DatabaseError> {
    let (store_hash, attempt_id) = (&row.store_hash, &row.attempt_id);
    let database = journal.database();
    database
        .others_of_order(store_hash, row.order_id, attempt_id)
        .await
}

fn tender_of(status: &ChargeStatus) -> Option<&Tender> {
    match status {
        ChargeStatus::Charged { tender } | ChargeStatus::ChargedAndReversed { tender } => {
            Some(tender)
        }
        _ => None,
    }
}

/// What a look-up needs of an attempt. It may have left at any time up to its last moment.
fn charge_attempt(row: &AttemptRow) -> Result<ChargeAttempt, InvalidInput> {
    let mut attempt = ChargeAttempt::new(
        &row.store_hash,
        OrderId::try_from(row.order_id)?,
        &row.payment_method_id,
        InstrumentType::from(row.instrument_type.clone()),
        &row.correlation_id,
    );
    attempt.began_at = Some(time(row.created_at));
    attempt.sent_at = row.last_moment_to_send.map(time);
    attempt.transaction_id = made_transaction(row);
    Ok(attempt)
}
