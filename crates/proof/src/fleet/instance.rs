//! One process of the fleet: it takes charges through the journal, and recovers what others left.

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

use self::{
    steps::Steps,
    wrong::{RepeatingRecovery, UnfencedStore},
};
use crate::{
    error::ProofError,
    facade::timeouts,
    fleet::{
        args::WrongVariant,
        protocol::{AnsweredCharge, ChargeAnswer, Command, Job, Report, Setup},
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
    let steps = Steps::install();
    let instance = Arc::new(Instance::open(&setup).await?);
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
            Command::SignalAt { step, signal } => steps.send_at(step, signal),
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
    async fn open(setup: &Setup) -> Result<Self, ProofError> {
        let mut timeouts = timeouts(REQUEST, SETTLE);
        timeouts.overall = CALL;
        let payments = Payments::builder()
            .api_url(&setup.api_url)
            .payments_url(&setup.payments_url)
            .timeouts(timeouts)
            .without_rate_limit()
            .build()?;
        let builder = rules::journal(&setup.database_url, setup.pooler).owner(&setup.owner);
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

    async fn charge(&self, job: Job) -> ChargeAnswer {
        let drop_after = job.drop_after_ms.map(Duration::from_millis);
        let answer = self.told(job);
        match drop_after {
            None => answer.await,
            Some(after) => tokio::time::timeout(after, answer)
                .await
                .unwrap_or_else(|_| ChargeAnswer::AskAgain("the future was dropped".to_owned())),
        }
    }

    async fn told(&self, job: Job) -> ChargeAnswer {
        match self.answer(job).await {
            Ok(told) => told,
            Err(error) => ChargeAnswer::AskAgain(format!("not asked: {error}")),
        }
    }

    async fn answer(&self, job: Job) -> Result<ChargeAnswer, ProofError> {
        let client = store(&self.payments, &job.store)?;
        let order = OrderId::new(job.order)?;
        let payment = job.instrument.clone().payment(&job.payment_method_id)?;
        if let Some(unfenced) = &self.unfenced {
            return unfenced.charge(&client, order, &job, &payment).await;
        }
        let store = self.journal.store(client);
        let Ok(key) = IdempotencyKey::new(&job.key) else {
            return Ok(ChargeAnswer::AskAgain("no key".to_owned()));
        };
        let unchecked = self.setup.wrong == Some(WrongVariant::UncheckedTender);
        let answer = if job.is_further_tender || unchecked {
            let total = self.total();
            store
                .charge_further_tender(&key, order, &payment, &total)
                .await
        } else {
            store.charge(&key, order, &payment).await
        };
        let told = told(answer);
        let ChargeAnswer::Declined(why) = told else {
            return Ok(told);
        };
        // A charge that was held back, since recovery has the attempt by now, leaves its key free.
        Ok(match store.attempt(&key).await {
            Ok(Some(attempt)) if attempt.state == AttemptState::Declined => {
                ChargeAnswer::Declined(why)
            }
            Ok(_) => ChargeAnswer::NotSent(why),
            Err(error) => ChargeAnswer::AskAgain(error.to_string()),
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
        ChargeError::Refused(refusal) if refusal.is_safe_to_retry => {
            ChargeAnswer::NotSent(refusal.message)
        }
        ChargeError::Refused(refusal) => ChargeAnswer::Declined(refusal.message),
        ChargeError::Reversed(_) => ChargeAnswer::Reversed,
        ChargeError::KeyReused(_) => ChargeAnswer::KeyReused,
        error => ChargeAnswer::AskAgain(error.to_string()),
    }
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
