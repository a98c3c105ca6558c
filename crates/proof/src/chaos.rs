//! Many charges, every fault, and an audit of what the callers were told.

mod answer;
mod args;
mod arrivals;
mod audit;
mod caller;
pub mod crashing_caller;
mod environment;
mod history;
pub(crate) mod plan;
mod sends;
mod stores;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bigcommerce_progress::Progress;
use tokio::{sync::Semaphore, task::JoinSet};

pub use self::args::{Args, Conduct, Expectation};
use self::{
    arrivals::Arrivals,
    audit::{Audit, Rule},
    caller::Caller,
    environment::Environment,
    history::OrderHistory,
    plan::OrderPlan,
    sends::Sends,
};
use crate::{error::ProofError, facade::SETTLE, faults::interrupt_hosts, ledger_facts::OrderFacts};

/// How long the connections to a host that is slow wait, in milliseconds.
const SLOW_CONNECTION: u64 = 400;

/// Orders that are looked at once more at the same time.
const LOOKERS: usize = 16;

/// Runs, audits and prints. `false` when the audit did not end as expected.
///
/// # Errors
///
/// Fails where the sandbox, the client or a process cannot be set up.
pub async fn run(args: &Args) -> Result<bool, ProofError> {
    let environment = Arc::new(Environment::open(args).await?);
    let sends = Arc::<Mutex<Sends>>::default();
    let reader = tokio::spawn({
        let (environment, sends) = (Arc::clone(&environment), Arc::clone(&sends));
        async move { Sends::follow(&sends, &environment.sandbox).await }
    });
    let histories = charge_all(&environment, args).await?;
    let histories = look_at_orders(&environment, histories).await?;
    reader.abort();
    let mut sends = sends.lock().expect("no reader panics");
    sends.read(&environment.sandbox);
    let ledger = ledger(&environment, &histories);
    let audit = Audit::new(&ledger, &sends, &histories, SETTLE);
    let arrivals = Arrivals::of(&environment);
    println!("seed {}, {} orders", args.seed, args.payments);
    println!("{audit}{arrivals}");
    for violation in audit.examples() {
        let report = violation.history.report(args.seed, &environment);
        println!("\n{}: {report}", violation.rule);
    }
    if let Some(history) = args.show_order.and_then(|it| histories.get(it as usize)) {
        println!("{}", history.report(args.seed, &environment));
    }
    Ok(is_as_expected(args.expect, &audit, &arrivals))
}

fn is_as_expected(expected: Option<Expectation>, audit: &Audit<'_>, arrivals: &Arrivals) -> bool {
    match expected {
        None => audit.violations.is_empty() && audit.landed_late == 0 && !arrivals.are_crowded(),
        Some(Expectation::WrongAnswers) => audit.has_wrong_answers(),
        Some(Expectation::Overcharges) => audit.breaks(Rule::Overcharged),
        Some(Expectation::SentAgain) => audit.breaks(Rule::SentAgain),
        Some(Expectation::CrowdedWindows) => arrivals.are_crowded(),
        Some(Expectation::BeyondBound) => {
            audit.violations.is_empty()
                && audit.overcharged_by_late_landings > 0
                && !arrivals.are_crowded()
        }
    }
}

async fn charge_all(
    environment: &Arc<Environment>,
    args: &Args,
) -> Result<Vec<OrderHistory>, ProofError> {
    let interruptions = tokio::spawn({
        let environment = Arc::clone(environment);
        let seed = args.seed;
        async move { interrupt_hosts(&environment.sandbox, seed, SLOW_CONNECTION).await }
    });
    let places = Arc::new(Semaphore::new(args.concurrency.max(1) as usize));
    let progress = Arc::new(Progress::new("orders charged", Some(args.payments.into())));
    let mut callers = JoinSet::new();
    for index in 0..args.payments {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let (environment, progress) = (Arc::clone(environment), Arc::clone(&progress));
        let url = environment.sandbox.payments_url();
        let plan = OrderPlan::new(args.seed, index, url, args.beyond_bound);
        callers.spawn(async move {
            let history = Caller::new(&environment, plan)?.pay().await;
            progress.advance();
            drop(place);
            history.map(|history| (index, history))
        });
    }
    let histories = callers.join_all().await.into_iter();
    let mut histories = histories.collect::<Result<Vec<_>, ProofError>>()?;
    interruptions.abort();
    if let Ok(Err(error)) = interruptions.await {
        return Err(error);
    }
    histories.sort_unstable_by_key(|(index, _)| *index);
    // What lands only now must be seen by the audit too.
    while environment.sandbox.outstanding_landings() > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(SETTLE).await;
    Ok(histories.into_iter().map(|(_, it)| it).collect())
}

/// Asks once more for the money of each order, when all has come to rest.
async fn look_at_orders(
    environment: &Arc<Environment>,
    histories: Vec<OrderHistory>,
) -> Result<Vec<OrderHistory>, ProofError> {
    environment.sandbox.clear_faults().await?;
    let progress = Progress::new("orders looked at", Some(histories.len() as u64));
    let progress = Arc::new(progress);
    let mut lookers = JoinSet::new();
    let places = Arc::new(Semaphore::new(LOOKERS));
    for (index, mut history) in histories.into_iter().enumerate() {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let (environment, progress) = (Arc::clone(environment), Arc::clone(&progress));
        lookers.spawn(async move {
            history.look_at_the_end(&environment).await;
            progress.advance();
            drop(place);
            (index, history)
        });
    }
    let mut histories = lookers.join_all().await;
    histories.sort_unstable_by_key(|(index, _)| *index);
    Ok(histories.into_iter().map(|(_, it)| it).collect())
}

/// What the ledgers say of each order, by store.
fn ledger(
    environment: &Environment,
    histories: &[OrderHistory],
) -> HashMap<String, HashMap<u64, OrderFacts>> {
    let mut ledger = HashMap::new();
    for history in histories {
        ledger
            .entry(history.store.clone())
            .or_insert_with_key(|hash| OrderFacts::of_store(&environment.store(hash).0));
    }
    ledger
}
