//! The journal against the sandbox, over real sockets, on both engines.

mod answers;
mod checkout;
mod database;
mod disk;
mod late_receipts;
mod locks;
mod operators;
mod orders;
mod plans;
mod process;
mod processes;
mod rate_limit;
mod recovery;
mod restored;
mod secrets;
mod setups;
mod split;
mod tls;
mod undecided;
mod versions;

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bigcommerce_payments::{Card, OrderId, Payment, Payments, PaymentsBuilder, Timeouts};
use bigcommerce_payments_journal::{
    Accounts, Attempt, AttemptState, ChargeError, Engine, IdempotencyKey, Journal, JournalBuilder,
    JournaledCharge, JournaledStore, MigrationScript, migration_scripts,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, RecordedRequest, Sandbox};
use bigcommerce_test_postgres::PostgresServer;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use tempfile::TempDir;

/// The server of all these tests; it goes away with the process.
static POSTGRES: LazyLock<Option<PostgresServer>> =
    LazyLock::new(|| PostgresServer::start().unwrap());

/// How long a test waits for what has to come, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// Makes the names of journals, which share one database on the server.
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// A test store without protection of its own, and a database.
struct Bench {
    sandbox: Sandbox,
    url: String,
    name: String,
    folder: Option<TempDir>,
}

impl Bench {
    /// One for each engine that is there: where PostgreSQL is not installed, it says so.
    async fn on_each_engine() -> Vec<Self> {
        let mut benches = vec![Self::on_sqlite().await];
        match &*POSTGRES {
            Some(server) => benches.push(Self::at(server.url(), None).await),
            None => eprintln!("PostgreSQL is not installed: tested on SQLite only"),
        }
        benches
    }

    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/journal.db", folder.path().display());
        Self::at(url, Some(folder)).await
    }

    async fn at(url: String, folder: Option<TempDir>) -> Self {
        let sandbox = Sandbox::builder()
            .rate_limit(None)
            .pays_orders_again(true)
            .start()
            .await
            .unwrap();
        let name = format!("journal_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        eprintln!("{name} in {url}");
        Self {
            sandbox,
            url,
            name,
            folder,
        }
    }

    /// The same store, whose tokens work for a few seconds only.
    async fn with_short_tokens() -> Vec<Self> {
        let mut benches = Self::on_each_engine().await;
        for bench in &mut benches {
            bench.sandbox = Sandbox::builder()
                .rate_limit(None)
                .pays_orders_again(true)
                .token_lifetime(Duration::from_secs(6))
                .start()
                .await
                .unwrap();
        }
        benches
    }

    /// With time for what a busy machine does slowly.
    fn builder(&self) -> JournalBuilder {
        Journal::builder(&self.url)
            .name(&self.name)
            .connections(4)
            .database_timeout(Duration::from_secs(60))
            .send_within(Duration::from_secs(30))
            .without_rate_limit()
    }

    /// Leases and pauses about as short as the tokens.
    fn quick(&self) -> JournalBuilder {
        self.builder()
            .leases(Duration::from_secs(8), Duration::from_secs(4))
            .send_within(Duration::from_secs(4))
            .settle(Duration::from_secs(1))
            .token_lifetime(Duration::from_secs(6))
            .look_up_pauses(Duration::from_millis(50), Duration::from_millis(200))
            .recovery_interval(Duration::from_millis(50))
    }

    async fn journal(&self) -> Journal {
        self.builder().open().await.unwrap()
    }

    /// The sandbox's store behind a journal of its own, as another process has it.
    async fn store(&self) -> JournaledStore {
        self.store_of(&self.journal().await)
    }

    fn store_of(&self, journal: &Journal) -> JournaledStore {
        let (hash, token) = (self.sandbox.store_hash(), self.sandbox.access_token());
        journal.store(self.payments().store(hash, token).unwrap())
    }

    /// The way to the account token of the sandbox's store.
    fn accounts(&self) -> impl Accounts + use<> {
        let payments = self.payments();
        let token = self.sandbox.access_token().to_owned();
        move |hash: &str| payments.account(hash, token.clone()).ok()
    }

    /// The facade's client, which sends each request once.
    fn payments(&self) -> Payments {
        self.payments_builder().build().unwrap()
    }

    /// The same, which waits for the answer of a charge for a moment only.
    fn impatient_payments(&self) -> Payments {
        let mut timeouts = timeouts();
        timeouts.payment = Duration::from_secs(6);
        let builder = self.payments_builder().timeouts(timeouts);
        builder.build().unwrap()
    }

    fn payments_builder(&self) -> PaymentsBuilder {
        Payments::builder()
            .without_rate_limit()
            .attempts(1)
            .timeouts(timeouts())
            .api_url(self.sandbox.api_url())
            .payments_url(self.sandbox.payments_url())
    }

    fn order(&self) -> OrderId {
        let id = self.sandbox.store().create_order("60.98").unwrap();
        OrderId::new(u32::try_from(id).unwrap()).unwrap()
    }

    /// Runs SQL as an operator does, beside the journal, and gives the first column of its rows.
    /// `{journal}` is the journal's name.
    async fn run_sql(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.replace("{journal}", &self.name));
        if self.folder.is_some() {
            let url = format!("{}?mode=rwc", self.url);
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            let rows = connection.fetch_all(sqlx::raw_sql(sql)).await.unwrap();
            connection.close().await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let rows = connection.fetch_all(sqlx::raw_sql(sql)).await.unwrap();
            connection.close().await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    }

    /// The scripts that an operator runs by hand.
    fn migrations(&self) -> Vec<MigrationScript> {
        let engine = match self.folder {
            Some(_) => Engine::Sqlite,
            None => Engine::Postgres,
        };
        migration_scripts(engine, &self.name).unwrap()
    }

    async fn inject(&self, endpoint: Endpoint, fault: Fault) {
        let rule = FaultRule::new(fault).endpoint(endpoint);
        self.sandbox.inject(rule).await.unwrap();
    }

    fn captures(&self, order: OrderId) -> usize {
        self.sandbox.store().captures(order.get().into()).len()
    }

    async fn until_captured(&self, order: OrderId) {
        let is_captured = async || self.captures(order) > 0;
        until_so(&format!("order {order} is not charged"), is_captured).await;
    }

    fn requests(&self, endpoint: Endpoint) -> Vec<RecordedRequest> {
        let mut requests = self.sandbox.requests();
        requests.retain(|request| request.endpoint == Some(endpoint));
        requests
    }
}

/// The defaults, with time for what a busy machine does slowly.
fn timeouts() -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.token = Duration::from_secs(60);
    timeouts.read = Duration::from_secs(60);
    timeouts
}

/// Begins a charge, which goes on meanwhile.
fn begin_charge(
    store: &JournaledStore,
    name: &str,
    order: OrderId,
    payment: &Payment,
) -> tokio::task::JoinHandle<Result<JournaledCharge, ChargeError>> {
    let (store, key, payment) = (store.clone(), key(name), payment.clone());
    tokio::spawn(async move { store.charge(&key, order, &payment).await })
}

/// A charge whose answer is lost, by a process that waits a moment for it.
async fn lose_the_answer(bench: &Bench, store: &JournaledStore, fault: Fault) -> Attempt {
    bench.inject(Endpoint::ProcessPayment, fault).await;
    let order = bench.order();
    let answer = store.charge(&key("one"), order, &payment()).await;
    bench.sandbox.clear_faults().await.unwrap();
    match answer {
        Err(ChargeError::OutcomeUnknown(attempt)) => *attempt,
        answer => panic!("{answer:?}"),
    }
}

/// Waits until the attempt of the key `one` is as wanted.
async fn until(store: &JournaledStore, wanted: impl Fn(&Attempt) -> bool) -> Attempt {
    until_of(store, &key("one"), wanted).await
}

/// Waits until the attempt of the key is as wanted.
async fn until_of(
    store: &JournaledStore,
    key: &IdempotencyKey,
    wanted: impl Fn(&Attempt) -> bool,
) -> Attempt {
    let began = Instant::now();
    loop {
        let attempt = store.attempt(key).await.unwrap();
        match attempt {
            Some(attempt) if wanted(&attempt) => return attempt,
            attempt => assert!(began.elapsed() < PATIENCE, "{key:?}: {attempt:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks again until it is so.
async fn until_so(otherwise: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < PATIENCE, "{otherwise}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the charge of the key `one` may have left.
async fn until_sending(store: &JournaledStore) {
    until(store, |it| it.state == AttemptState::Sending).await;
}

fn order_of(attempt: &Attempt) -> OrderId {
    attempt.order_id.try_into().unwrap()
}

fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey::new(key).unwrap()
}

const NUMBER_OF_CARD: &str = "4242424242424242";

/// A card whose payment the test store's gateway still decides.
const PENDING_CARD: &str = "4000000000003220";

fn card() -> Card {
    Card::new("Jane Doe", NUMBER_OF_CARD, 12, 2039).verification_value("422")
}

fn payment() -> Payment {
    Payment::new(card(), "stripe.card").unwrap()
}

/// A card that the test store's gateway declines.
fn declined() -> Payment {
    payment_with("4000000000000002")
}

fn pending() -> Payment {
    payment_with(PENDING_CARD)
}

fn payment_with(number: &str) -> Payment {
    let card = Card::new("Jane Doe", number, 12, 2039);
    Payment::new(card, "stripe.card").unwrap()
}
