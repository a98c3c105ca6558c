//! Many charges, every fault, and an audit of what the callers were told.

mod audit;
mod caller;
pub(crate) mod plan;
pub mod victim;

use std::{
    error::Error,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use bigcommerce_payments::{Payments, Sensitive, Store, Timeouts};
use bigcommerce_sandbox::{Fault, FaultRule, Host, Sandbox};
use tokio::{sync::Semaphore, task::JoinSet};

pub use audit::{Audit, Told};
use caller::Caller;
use plan::Plan;

/// How much chaos, and of which kind.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Orders to charge.
    #[arg(long, default_value_t = 10_000)]
    pub payments: u32,
    /// Every order's plan follows from this number.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Orders that are being charged at the same time.
    #[arg(long, default_value_t = 512)]
    pub concurrency: u32,
    /// Let the sandbox charge an order again that is paid, so that only the client stands
    /// between a shopper and a second charge.
    #[arg(long)]
    pub unprotected: bool,
    /// Charge through a client that is wrong on purpose: it charges again when the outcome of
    /// a charge is unknown.
    #[arg(long)]
    pub wrong_client: bool,
    /// Succeed only if the audit reports orders that were charged twice: the audit can fail.
    #[arg(long)]
    pub expect_double_captures: bool,
    /// Print the plan and the history of this order, whether or not it went well.
    #[arg(long)]
    pub show_order: Option<u32>,
}

/// A charge that takes longer was given up by its caller.
const PAYMENT_TIMEOUT: Duration = Duration::from_millis(250);

/// After this time no charge that was sent can still be on its way: several times the longest
/// delay that is injected.
const SETTLE: Duration = Duration::from_secs(2);

/// What all callers of one run share.
pub(crate) struct Arena {
    pub(crate) sandbox: Sandbox,
    pub(crate) store: Store,
    pub(crate) started: Instant,
    pub(crate) wrong_client: bool,
    /// The program to run as the process that is killed.
    pub(crate) program: PathBuf,
}

/// Runs, audits and prints. `false` when the audit did not end as expected.
///
/// # Errors
///
/// Fails where the sandbox, the client or a process cannot be set up.
pub async fn run(args: &Args) -> Result<bool, Box<dyn Error>> {
    let (arena, histories) = charge_all(args).await?;
    let audit = Audit::new(&arena.sandbox.store().ledger(), &histories);
    println!("seed {}, {} orders", args.seed, args.payments);
    println!("{audit}");
    let violations = audit.violations();
    for violation in violations.iter().take(3) {
        println!("{}", violation.report(args.seed, &arena.sandbox));
    }
    if let Some(history) = args.show_order.and_then(|it| histories.get(it as usize)) {
        println!("{}", history.report(args.seed, &arena.sandbox));
    }
    println!(
        "violations: {} (charged more than once: {})",
        violations.len(),
        audit.double_captures()
    );
    Ok(if args.expect_double_captures {
        audit.double_captures() > 0
    } else {
        violations.is_empty()
    })
}

async fn charge_all(args: &Args) -> Result<(Arc<Arena>, Vec<audit::History>), Box<dyn Error>> {
    let arena = Arc::new(Arena::open(args).await?);
    let weather = tokio::spawn(refuse_now_and_then(Arc::clone(&arena), args.seed));
    let places = Arc::new(Semaphore::new(args.concurrency.max(1) as usize));
    let mut callers = JoinSet::new();
    for index in 0..args.payments {
        let place = Arc::clone(&places).acquire_owned().await?;
        let arena = Arc::clone(&arena);
        let plan = Plan::new(args.seed, index, arena.sandbox.payments_url());
        let order = arena.sandbox.store().create_order("60.98")?;
        callers.spawn(async move {
            let history = Caller::new(&arena, plan, order).pay().await;
            drop(place);
            (index, history)
        });
    }
    let mut histories = callers.join_all().await;
    weather.abort();
    histories.sort_unstable_by_key(|(index, _)| *index);
    // A charge that lands only now must be seen by the audit too.
    tokio::time::sleep(SETTLE).await;
    Ok((arena, histories.into_iter().map(|(_, it)| it).collect()))
}

impl Arena {
    async fn open(args: &Args) -> Result<Self, Box<dyn Error>> {
        let sandbox = Sandbox::builder()
            .seed(args.seed)
            .clock(bigcommerce_sandbox::ClockMode::Real)
            .rate_limit(None)
            .pays_orders_again(args.unprotected)
            .recorded_requests(200_000)
            .start()
            .await?;
        let store = client(
            sandbox.api_url(),
            sandbox.payments_url(),
            sandbox.store_hash(),
            sandbox.access_token(),
        )?;
        Ok(Self {
            sandbox,
            store,
            started: Instant::now(),
            wrong_client: args.wrong_client,
            program: std::env::current_exe()?,
        })
    }
}

/// The facade as every caller uses it: impatient, but it waits for a charge to settle.
pub(crate) fn client(
    api_url: &str,
    payments_url: &str,
    store_hash: &str,
    access_token: impl Into<Sensitive>,
) -> Result<Store, bigcommerce_payments::Error> {
    let mut timeouts = Timeouts::default();
    timeouts.connect = PAYMENT_TIMEOUT;
    timeouts.token = PAYMENT_TIMEOUT;
    timeouts.read = PAYMENT_TIMEOUT;
    timeouts.payment = PAYMENT_TIMEOUT;
    timeouts.settle = SETTLE;
    Payments::builder()
        .api_url(api_url)
        .payments_url(payments_url)
        .timeouts(timeouts)
        .without_rate_limit()
        .build()?
        .store(store_hash, access_token)
}

/// A host goes away and comes back, whatever is under way.
async fn refuse_now_and_then(arena: Arc<Arena>, seed: u64) {
    let mut chance = fastrand::Rng::with_seed(seed);
    loop {
        tokio::time::sleep(Duration::from_millis(chance.u64(500..1500))).await;
        let host = if chance.bool() {
            Host::Api
        } else {
            Host::Payments
        };
        let fault = Fault::Refuse {
            for_ms: Some(chance.u64(5..30)),
        };
        let rule = FaultRule::new(fault).host(host);
        arena
            .sandbox
            .inject(rule)
            .await
            .expect("the host can be closed");
    }
}
