//! What became of a charge: the answer of a look-up, and the rules by which it is given.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::model::{
    attempt::ChargeAttempt,
    order_payments::OrderPayments,
    tender::{Funds, Tender, TenderState, is_charge, is_reversal},
    transaction::{Transaction, TransactionEvent},
};

/// How far the clocks of this machine and the service may be apart.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(300);

/// What a look-up found out about an attempt to charge, and about its order.
///
/// ```no_run
/// use bigcommerce_payments::{ChargeAttempt, ChargeStatus, Error, StoreClient};
///
/// # async fn ask(store: StoreClient, attempt: ChargeAttempt) -> Result<(), Error> {
/// let found = store.look_up(&attempt).await?;
/// match found.status {
///     ChargeStatus::Charged { tender } => println!("paid: {:?}", tender.amounts),
///     ChargeStatus::ChargedAndReversed { .. } => println!("given back: nobody ships"),
///     ChargeStatus::Declined { .. } if found.is_final => println!("declined: it can be paid again"),
///     ChargeStatus::NothingSeen { after } if found.is_final => {
///         println!("nothing there after {} s: it can be paid again", after.as_secs());
///     }
///     ChargeStatus::CannotTell { reason } => println!("for a person: {reason:?}"),
///     _ => println!("look again later"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// The page of the crate tells [what a look-up promises](crate#what-a-look-up-promises), and
/// [what to do on each error](crate#what-to-do-on-each-error).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChargeLookup {
    /// What became of the attempt.
    pub status: ChargeStatus,
    /// Whether a later look-up would say the same, unless the money is moved again: the attempt
    /// charged; or it did not, and [`Timeouts::settle`](crate::Timeouts::settle) is over since it
    /// was sent. What is pending or cannot be told is not final.
    pub is_final: bool,
    /// The money of the whole order.
    pub order: OrderPayments,
}

/// What became of an attempt to charge.
///
/// As JSON: `{"status":"nothing_seen","after":{"secs":61,"nanos":0}}`, with the tender or the
/// reason in a field of that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChargeStatus {
    /// The shopper was charged, or the money is reserved: do not charge again. A part of it may
    /// have been given back since, and the gateway may hold it for review
    /// ([`Transaction::fraud_review`]).
    Charged {
        /// The charge.
        tender: Tender,
    },
    /// The shopper was charged, and all of it was given back or released. Nobody ships; to charge
    /// again is a decision, and no retry.
    ChargedAndReversed {
        /// The charge, with its reversals.
        tender: Tender,
    },
    /// The charge is being decided: ask again later.
    Pending {
        /// The charge.
        tender: Tender,
    },
    /// Only failed charges were seen that can be this attempt's.
    Declined {
        /// The last of them.
        tender: Tender,
    },
    /// Nothing was seen that can be this attempt's. That is no proof that nothing is on its way:
    /// it says how long after the sending it was looked.
    NothingSeen {
        /// How long after [`ChargeAttempt::sent_at`] it was looked; zero where that is not known.
        after: Duration,
    },
    /// Something is there that could not be read or attributed: a person decides.
    CannotTell {
        /// What it is.
        reason: CannotTellReason,
    },
}

/// Why it cannot be told what became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CannotTellReason {
    /// A charge is there whose amount is not the expected one.
    AmountDiffers,
    /// A transaction could not be read.
    UnreadableItem,
    /// The service does not say where its list of transactions ends.
    IncompleteList,
    /// A transaction does not say whether it went well, or is of a kind that this version does
    /// not know.
    UnclearTransaction,
    /// Money was given back or released, and it does not say of which charge.
    UnmatchedReversal,
    /// A charge was pending, and a failed one came after it that may be its end or another
    /// attempt's.
    PendingMayHaveFailed,
}

impl ChargeLookup {
    /// What the transactions of the order say of the attempt at a time. A charge that was sent may
    /// land for as long as `settle`.
    pub(crate) fn of(
        attempt: &ChargeAttempt,
        order: OrderPayments,
        now: SystemTime,
        settle: Duration,
    ) -> Self {
        let after = attempt
            .sent_at
            .map(|sent| now.duration_since(sent).unwrap_or_default());
        let candidates = Candidates::of(attempt, &order);
        let is_certain = candidates.certain;
        let status = status(&order, &candidates).unwrap_or(ChargeStatus::NothingSeen {
            after: after.unwrap_or_default(),
        });
        let settled = after.is_some_and(|after| after >= settle);
        let is_final = match status {
            ChargeStatus::Charged { .. } => true,
            ChargeStatus::ChargedAndReversed { .. } | ChargeStatus::Declined { .. } => {
                is_certain || settled
            }
            ChargeStatus::NothingSeen { .. } => settled,
            ChargeStatus::Pending { .. } | ChargeStatus::CannotTell { .. } => false,
        };
        Self {
            status,
            is_final,
            order,
        }
    }
}

/// None when nothing was seen. The rules, first match first:
///
/// 1. Something that could not be read or matched: cannot tell.
/// 2. A charge: charged, unless its amount is not the expected one.
/// 3. Something that may be a charge: cannot tell.
/// 4. A pending charge: pending, unless it may have ended.
/// 5. A charge that was reversed: charged and reversed.
/// 6. Failed ones only: declined.
fn status(order: &OrderPayments, candidates: &Candidates<'_>) -> Option<ChargeStatus> {
    use ChargeStatus::{CannotTell, Charged, ChargedAndReversed, Declined, Pending};

    if let Some(reason) = doubt(order) {
        return Some(CannotTell { reason });
    }
    let charged = candidates.all(Tender::is_charged);
    if !charged.is_empty() {
        return Some(candidates.expected(&charged, |tender| Charged { tender }));
    }
    let may_be_a_charge = |it: &Transaction| is_charge(&it.event) && !it.is_error();
    let unclear = candidates.all(|it| it.state == TenderState::Unclear);
    let may_be_there = candidates.may_be_elsewhere || order.unmatched.iter().any(may_be_a_charge);
    if !unclear.is_empty() || may_be_there {
        let reason = CannotTellReason::UnclearTransaction;
        return Some(CannotTell { reason });
    }
    let failed = candidates.all(|it| it.state == TenderState::Failed);
    if let [pending, ..] = candidates.all(|it| it.state == TenderState::Pending)[..] {
        if !candidates.certain && failed.iter().any(|it| !is_before(it, pending)) {
            let reason = CannotTellReason::PendingMayHaveFailed;
            return Some(CannotTell { reason });
        }
        let tender = pending.clone();
        return Some(Pending { tender });
    }
    let reversed = candidates.all(|it| it.state == TenderState::Reversed);
    if !reversed.is_empty() {
        return Some(candidates.expected(&reversed, |tender| ChargedAndReversed { tender }));
    }
    let tender = (*failed.last()?).clone();
    Some(Declined { tender })
}

/// The charges that can be an attempt's.
struct Candidates<'a> {
    attempt: &'a ChargeAttempt,
    tenders: Vec<&'a Tender>,
    /// They hold the transaction that the service answered the attempt with.
    certain: bool,
    /// A charge that is another attempt's holds something that may be this one's.
    may_be_elsewhere: bool,
}

impl<'a> Candidates<'a> {
    fn of(attempt: &'a ChargeAttempt, order: &'a OrderPayments) -> Self {
        let all = order.tenders.iter();
        let own: Vec<_> = all.clone().filter(|it| is_own(it, attempt)).collect();
        if !own.is_empty() {
            return Self {
                attempt,
                tenders: own,
                certain: true,
                may_be_elsewhere: false,
            };
        }
        let (excluded, tenders): (Vec<_>, Vec<_>) = all.partition(|it| is_excluded(it, attempt));
        let is_loose = |it: &&Transaction| !is_excluded(&Tender::of(vec![(*it).clone()]), attempt);
        let mut loose = excluded
            .iter()
            .flat_map(|it| it.captures_of_nobody_knows_what());
        Self {
            attempt,
            tenders,
            certain: false,
            may_be_elsewhere: loose.any(|it| is_loose(&it)),
        }
    }

    fn all(&self, wanted: impl Fn(&Tender) -> bool) -> Vec<&'a Tender> {
        let tenders = self.tenders.iter().copied();
        tenders.filter(|it| wanted(it)).collect()
    }

    /// The last of the charges that is of the expected amount.
    fn expected(
        &self,
        tenders: &[&Tender],
        status: impl FnOnce(Tender) -> ChargeStatus,
    ) -> ChargeStatus {
        let is_expected = |it: &&&Tender| self.certain || is_as_expected(it, self.attempt);
        let reason = CannotTellReason::AmountDiffers;
        tenders
            .iter()
            .rfind(is_expected)
            .map_or(ChargeStatus::CannotTell { reason }, |it| {
                status((*it).clone())
            })
    }
}

/// Why no answer can be given, whatever else was seen: what could not be read or matched may be a
/// reversal of any charge, or a charge.
fn doubt(order: &OrderPayments) -> Option<CannotTellReason> {
    let unmatched = |wanted: fn(&TransactionEvent) -> bool| {
        order
            .unmatched
            .iter()
            .any(|it| wanted(&it.event) && !it.is_error())
    };
    if !order.unreadable.is_empty() {
        Some(CannotTellReason::UnreadableItem)
    } else if !order.complete {
        Some(CannotTellReason::IncompleteList)
    } else if unmatched(is_reversal) {
        Some(CannotTellReason::UnmatchedReversal)
    } else if unmatched(|event| matches!(event, TransactionEvent::Other(_))) {
        Some(CannotTellReason::UnclearTransaction)
    } else {
        None
    }
}

fn is_own(tender: &Tender, attempt: &ChargeAttempt) -> bool {
    let own = attempt.transaction_id.as_deref();
    own.is_some_and(|own| tender.transactions.iter().any(|it| has_id(it, own)))
}

/// Only what is certain excludes a charge: it is known as another attempt's, it was paid with a
/// gift certificate or store credit and the attempt was not (or the other way round), or it was
/// made before the attempt began.
fn is_excluded(tender: &Tender, attempt: &ChargeAttempt) -> bool {
    let is_others = |it: &Transaction| {
        attempt
            .other_transaction_ids
            .iter()
            .any(|id| has_id(it, id))
    };
    let funds = (
        Funds::of_instrument(&attempt.instrument_type),
        tender.funds(),
    );
    let too_early = tender
        .created()
        .zip(attempt.began_at)
        .is_some_and(|(created, began)| {
            created
                .checked_add(CLOCK_DIFFERENCE)
                .is_some_and(|latest| latest < began)
        });
    tender.transactions.iter().any(is_others)
        || matches!(funds, (Some(attempt), Some(tender)) if attempt != tender)
        || too_early
}

fn has_id(transaction: &Transaction, id: &str) -> bool {
    transaction.gateway_transaction_id.as_deref() == Some(id)
        || transaction
            .id
            .is_some_and(|number| number.to_string() == id)
}

/// A gift certificate and store credit take what they have, up to what is owed.
fn is_as_expected(tender: &Tender, attempt: &ChargeAttempt) -> bool {
    let Some((charged, expected)) = tender.charged().zip(attempt.expected.as_ref()) else {
        return true;
    };
    let partial = Funds::of_instrument(&attempt.instrument_type) != Some(Funds::Other);
    charged.currency.eq_ignore_ascii_case(&expected.currency)
        && (charged.amount == expected.amount || partial && charged.amount < expected.amount)
}

fn is_before(tender: &Tender, other: &Tender) -> bool {
    matches!((tender.created(), other.created()), (Some(first), Some(second)) if first < second)
}

#[cfg(test)]
mod tests;
