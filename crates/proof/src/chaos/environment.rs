//! What all callers of one chaos run share.

use std::{
    collections::HashMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use bigcommerce_payments::{RateLimiter, SlidingWindow, StoreClient};
use bigcommerce_sandbox::{ClockMode, Sandbox, TestStore};

use crate::{
    chaos::{
        args::{Args, Conduct},
        plan::OrderPlan,
        stores::{self, store_hashes},
    },
    error::ProofError,
    facade::{SETTLE, payments},
    stores::{account_token, find},
};

/// Payments that a store may be sent within [`WINDOW`]. The platform allows 50, with which a run
/// would take hours.
pub(crate) const LIMIT: usize = 800;

/// The platform's window.
pub(crate) const WINDOW: Duration = Duration::from_secs(4);

/// By how much the ways of two requests through a busy machine may differ: callers enough to fill the
/// limit at once keep it busy for longer than that of the platform's own limit.
const MARGIN: Duration = Duration::from_secs(3);

/// What all callers of one run share.
pub(crate) struct Environment {
    pub(crate) sandbox: Sandbox,
    pub(crate) started: Instant,
    pub(crate) conduct: Conduct,
    pub(crate) store_count: u32,
    /// The program to run as the process that is killed.
    pub(crate) program: PathBuf,
    /// That of all callers, in whichever process.
    limiter: Option<SlidingWindow>,
    stores: HashMap<String, (TestStore, StoreClient)>,
}

impl Environment {
    pub(crate) async fn open(args: &Args) -> Result<Self, ProofError> {
        let plans = (0..args.payments)
            .map(|index| OrderPlan::new(args.seed, index, "", args.beyond_bound))
            .collect::<Vec<_>>();
        let store_count = stores::store_count(args.payments);
        let definition = stores::definition(&plans, store_count);
        let sandbox = Sandbox::builder()
            .stores_json(definition.to_string())
            .seed(args.seed)
            .clock(ClockMode::Real)
            .rate_limit(None)
            .pays_orders_again(args.unprotected)
            .recorded_requests(200_000)
            .start()
            .await?;
        let settle = match args.conduct {
            Conduct::LookUpTooEarly => Duration::ZERO,
            _ => SETTLE,
        };
        let builder = payments(sandbox.api_url(), sandbox.payments_url(), settle);
        let limiter = (args.conduct != Conduct::Unlimited)
            .then(|| SlidingWindow::new(LIMIT, WINDOW).margin(MARGIN));
        let builder = match &limiter {
            Some(limiter) => builder.rate_limiter(limiter.clone()),
            None => builder,
        };
        let payments = builder.build()?;
        let mut stores = HashMap::new();
        for hash in store_hashes(store_count) {
            let store = find(&sandbox, &hash);
            let client = payments.store(&hash, account_token(&hash))?;
            stores.insert(hash, (store, client));
        }
        Ok(Self {
            sandbox,
            started: Instant::now(),
            conduct: args.conduct,
            store_count,
            program: std::env::current_exe()?,
            limiter,
            stores,
        })
    }

    /// The store of an order, from both sides of the wire.
    pub(crate) fn store(&self, hash: &str) -> &(TestStore, StoreClient) {
        &self.stores[hash]
    }

    pub(crate) fn limiter(&self) -> Option<&dyn RateLimiter> {
        let limiter = self.limiter.as_ref()?;
        Some(limiter)
    }
}
