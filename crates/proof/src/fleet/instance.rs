//! One process of the fleet: it takes charges through the journal, and recovers what others left.

mod attempts;
mod steps;
mod wrong;

use std::{io::Write as _, sync::Arc, time::Duration};

use bigcommerce_payments::{Decimal, Money, OrderId, Payments, StoreClient};
use bigcommerce_payments_journal::{
    AttemptState, ChargeError, Evidence, IdempotencyKey, Journal, JournalBuilder, JournaledCharge,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    time::{Instant, sleep},
};
use tracing::Instrument as _;

use self::{
    attempts::{CallAttempt, CallAttempts, call_span},
    steps::Steps,
    wrong::{RepeatingRecovery, UnfencedStore},
};
use crate::{
    error::ProofError,
    facade::timeouts,
    fleet::{
        args::WrongVariant,
        protocol::{AnsweredCharge, ChargeAnswer, Command, Job, Report, Setup, Told},
        rules::{self, CALL, REQUEST, SETTLE, WRONG_TOTAL_CENTS},
    },
    stores::{TOTAL_CENTS, account_token},
};

/// How long a database may be away when a process starts.
const UNTIL_OPEN: Duration = Duration::from_secs(30);

/// How long it waits for charges that run when it is to end.
const SHUT_DOWN: Duration = Duration::from_secs(3);

/// Takes charges, as standard input says, until it is told to end.
///
/// # Errors
///
/// Fails where it is told something that cannot be read, or cannot set itself up.
pub async fn run() -> Result<(), ProofError> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let Some(line) = lines.next_line().await? else {
        return Ok(());
    };
    let setup: Setup = serde_json::from_str(&line)?;
    let attempts = CallAttempts::default();
    let steps = Steps::install(&attempts);
    let instance = Arc::new(Instance::open(&setup, attempts).await?);
    let _recovery = instance.recover().await?;
    report(&Report::Ready);
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Command::Charge(job) => {
                let instance = Arc::clone(&instance);
                tokio::spawn(async move {
                    let number = job.number;
                    let told = instance.charge(job).await;
                    report(&Report::Answer { number, told });
                });
            }
            Command::SignalAt { step, signal } => steps.plan(Some((step, signal))),
            Command::NoSignal => steps.plan(None),
            Command::ShutDown => {
                instance.journal.shut_down(SHUT_DOWN).await;
                return Ok(());
            }
        }
    }
    // The run is over, or has ended.
    Ok(())
}

/// What the process works with.
struct Instance {
    payments: Payments,
    journal: Journal,
    setup: Setup,
    attempts: CallAttempts,
    /// In place of the journal, where that is what is wrong.
    unfenced: Option<UnfencedStore>,
}

/// Whatever recovers, until it is dropped.
enum Recovery {
    Right {
        _worker: bigcommerce_payments_journal::RecoveryWorker,
    },
    Wrong {
        _worker: RepeatingRecovery,
    },
}

impl Instance {
    async fn open(setup: &Setup, attempts: CallAttempts) -> Result<Self, ProofError> {
        let mut timeouts = timeouts(REQUEST, SETTLE);
        timeouts.overall = CALL;
        let payments = Payments::builder()
            .api_url(&setup.api_url)
            .payments_url(&setup.payments_url)
            .timeouts(timeouts)
            .without_rate_limit()
            .build()?;
        let builder = rules::journal(&setup.database_url, setup.pooler, setup.limit);
        let builder = builder.owner(&setup.owner);
        let builder = match setup.wrong {
            Some(WrongVariant::OutsideLimit) => builder.without_rate_limit(),
            _ => builder,
        };
        let journal = open(builder).await?;
        let unfenced = match setup.wrong {
            Some(WrongVariant::UnfencedSend) => Some(UnfencedStore::open(setup).await?),
            _ => None,
        };
        Ok(Self {
            payments,
            journal,
            setup: setup.clone(),
            attempts,
            unfenced,
        })
    }

    async fn recover(&self) -> Result<Recovery, ProofError> {
        let payments = self.payments.clone();
        if self.setup.wrong == Some(WrongVariant::RepeatingRecovery) {
            let worker = RepeatingRecovery::start(&self.setup, payments).await?;
            return Ok(Recovery::Wrong { _worker: worker });
        }
        let accounts = move |hash: &str| payments.account(hash, account_token(hash)).ok();
        Ok(Recovery::Right {
            _worker: self.journal.recover(accounts),
        })
    }

    async fn charge(&self, job: Job) -> Told {
        let drop_after = job.drop_after_ms.map(Duration::from_millis);
        let answer = self.told(job);
        match drop_after {
            None => answer.await,
            Some(after) => tokio::time::timeout(after, answer)
                .await
                .unwrap_or_else(|_| ChargeAnswer::AskAgain("the future was dropped".into()).into()),
        }
    }

    async fn told(&self, job: Job) -> Told {
        match self.answer(job).await {
            Ok(told) => told,
            Err(error) => ChargeAnswer::AskAgain(format!("not asked: {error}")).into(),
        }
    }

    async fn answer(&self, job: Job) -> Result<Told, ProofError> {
        let client = store(&self.payments, &job.store)?;
        let order = OrderId::new(job.order)?;
        let payment = job.instrument.clone().payment(&job.payment_method_id)?;
        if let Some(unfenced) = &self.unfenced {
            return Ok(unfenced
                .charge(&client, order, &job, &payment)
                .await?
                .into());
        }
        let store = self.journal.store(client);
        let Ok(key) = IdempotencyKey::new(&job.key) else {
            return Ok(ChargeAnswer::AskAgain("no key".to_owned()).into());
        };
        let unchecked = self.setup.wrong == Some(WrongVariant::UncheckedTender);
        let span = call_span();
        let charge = async {
            if job.is_further_tender || unchecked {
                let total = self.total();
                let rest = store.charge_further_tender(&key, order, &payment, &total);
                rest.await
            } else {
                store.charge(&key, order, &payment).await
            }
        };
        let answer = charge.instrument(span.clone()).await;
        let attempt = self.attempts.of(&span);
        let charges_nothing = answer.as_ref().err().is_some_and(charges_nothing);
        Ok(match told(answer) {
            told @ (ChargeAnswer::Declined(_) | ChargeAnswer::NotSent(_)) => {
                // Where the journal cannot be asked, the same key can be taken again all the same.
                let of_key = store.attempt(&key).await.ok().flatten();
                refused(told, attempt, of_key.map(|it| (it.attempt_id, it.state)))
            }
            answer => Told {
                answer,
                not_charged: attempt.filter(|_| charges_nothing).map(|it| it.id),
            },
        })
    }

    /// What an order costs, as the shop has it.
    fn total(&self) -> Money {
        let cents = match self.setup.wrong {
            Some(WrongVariant::UncheckedTender) => WRONG_TOTAL_CENTS,
            _ => TOTAL_CENTS,
        };
        let cents = i64::try_from(cents).expect("an order costs less than that");
        Money::new(Decimal::new(cents, 2), "USD")
    }
}

/// Opens the journal, once its database is there.
async fn open(builder: JournalBuilder) -> Result<Journal, ProofError> {
    let start = Instant::now();
    loop {
        match builder.clone().open().await {
            Err(_) if start.elapsed() < UNTIL_OPEN => sleep(Duration::from_millis(200)).await,
            opened => return Ok(opened?),
        }
    }
}

/// The client of a store.
fn store(payments: &Payments, hash: &str) -> Result<StoreClient, ProofError> {
    Ok(payments.store(hash, account_token(hash))?)
}

fn told(answer: Result<JournaledCharge, ChargeError>) -> ChargeAnswer {
    let error = match answer {
        Ok(charge) if charge.status.as_str() == "success" => {
            return ChargeAnswer::Charged(told_charge(charge));
        }
        Ok(_) => return ChargeAnswer::Pending,
        Err(error) => error,
    };
    match error {
        ChargeError::AlreadyPaid(charge) => ChargeAnswer::AlreadyPaid(told_charge(*charge)),
        ChargeError::Refused(refusal) if !refusal.uses_up_key => {
            ChargeAnswer::NotSent(refusal.message)
        }
        ChargeError::Refused(refusal) => ChargeAnswer::Declined(refusal.message),
        ChargeError::Reversed(_) => ChargeAnswer::Reversed,
        ChargeError::KeyReused(_) => ChargeAnswer::KeyReused,
        error => ChargeAnswer::AskAgain(error.to_string()),
    }
}

/// A refusal is of the call's own attempt or, where that has not got the key, of the one that
/// the key stands for. A charge that was held back, since recovery has the attempt by now, leaves
/// its key free: the journal says that it was not sent, or lets another attempt have the key.
fn refused(
    told: ChargeAnswer,
    own: Option<CallAttempt>,
    of_key: Option<(String, AttemptState)>,
) -> Told {
    let own = own.filter(|it| it.is_claimed).map(|it| it.id);
    let not_charged = own.or_else(|| of_key.as_ref().map(|(id, _)| id.clone()));
    let is_free =
        of_key.is_none_or(|(id, state)| state == AttemptState::NotSent || Some(id) != not_charged);
    let answer = match told {
        ChargeAnswer::Declined(why) if is_free => ChargeAnswer::NotSent(why),
        told => told,
    };
    Told {
        answer,
        not_charged,
    }
}

/// Whether an error says that its call charged nothing.
fn charges_nothing(error: &ChargeError) -> bool {
    matches!(
        error,
        ChargeError::InvalidKey
            | ChargeError::KeyReused(_)
            | ChargeError::OrderTaken(_)
            | ChargeError::AlreadyPaid(_)
            | ChargeError::CannotTell(_)
            | ChargeError::LeaseLost { .. }
            | ChargeError::ShuttingDown
            | ChargeError::Database(_)
    )
}

fn told_charge(charge: JournaledCharge) -> AnsweredCharge {
    AnsweredCharge {
        attempt_id: charge.attempt_id,
        transaction_id: charge.transaction_id,
        by_receipt: charge.evidence == Evidence::Receipt,
    }
}

/// Says something, at once. Where nobody listens any more, the run has ended.
fn report(report: &Report) {
    let line = serde_json::to_string(report).expect("a report is JSON");
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

#[cfg(test)]
mod tests {
    use bigcommerce_payments_journal::AttemptState::{self, Declined, NotSent, Sending, Unknown};

    use super::{CallAttempt, ChargeAnswer, refused};

    #[test]
    fn a_refusal_is_taken_for_not_sent_only_where_the_key_is_free() {
        let declined = || ChargeAnswer::Declined("no".to_owned());
        let not_sent = || ChargeAnswer::NotSent("no".to_owned());
        let claimed = |id: &str| Some((id.to_owned(), true));
        let unclaimed = |id: &str| Some((id.to_owned(), false));
        let row = |id: &str, state: AttemptState| Some((id.to_owned(), state));
        let table = [
            (
                claimed("own"),
                row("own", Declined),
                declined(),
                Some("own"),
            ),
            (claimed("own"), row("own", NotSent), not_sent(), Some("own")),
            // Whatever the journal makes of an attempt that charged nothing, as it was told.
            (claimed("own"), row("own", Unknown), declined(), Some("own")),
            (claimed("own"), row("own", Sending), declined(), Some("own")),
            (
                claimed("own"),
                row("own", AttemptState::Charged),
                declined(),
                Some("own"),
            ),
            (
                claimed("own"),
                row("next", Sending),
                not_sent(),
                Some("own"),
            ),
            (claimed("own"), None, not_sent(), Some("own")),
            (
                unclaimed("new"),
                row("old", Declined),
                declined(),
                Some("old"),
            ),
            (
                unclaimed("new"),
                row("old", NotSent),
                not_sent(),
                Some("old"),
            ),
            (None, None, not_sent(), None),
        ];
        for (own, of_key, answer, not_charged) in table {
            let call = own
                .clone()
                .map(|(id, is_claimed)| CallAttempt { id, is_claimed });
            let told = refused(declined(), call, of_key.clone());
            assert_eq!(told.answer, answer, "{own:?} {of_key:?}");
            assert_eq!(
                told.not_charged.as_deref(),
                not_charged,
                "{own:?} {of_key:?}"
            );
        }
    }
}
