//! What all callers of one fleet run share.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bigcommerce_sandbox::{ClockMode, Sandbox, TestStore};
use tokio::sync::{Mutex, Semaphore};

use crate::{
    error::ProofError,
    fleet::{
        args::{Args, WrongVariant},
        database::FleetDatabase,
        plan::OrderPlan,
        processes::Processes,
        protocol::Setup,
        rules::{self, JOURNAL, TOKEN_LIFETIME},
        stores::{SATURATED, Stores, hash},
        trouble::Trouble,
    },
    stores::find,
};

/// What all callers of one run share.
pub(super) struct Environment {
    pub(super) sandbox: Sandbox,
    pub(super) database: Mutex<FleetDatabase>,
    pub(super) database_name: &'static str,
    pub(super) processes: Processes,
    pub(super) trouble: Trouble,
    pub(super) started: Instant,
    pub(super) does_wrong: bool,
    /// When callers without an answer give up: none has to.
    pub(super) deadline: Instant,
    /// The places of all orders that are being charged at the same time.
    pub(super) places: Semaphore,
    orders: u32,
    stores: Stores,
    test_stores: HashMap<u32, (TestStore, Semaphore)>,
}

/// How long the making of the journal's tables may take.
const UNTIL_PREPARED: Duration = Duration::from_secs(30);

/// Orders for each process, of all stores: most of them wait for what was left behind.
const ORDERS_OF_INSTANCE: usize = 192;

impl Environment {
    pub(super) async fn open(args: &Args) -> Result<Self, ProofError> {
        let stores = Stores::new(args.payments);
        // Where redirects lead is not known yet, and changes nothing else.
        let plans = (0..args.payments).map(|index| {
            OrderPlan::new(
                args.seed,
                index,
                "",
                is_saturated(stores, index, args.payments),
            )
        });
        let definition = stores.definition(&plans.collect::<Vec<_>>());
        let sandbox = Sandbox::builder()
            .stores_json(definition.to_string())
            .seed(args.seed)
            .clock(ClockMode::Real)
            .rate_limit(None)
            .token_lifetime(TOKEN_LIFETIME)
            .pays_orders_again(true)
            .recorded_requests(400_000)
            .recorded_bytes(256 << 20)
            .start()
            .await?;
        let database = FleetDatabase::open(args)?;
        prepare(&database, args).await?;
        let setup = Setup {
            api_url: sandbox.api_url().to_owned(),
            payments_url: sandbox.payments_url().to_owned(),
            database_url: database.url(),
            pooler: args.pooler,
            owner: String::new(),
            limit: rules::limit(args),
            wrong: args.wrong,
        };
        let test_stores = (0..).zip(stores.hashes()).map(|(number, hash)| {
            let places = Semaphore::new(rules::orders_at_once(args, number == SATURATED));
            (number, (find(&sandbox, &hash), places))
        });
        let started = Instant::now();
        Ok(Self {
            test_stores: test_stores.collect(),
            database_name: database.name(),
            database: Mutex::new(database),
            processes: Processes::new(setup, args.instances)?,
            trouble: Trouble::new(started),
            does_wrong: args.wrong.is_some(),
            deadline: started + patience(args),
            started,
            places: Semaphore::new(ORDERS_OF_INSTANCE * args.instances.max(1) as usize),
            orders: args.payments.max(1),
            stores,
            sandbox,
        })
    }

    /// The store of an order, by its place in the run, with the places of the orders that are
    /// charged at the same time.
    pub(super) fn store_of(&self, index: u32) -> &(TestStore, Semaphore) {
        &self.test_stores[&self.stores.of_order(index, self.orders)]
    }

    /// Whether the order is one of those that wait for their place.
    pub(super) fn is_saturated(&self, index: u32) -> bool {
        is_saturated(self.stores, index, self.orders)
    }

    /// All stores.
    pub(super) fn stores(&self) -> impl Iterator<Item = &TestStore> {
        self.test_stores.values().map(|(store, _)| store)
    }

    /// The store of this number.
    pub(super) fn store(&self, number: u32) -> TestStore {
        find(&self.sandbox, &hash(number))
    }
}

/// How long callers wait for their answers. A fleet that does wrong may never have any.
fn patience(args: &Args) -> Duration {
    Duration::from_secs(match args.wrong {
        Some(WrongVariant::OutsideLimit) => 30,
        Some(_) => 40,
        None => 300 + u64::from(args.payments) / 8,
    })
}

fn is_saturated(stores: Stores, index: u32, orders: u32) -> bool {
    stores.of_order(index, orders) == SATURATED
}

/// Makes the journal's tables, and takes away what is to be missing.
async fn prepare(database: &FleetDatabase, args: &Args) -> Result<(), ProofError> {
    let journal = rules::journal(&database.direct_url(), false, rules::limit(args));
    let journal = journal.database_timeout(UNTIL_PREPARED).open().await?;
    journal.shut_down(Duration::from_secs(1)).await;
    if args.wrong == Some(WrongVariant::NoUniqueConstraint) {
        let drop = format!("DROP INDEX {JOURNAL}_one_open_attempt");
        database.run_sql(drop).await?;
    }
    Ok(())
}
