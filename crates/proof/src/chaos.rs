//! Many charges, every fault, and an audit of what the callers were told.

mod args;
mod audit;
mod caller;
pub mod crashing_caller;
mod environment;
mod history;
pub(crate) mod plan;
mod reported_outcome;

use std::sync::Arc;

use tokio::{sync::Semaphore, task::JoinSet};

pub use self::{
    args::Args, audit::Audit, history::OrderHistory, reported_outcome::ReportedOutcome,
};
use self::{caller::Caller, environment::Environment, plan::OrderPlan};
use crate::{error::ProofError, facade::SETTLE};

/// Runs, audits and prints. `false` when the audit did not end as expected.
///
/// # Errors
///
/// Fails where the sandbox, the client or a process cannot be set up.
pub async fn run(args: &Args) -> Result<bool, ProofError> {
    let environment = Arc::new(Environment::open(args).await?);
    let histories = charge_all(&environment, args).await?;
    let sandbox = &environment.sandbox;
    let audit = Audit::new(&sandbox.store().ledger(), &histories);
    println!("seed {}, {} orders", args.seed, args.payments);
    println!("{audit}");
    let violations = audit.violations();
    for violation in violations.iter().take(3) {
        println!("{}", violation.report(args.seed, sandbox));
    }
    if let Some(history) = args.show_order.and_then(|it| histories.get(it as usize)) {
        println!("{}", history.report(args.seed, sandbox));
    }
    println!(
        "violations: {} (charged more than once: {})",
        violations.len(),
        audit.charged_more_than_once()
    );
    Ok(if args.expect_double_captures {
        audit.charged_more_than_once() > 0
    } else {
        violations.is_empty()
    })
}

async fn charge_all(
    environment: &Arc<Environment>,
    args: &Args,
) -> Result<Vec<OrderHistory>, ProofError> {
    let interruptions = tokio::spawn({
        let environment = Arc::clone(environment);
        let seed = args.seed;
        async move { environment.interrupt_hosts(seed).await }
    });
    let places = Arc::new(Semaphore::new(args.concurrency.max(1) as usize));
    let mut callers = JoinSet::new();
    for index in 0..args.payments {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let environment = Arc::clone(environment);
        let plan = OrderPlan::new(args.seed, index, environment.sandbox.payments_url());
        let order = environment.sandbox.store().create_order("60.98")?;
        callers.spawn(async move {
            let history = Caller::new(&environment, plan, order).pay().await;
            drop(place);
            history.map(|history| (index, history))
        });
    }
    let histories = callers.join_all().await.into_iter();
    let mut histories = histories.collect::<Result<Vec<_>, _>>()?;
    interruptions.abort();
    if let Ok(Err(error)) = interruptions.await {
        return Err(error);
    }
    histories.sort_unstable_by_key(|(index, _)| *index);
    // A charge that lands only now must be seen by the audit too.
    tokio::time::sleep(SETTLE).await;
    Ok(histories.into_iter().map(|(_, it)| it).collect())
}
