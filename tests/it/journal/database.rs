//! Trouble with the database: before the charge nothing is sent, after it nothing is lost.

use std::{
    fs,
    time::{Duration, Instant},
};

use bigcommerce_payments_journal::{
    AttemptState, ChargeError, DatabaseErrorKind, Evidence, Journal, JournaledStore,
};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use bigcommerce_test_postgres::PostgresServer;
use sqlx::{Connection, Executor, SqliteConnection};

use super::{Bench, PATIENCE, begin_charge, declined, key, payment};

/// A database that a test can take away and give back.
enum Outage {
    /// Another process holds the file's lock.
    Lock {
        file: String,
        held: Option<SqliteConnection>,
    },
    /// The server is stopped as if its machine had lost power.
    Stop(PostgresServer),
}

impl Outage {
    async fn on_each_engine() -> Vec<(Bench, Self)> {
        let bench = Bench::on_sqlite().await;
        let file = bench.url.clone();
        let mut outages = vec![(bench, Self::Lock { file, held: None })];
        match PostgresServer::start().unwrap() {
            Some(server) => {
                let bench = Bench::at(server.url(), None).await;
                outages.push((bench, Self::Stop(server)));
            }
            None => eprintln!("PostgreSQL is not installed: tested on SQLite only"),
        }
        outages
    }

    async fn begin(&mut self) {
        match self {
            Self::Lock { file, held } => {
                let mut connection = SqliteConnection::connect(file).await.unwrap();
                connection.execute("BEGIN EXCLUSIVE").await.unwrap();
                *held = Some(connection);
            }
            Self::Stop(server) => server.stop_immediately().unwrap(),
        }
    }

    async fn end(&mut self) {
        match self {
            Self::Lock { held, .. } => held.take().unwrap().close().await.unwrap(),
            Self::Stop(server) => server.restart().unwrap(),
        }
    }
}

fn impatient(bench: &Bench) -> bigcommerce_payments_journal::JournalBuilder {
    bench.builder().database_timeout(Duration::from_secs(5))
}

#[tokio::test]
async fn without_a_database_nothing_is_sent() {
    for (bench, mut outage) in Outage::on_each_engine().await {
        let store = bench.store_of(&impatient(&bench).open().await.unwrap());
        let order = bench.order();
        outage.begin().await;

        let answer = store.charge(&key("one"), order, &payment()).await;

        let Err(ChargeError::Database(error)) = answer else {
            panic!("{answer:?}");
        };
        let expected = [
            DatabaseErrorKind::Locked,
            DatabaseErrorKind::TooSlow,
            DatabaseErrorKind::Unreachable,
        ];
        assert!(expected.contains(&error.kind()), "{error:?}");
        assert!(bench.sandbox.requests().is_empty());
        outage.end().await;
        store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

/// The database goes away after the claim: the fence cannot be asked.
#[tokio::test]
async fn without_a_database_a_claimed_charge_is_not_sent() {
    for (bench, mut outage) in Outage::on_each_engine().await {
        let store = bench.store_of(&impatient(&bench).open().await.unwrap());
        let order = bench.order();
        bench
            .inject(
                Endpoint::CreateAccessToken,
                Fault::delay(5000, When::Before),
            )
            .await;
        let running = begin_charge(&store, "one", order, &payment());
        until(&store, AttemptState::Claimed).await;
        outage.begin().await;

        let answer = running.await.unwrap();

        assert!(matches!(answer, Err(ChargeError::Refused(_))), "{answer:?}");
        assert!(bench.requests(Endpoint::ProcessPayment).is_empty());
        outage.end().await;
        until(&store, AttemptState::NotSent).await;
        assert_eq!(bench.captures(order), 0);
    }
}

/// Nor is it said that its key charged nothing, once another process may have taken it over.
#[tokio::test]
async fn without_a_database_beyond_its_lease_a_charge_leaves_its_key_open() {
    for (bench, mut outage) in Outage::on_each_engine().await {
        let lease = Duration::from_secs(1);
        let journal = impatient(&bench).leases(lease, lease).open().await.unwrap();
        let store = bench.store_of(&journal);
        let order = bench.order();
        let slow = Fault::delay(5000, When::Before);
        bench.inject(Endpoint::CreateAccessToken, slow).await;
        let running = begin_charge(&store, "one", order, &payment());
        until(&store, AttemptState::Claimed).await;
        outage.begin().await;

        let answer = running.await.unwrap();

        assert!(
            matches!(answer, Err(ChargeError::LeaseLost { .. })),
            "{answer:?}"
        );
        assert!(bench.requests(Endpoint::ProcessPayment).is_empty());
        outage.end().await;
        until(&store, AttemptState::NotSent).await;
    }
}

/// Once it may be sent, the lease is that of its answer, which may be over before the claim's.
#[tokio::test]
async fn without_a_database_beyond_the_lease_of_its_answer_a_decline_leaves_its_key_open() {
    for (bench, mut outage) in Outage::on_each_engine().await {
        let journal = impatient(&bench)
            .leases(Duration::from_secs(150), Duration::from_secs(1))
            .send_within(Duration::from_secs(4));
        let store = bench.store_of(&journal.open().await.unwrap());
        let order = bench.order();
        let slow = Fault::delay(6000, When::After);
        bench.inject(Endpoint::ProcessPayment, slow).await;
        let running = begin_charge(&store, "one", order, &declined());
        until(&store, AttemptState::Sending).await;
        outage.begin().await;

        let answer = running.await.unwrap();

        assert!(
            matches!(answer, Err(ChargeError::LeaseLost { .. })),
            "{answer:?}"
        );
        outage.end().await;
        until(&store, AttemptState::Declined).await;
    }
}

/// The database goes away while the charge is on its way: the caller gets the receipt, and so
/// does the journal, later.
#[tokio::test]
async fn a_receipt_outlives_the_database() {
    for (bench, mut outage) in Outage::on_each_engine().await {
        let store = bench.store_of(&impatient(&bench).open().await.unwrap());
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(5000, When::Before))
            .await;
        let running = begin_charge(&store, "one", order, &payment());
        until(&store, AttemptState::Sending).await;
        outage.begin().await;

        let charge = running.await.unwrap().unwrap();
        assert_eq!(charge.evidence, Evidence::Receipt);
        outage.end().await;
        until(&store, AttemptState::Charged).await;
        let again = store.charge(&key("one"), order, &payment()).await.unwrap();

        assert_eq!(again, charge);
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite://{}/{name}", folder.path().display());
    fs::write(folder.path().join("text.db"), "no database".repeat(1000)).unwrap();
    drop(Journal::open(&file("good.db")).await.unwrap());
    let table = [
        (file("text.db"), DatabaseErrorKind::NotADatabase),
        (file("good.db?mode=ro"), DatabaseErrorKind::ReadOnly),
        (file("no/such/folder.db"), DatabaseErrorKind::Unreachable),
        ("sqlite::memory:".to_owned(), DatabaseErrorKind::Settings),
        ("mysql://localhost".to_owned(), DatabaseErrorKind::Settings),
        (
            "postgres://u:hunter2@127.0.0.1:1/x".to_owned(),
            DatabaseErrorKind::Unreachable,
        ),
    ];
    for (url, expected) in table {
        let journal = Journal::builder(&url).database_timeout(Duration::from_secs(30));
        let error = journal.open().await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(error.kind(), expected, "{url}: {text}");
    }
}

#[tokio::test]
async fn a_server_that_may_lose_commits_is_refused() {
    let Some(mut server) = PostgresServer::start().unwrap() else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return;
    };
    for setting in ["fsync", "full_page_writes"] {
        server
            .psql(&format!("ALTER SYSTEM SET {setting} = off"))
            .unwrap();
        server.restart().unwrap();
        let error = Journal::open(&server.url()).await.unwrap_err();
        assert_eq!(error.kind(), DatabaseErrorKind::Settings, "{error}");
        assert!(error.to_string().contains(setting), "{error}");
        server
            .psql(&format!("ALTER SYSTEM RESET {setting}"))
            .unwrap();
    }
    server.restart().unwrap();

    // What a role sets for itself does not count: each commit is on the disk once confirmed.
    server
        .psql("ALTER SYSTEM SET wal_writer_delay = 10000")
        .unwrap();
    server
        .psql("ALTER ROLE postgres SET synchronous_commit = off")
        .unwrap();
    server.restart().unwrap();
    let bench = Bench::at(server.url(), None).await;
    let order = bench.order();
    let store = bench.store().await;
    let charge = store.charge(&key("one"), order, &payment()).await.unwrap();
    server.stop_immediately().unwrap();
    server.restart().unwrap();
    let again = bench
        .store()
        .await
        .charge(&key("one"), order, &payment())
        .await;
    assert_eq!(again.unwrap(), charge);
}

/// Each connection is asked, not the first alone.
#[tokio::test]
async fn a_server_that_comes_back_and_may_lose_commits_gets_none() {
    let Some(mut server) = PostgresServer::start().unwrap() else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return;
    };
    let bench = Bench::at(server.url(), None).await;
    let journal = bench.builder().database_timeout(Duration::from_secs(5));
    let store = bench.store_of(&journal.open().await.unwrap());
    server.psql("ALTER SYSTEM SET fsync = off").unwrap();
    server.restart().unwrap();
    let order = bench.order();

    let answer = store.charge(&key("one"), order, &payment()).await;

    assert!(
        matches!(answer, Err(ChargeError::Database(_))),
        "{answer:?}"
    );
    assert!(bench.sandbox.requests().is_empty());
}

/// Waits until the attempt of the key `one` is there, while the database may still be away.
async fn until(store: &JournaledStore, state: AttemptState) {
    let began = Instant::now();
    loop {
        let attempt = store.attempt(&key("one")).await;
        match attempt {
            Ok(Some(attempt)) if attempt.state == state => return,
            attempt => assert!(began.elapsed() < PATIENCE, "{attempt:?}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
