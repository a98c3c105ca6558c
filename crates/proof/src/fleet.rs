//! Many processes, one journal, and an audit of the journal, the ledger and what was told.

mod args;
mod audit;
mod database;
mod environment;
mod history;
pub mod instance;
mod journal_rows;
mod pending;
mod plan;
mod processes;
mod protocol;
mod rules;
mod shopper;
mod stores;
mod trouble;

use std::{fmt, sync::Arc, time::Duration};

use bigcommerce_progress::Progress;
use bigcommerce_sandbox::TestStore;
use rustix::process::Signal;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

pub use self::args::{Args, Expectation, WrongVariant};
use self::{
    audit::{Audit, Ledger},
    environment::Environment,
    history::OrderHistory,
    journal_rows::JournalAttempt,
    plan::OrderPlan,
    rules::{SETTLE, SLOW_CONNECTION, TOKEN_LIFETIME, WINDOW},
    stores::SATURATED,
};
use crate::{
    error::ProofError, faults::interrupt_hosts, ledger_facts::OrderFacts, stores::TOTAL_CENTS,
};

/// How long recovery may take beyond the time for which an order can be blocked.
const RECOVERY: Duration = Duration::from_secs(60);

/// Runs, audits and prints. `false` when the audit did not end as expected.
///
/// # Errors
///
/// Fails where the sandbox, the database or a process cannot be set up.
pub async fn run(args: &Args) -> Result<bool, ProofError> {
    let environment = Arc::new(Environment::open(args).await?);
    let mut keepers = JoinSet::new();
    for number in 0..environment.processes.count() {
        let environment = Arc::clone(&environment);
        keepers.spawn(async move { environment.processes.keep(number).await });
    }
    let histories = charge_all(&environment, args).await?;
    let charged = environment.started.elapsed();
    recover(&environment, args).await?;
    let recovered = environment.started.elapsed();
    environment.processes.end()?;
    keepers
        .join_all()
        .await
        .into_iter()
        .collect::<Result<(), _>>()?;

    let mut connection = environment.database.lock().await.connect().await?;
    let journal = JournalAttempt::all(&mut connection).await?;
    let audit = Audit::new(&histories, &journal, &ledger(&environment), TOTAL_CENTS);
    let arrivals = Arrivals::of(&environment, rules::limit(args));
    println!(
        "seed {}, {} orders, {} instances, {}: charged in {:.0?}, recovered after {:.0?}",
        args.seed,
        args.payments,
        environment.processes.count(),
        environment.database_name,
        charged,
        recovered,
    );
    for (event, count) in environment.trouble.counts() {
        println!("  {count:>4} times {event}");
    }
    println!("\n{audit}{arrivals}");
    for violation in audit.examples() {
        let report = violation.history.report(args.seed, &environment, &journal);
        println!("\n{}: {report}", violation.rule);
    }
    if let Some(history) = args.show_order.and_then(|it| histories.get(it as usize)) {
        println!("{}", history.report(args.seed, &environment, &journal));
    }
    Ok(match args.expect {
        None => audit.is_right() && !arrivals.are_crowded() && arrivals.come_near_limit(),
        Some(Expectation::Overcharges) => audit.has_overcharges(),
        Some(Expectation::CrowdedWindows) => arrivals.are_crowded(),
    })
}

async fn charge_all(
    environment: &Arc<Environment>,
    args: &Args,
) -> Result<Vec<OrderHistory>, ProofError> {
    let trouble = make_trouble(environment, args);
    let url = environment.sandbox.payments_url();
    let progress = Arc::new(Progress::new("orders charged", Some(args.payments.into())));
    let mut orders = JoinSet::new();
    for index in 0..args.payments {
        let plan = OrderPlan::new(args.seed, index, url, environment.is_saturated(index));
        let (environment, progress) = (Arc::clone(environment), Arc::clone(&progress));
        orders.spawn(async move {
            let history = shopper::pay(environment, plan).await;
            progress.advance();
            (index, history)
        });
    }
    let mut histories = orders.join_all().await;
    end_trouble(environment, trouble).await?;
    histories.sort_unstable_by_key(|(index, _)| *index);
    histories.into_iter().map(|(_, history)| history).collect()
}

type Troubles = JoinSet<Result<std::convert::Infallible, ProofError>>;

/// Strikes the processes, their database and the hosts, as many at once as a part of the fleet.
fn make_trouble(environment: &Arc<Environment>, args: &Args) -> Troubles {
    let mut troubles = JoinSet::new();
    if args.wrong == Some(WrongVariant::UnfencedSend) {
        // What an unfenced send does shows where its process sleeps before it, and the others go on.
        let environment = Arc::clone(environment);
        troubles.spawn(async move {
            let (processes, database) = (&environment.processes, &environment.database);
            environment
                .trouble
                .before_sending(processes, database)
                .await
        });
        return troubles;
    }
    for number in 0..u64::from(args.instances).div_ceil(3) {
        let (environment, seed) = (Arc::clone(environment), args.seed ^ (number << 32));
        troubles.spawn(async move {
            let processes = &environment.processes;
            environment.trouble.of_processes(processes, seed).await
        });
    }
    let (shared, seed) = (Arc::clone(environment), args.seed);
    troubles.spawn(async move { shared.trouble.of_database(&shared.database, seed).await });
    let shared = Arc::clone(environment);
    troubles.spawn(async move { interrupt_hosts(&shared.sandbox, seed, SLOW_CONNECTION).await });
    troubles
}

/// Ends it, and says what went wrong with it.
async fn end_trouble(environment: &Environment, mut troubles: Troubles) -> Result<(), ProofError> {
    troubles.abort_all();
    while let Some(ended) = troubles.join_next().await {
        if let Ok(Err(error)) = ended {
            return Err(error);
        }
    }
    // What was struck last goes on.
    environment.sandbox.clear_faults().await?;
    environment.database.lock().await.restore()?;
    Ok(())
}

/// Waits until recovery has settled everything, and nothing more can land.
async fn recover(environment: &Environment, args: &Args) -> Result<(), ProofError> {
    // A fleet that does wrong may never settle what it did.
    let within = match args.wrong {
        Some(_) => TOKEN_LIFETIME + SETTLE,
        None => TOKEN_LIFETIME + SETTLE + RECOVERY,
    };
    let database = environment.database.lock().await;
    let mut connection = database.connect().await?;
    let settled = async {
        loop {
            let (open, due) = JournalAttempt::unsettled(&mut connection).await?;
            if open + due == 0 && environment.sandbox.outstanding_landings() == 0 {
                return Ok(());
            }
            // One that was told to sleep at a step may have come to it only now.
            for number in 0..environment.processes.count() {
                environment.processes.signal(number, Signal::CONT)?;
            }
            sleep(Duration::from_millis(300)).await;
        }
    };
    // What is not settled by then is what the audit reports.
    timeout(within, settled).await.unwrap_or(Ok(()))
}

fn ledger(environment: &Environment) -> Ledger {
    let facts = environment
        .stores()
        .map(|store| (store.hash().to_owned(), OrderFacts::of_store(store)));
    Ledger {
        orders: facts.collect(),
        outstanding: environment.sandbox.outstanding_landings(),
    }
}

/// The payments that arrived at the stores, by the stores' own count.
struct Arrivals {
    limit: usize,
    payments: usize,
    /// The most that arrived at one store within any window.
    most: usize,
    /// How many arrived at the saturated store, within how long, and the most within any window.
    saturated: (usize, Duration, usize),
}

impl Arrivals {
    fn of(environment: &Environment, limit: usize) -> Self {
        let saturated = environment.store(SATURATED);
        let arrivals = saturated.payment_arrivals();
        let span = arrivals.last().zip(arrivals.first());
        let within = |store: &TestStore| store.most_payment_arrivals_within(WINDOW);
        Self {
            limit,
            payments: environment
                .stores()
                .map(|it| it.payment_arrivals().len())
                .sum(),
            most: environment.stores().map(within).max().unwrap_or_default(),
            saturated: (
                arrivals.len(),
                span.map_or(Duration::ZERO, |(last, first)| last.saturating_sub(*first)),
                within(&saturated),
            ),
        }
    }

    fn are_crowded(&self) -> bool {
        self.most > self.limit
    }

    /// Whether there was anything for the limit to hold back.
    fn come_near_limit(&self) -> bool {
        let (count, _, most) = self.saturated;
        count > self.limit && rules::is_near(self.limit, most)
    }
}

impl fmt::Display for Arrivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, span, most) = self.saturated;
        writeln!(
            f,
            "{} payments arrived, at most {} of {} at one store within any {WINDOW:?}; \
             {count} at the saturated store, within {span:.0?}",
            self.payments, self.most, self.limit
        )?;
        if !self.come_near_limit() {
            writeln!(
                f,
                "the limit had nothing to hold back: at most {most} came to the saturated store"
            )?;
        }
        Ok(())
    }
}
