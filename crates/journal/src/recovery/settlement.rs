//! What a look-up makes of an attempt: a function of what is stored and what was seen.

use std::time::Duration;

use bigcommerce_payments::{ChargeLookup, ChargeStatus, OrderPayments, Tender, TransactionEvent};

use crate::{
    answer::{Evidence, Refusal, StoredOutcome, made_transaction},
    attempt_state::AttemptState,
    attribution::{has_made, shows_unknown_charge},
    database::{AttemptRow, FinishedAs},
    recovery::look_up::{Looked, Seen},
    rules::{Rules, milliseconds},
};

/// What becomes of the attempt.
#[derive(Debug)]
pub(crate) enum Settlement {
    /// It is decided.
    Settled(FinishedAs),
    /// It is looked at again.
    LookAgain(FinishedAs),
}

impl Settlement {
    pub(crate) fn found(&self) -> &FinishedAs {
        match self {
            Self::Settled(found) | Self::LookAgain(found) => found,
        }
    }

    fn into_found(self) -> FinishedAs {
        match self {
            Self::Settled(found) | Self::LookAgain(found) => found,
        }
    }
}

/// Decides by what was seen.
pub(crate) fn settle(row: &AttemptRow, looked: &Looked, rules: &Rules) -> Settlement {
    let others = &looked.others;
    let attempt = Judged { row, others, rules };
    if row.state == AttemptState::Released {
        return attempt.after_release(looked);
    }
    match &looked.seen {
        Seen::NeverSent => settled(
            AttemptState::NotSent,
            &StoredOutcome::Refused(Refusal::never_sent(
                "the process that had the charge ended before it was sent",
            )),
        ),
        Seen::LookUp(lookup) => attempt.by_look_up(lookup),
        Seen::NoAccount => {
            attempt.again("the store's account token is missing or was revoked", true)
        }
        Seen::Failed(message) => attempt.again(message, attempt.is_over()),
        Seen::Indistinct => attempt.again(INDISTINCT, attempt.is_over()),
        Seen::Unreadable => attempt.again("the journal's row cannot be looked up", true),
    }
}

const INDISTINCT: &str = "it cannot be told from another attempt of the order: no ids";
const STILL_PENDING: &str = "the payment has been pending for more than a day";
const UNKNOWN_CHARGE: &str = "the order shows a charge that no attempt of the journal has made";

/// What lasts for longer is for a person.
const LONG: Duration = Duration::from_hours(24);

struct Judged<'a> {
    row: &'a AttemptRow,
    others: &'a [AttemptRow],
    rules: &'a Rules,
}

impl Judged<'_> {
    fn by_look_up(&self, lookup: &ChargeLookup) -> Settlement {
        let over = self.is_over();
        match &lookup.status {
            ChargeStatus::Charged { tender } => {
                let settled = settled(AttemptState::Charged, &charge(tender, "success"));
                Settlement::Settled(FinishedAs {
                    attention: self.charged_since(),
                    ..settled.into_found()
                })
            }
            ChargeStatus::Pending { tender } => {
                let outcome = charge(tender, "pending");
                let long = || self.began_long_ago().then(|| STILL_PENDING.to_owned());
                let attention = self.charged_since().or_else(long);
                self.keep(AttemptState::Pending, Some(outcome.to_json()), attention)
            }
            ChargeStatus::CannotTell { reason } => {
                self.again(&format!("it cannot be told: {reason:?}"), over)
            }
            _ if over => self.set_free(lookup),
            _ => self.again("nothing is decided yet", false),
        }
    }

    /// Nothing of it can land any more, as far as is known, and it is not charged as it stands.
    fn set_free(&self, lookup: &ChargeLookup) -> Settlement {
        // Failures may be anybody's.
        let is_shown = match &lookup.status {
            ChargeStatus::ChargedAndReversed { tender } => self.may_have_made(tender),
            ChargeStatus::Declined { tender } => has_made(self.row, tender),
            _ => false,
        };
        if self.row.state == AttemptState::Pending && !is_shown {
            return self.again("the pending payment is not shown", true);
        }
        if self.shows_unknown_charge(&lookup.order) {
            return self.again(UNKNOWN_CHARGE, true);
        }
        match &lookup.status {
            ChargeStatus::ChargedAndReversed { tender } => settled(
                AttemptState::Reversed,
                &StoredOutcome::Reversed {
                    transaction_id: transaction_id(tender),
                },
            ),
            ChargeStatus::Declined { .. } if is_shown => settled(
                AttemptState::Declined,
                &StoredOutcome::Refused(Refusal::declined_as_seen()),
            ),
            // A failed transaction may be of another attempt, and says no more than none.
            ChargeStatus::Declined { .. } | ChargeStatus::NothingSeen { .. } => self.released(),
            _ => self.again("nothing is decided yet", false),
        }
    }

    /// After its release nothing is expected any more: a charge goes to a person.
    fn after_release(&self, Looked { seen, others }: &Looked) -> Settlement {
        let lookup = match seen {
            Seen::LookUp(lookup) => lookup,
            Seen::Failed(message) => {
                let why = || format!("it was released and cannot be looked up: {message}");
                return self.look_again_after_release(self.failed_for_long().then(why));
            }
            Seen::Indistinct => {
                let attention = Some(format!("{INDISTINCT}; {}", named(others)));
                return self.keep(AttemptState::Released, self.row.outcome.clone(), attention);
            }
            _ => {
                let why = "it was released and cannot be looked up: is the store's token revoked?";
                return self.look_again_after_release(Some(why.to_owned()));
            }
        };
        let (state, outcome, what) = match &lookup.status {
            ChargeStatus::Charged { tender } => {
                (AttemptState::Charged, charge(tender, "success"), "charged")
            }
            ChargeStatus::ChargedAndReversed { tender } if self.may_have_made(tender) => (
                AttemptState::Reversed,
                StoredOutcome::Reversed {
                    transaction_id: transaction_id(tender),
                },
                "charged and reversed",
            ),
            ChargeStatus::NothingSeen { .. } | ChargeStatus::Declined { .. } => {
                let unknown = self.shows_unknown_charge(&lookup.order);
                let attention = unknown.then(|| format!("{UNKNOWN_CHARGE}; {}", named(others)));
                return self.keep(AttemptState::Released, self.row.outcome.clone(), attention);
            }
            _ => {
                let why = "something was seen after its release that cannot be told";
                let attention = Some(format!("{why}; {}", named(others)));
                return self.keep(AttemptState::Released, self.row.outcome.clone(), attention);
            }
        };
        Settlement::Settled(FinishedAs {
            state,
            outcome: outcome.to_json(),
            due_in_ms: None,
            looks: 0,
            attention: Some(format!("{what} after its release; {}", named(others))),
        })
    }

    fn released(&self) -> Settlement {
        let [first, _] = self.rules.look_again_after_release;
        Settlement::Settled(FinishedAs {
            state: AttemptState::Released,
            outcome: StoredOutcome::Released.to_json(),
            due_in_ms: Some(milliseconds(first)),
            looks: 0,
            attention: None,
        })
    }

    /// A look that failed is none of the two.
    fn look_again_after_release(&self, attention: Option<String>) -> Settlement {
        let (_, longest) = self.rules.look_pauses;
        let kept = self.keep(AttemptState::Released, self.row.outcome.clone(), attention);
        Settlement::LookAgain(FinishedAs {
            due_in_ms: Some(milliseconds(longest)),
            ..kept.into_found()
        })
    }

    /// What is not decided stays open; what was known of it is kept.
    fn again(&self, why: &str, needs_person: bool) -> Settlement {
        let state = match self.row.state {
            AttemptState::Pending => AttemptState::Pending,
            _ => AttemptState::Unknown,
        };
        let unknown = || {
            StoredOutcome::Unknown {
                cause: why.to_owned(),
            }
            .to_json()
        };
        let outcome = self.row.outcome.clone().unwrap_or_else(unknown);
        self.keep(state, Some(outcome), needs_person.then(|| why.to_owned()))
    }

    fn keep(
        &self,
        state: AttemptState,
        outcome: Option<String>,
        attention: Option<String>,
    ) -> Settlement {
        let due_in_ms = if state == AttemptState::Released {
            self.next_look_after_release()
        } else {
            let pause = milliseconds(pause(self.row.looks, self.rules.look_pauses));
            let left = self.blocked_until() - self.row.now;
            Some(if left > 0 { pause.min(left) } else { pause })
        };
        Settlement::LookAgain(FinishedAs {
            state,
            outcome: outcome.unwrap_or_else(|| StoredOutcome::Released.to_json()),
            due_in_ms,
            looks: self.row.looks + 1,
            attention: attention.or_else(|| {
                self.row
                    .attention
                    .clone()
                    .filter(|_| state == AttemptState::Released)
            }),
        })
    }

    /// The looks after its release count from then, however often it is looked at in between.
    fn next_look_after_release(&self) -> Option<i64> {
        let looks = self.rules.look_again_after_release;
        let left = looks.map(|after| self.released_at() + milliseconds(after) - self.row.now);
        left.into_iter().filter(|left| *left > 0).min()
    }

    fn released_at(&self) -> i64 {
        self.row.finished_at.unwrap_or(self.row.created_at)
    }

    /// Whether the last look after the release is due for so long.
    fn failed_for_long(&self) -> bool {
        let [first, second] = self.rules.look_again_after_release;
        let last = self.released_at() + milliseconds(first.max(second));
        self.row.now >= last + milliseconds(LONG)
    }

    /// What moved money and is nobody else's is its own, unless it is known to have made another
    /// payment, which may still be pending.
    fn may_have_made(&self, tender: &Tender) -> bool {
        made_transaction(self.row).is_none() || has_made(self.row, tender)
    }

    /// What others have charged since it was claimed: its receipt came when the order was free.
    fn charged_since(&self) -> Option<String> {
        let later = |it: &&AttemptRow| {
            it.state == AttemptState::Charged && it.created_at > self.row.created_at
        };
        let later: Vec<_> = self.others.iter().filter(later).cloned().collect();
        let why = "the order was free before its receipt came, and was charged";
        (!later.is_empty()).then(|| format!("{why}; {}", named(&later)))
    }

    fn began_long_ago(&self) -> bool {
        self.row.now >= self.row.created_at + milliseconds(LONG)
    }

    /// Whether the order shows a charge that may be this attempt's after all: the clocks of the
    /// database and the service may be farther apart than a look-up takes them to be.
    fn shows_unknown_charge(&self, order: &OrderPayments) -> bool {
        shows_unknown_charge(&self.row.instrument_type, self.others, order)
    }

    /// Whether no charge of this attempt can land any more, as far as is known.
    fn is_over(&self) -> bool {
        self.row.now >= self.blocked_until()
    }

    /// Until when a charge of this attempt may land.
    fn blocked_until(&self) -> i64 {
        let unknown = self.row.now + milliseconds(self.rules.settle);
        self.row.last_landing(self.rules).unwrap_or(unknown)
    }
}

fn settled(state: AttemptState, outcome: &StoredOutcome) -> Settlement {
    Settlement::Settled(FinishedAs {
        state,
        outcome: outcome.to_json(),
        due_in_ms: None,
        looks: 0,
        attention: None,
    })
}

fn named(others: &[AttemptRow]) -> String {
    let name = |row: &AttemptRow| format!("{} ({})", row.attempt_id, row.state.as_str());
    let others: Vec<_> = others.iter().map(name).collect();
    if others.is_empty() {
        "the order has no other attempt".to_owned()
    } else {
        format!("the order's other attempts: {}", others.join(", "))
    }
}

pub(crate) fn charge(tender: &Tender, status: &str) -> StoredOutcome {
    let event = tender.charge().map(|charge| &charge.event);
    let transaction_type = match event {
        Some(TransactionEvent::Authorization) => Some("authorization"),
        Some(TransactionEvent::Purchase) => Some("purchase"),
        _ => None,
    };
    StoredOutcome::Charge {
        transaction_id: transaction_id(tender),
        status: status.to_owned(),
        transaction_type: transaction_type.map(str::to_owned),
        evidence: Evidence::LookUp,
    }
}

/// The id that a receipt would have held, else the transaction's own.
fn transaction_id(tender: &Tender) -> String {
    let transaction = tender.charge().or_else(|| tender.transactions.first());
    transaction
        .and_then(|it| {
            let own = || it.id.map(|id| id.to_string());
            it.gateway_transaction_id.clone().or_else(own)
        })
        .unwrap_or_default()
}

/// How long to wait before look-up number `looks`, from 0.
fn pause(looks: i64, (first, longest): (Duration, Duration)) -> Duration {
    let doubled = u32::try_from(looks).unwrap_or(u32::MAX).min(31);
    first.saturating_mul(1 << doubled).min(longest)
}

#[cfg(test)]
mod tests;
