//! Others hold the locks of the database: nobody waits for them without end.

use std::{fmt::Write as _, time::Duration};

use bigcommerce_test_postgres::PostgresServer;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tokio::time::timeout;

use super::{
    Bench, PATIENCE, POSTGRES, begin_charge, key, payment,
    process::{signal, until_stopped, until_waiting},
    until_so,
};

async fn on_postgres() -> Option<(Bench, &'static PostgresServer)> {
    let Some(server) = &*POSTGRES else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return None;
    };
    Some((Bench::at(server.url(), None).await, server))
}

/// A session of somebody else, which holds what it has locked until it is dropped.
async fn holding(bench: &Bench, lock: &str) -> PgConnection {
    let lock = lock.replace("{journal}", &bench.name);
    let mut session = PgConnection::connect(&bench.url).await.unwrap();
    session.execute("BEGIN").await.unwrap();
    let lock = sqlx::raw_sql(AssertSqlSafe(lock));
    session.execute(lock).await.unwrap();
    session
}

const PLACES: &str = "SELECT * FROM {journal}_limits FOR UPDATE";

/// Waits until some session that works on the journal is as wanted.
async fn until_session(server: &PostgresServer, bench: &Bench, wanted: &str) {
    let mut ask = String::from("SELECT COUNT(*) FROM pg_stat_activity WHERE ");
    write!(ask, "query LIKE '%{}_limits%' AND {wanted}", bench.name).unwrap();
    ask.push_str(" AND pid <> pg_backend_pid()");
    let is_there = async || server.psql(&ask).unwrap() != "0";
    until_so("no session is as wanted", is_there).await;
}

/// It holds the row of the store's limit, which every charge of the store needs.
#[tokio::test]
async fn a_process_that_stops_in_the_middle_of_a_transaction_stops_no_store() {
    let Some((bench, server)) = on_postgres().await else {
        return;
    };
    let builder = bench.builder().rate_limit(50, Duration::from_secs(4));
    let builder = builder.database_timeout(Duration::from_secs(3));
    let store = bench.store_of(&builder.open().await.unwrap());
    let zero = store.charge(&key("zero"), bench.order(), &payment()).await;
    zero.unwrap();
    let charge = json!({
        "key": "one", "orders": [bench.order().get()], "limited": true, "bound_ms": 10_000,
    });
    let mut process = until_waiting(bench.process_that("token made", &charge)).await;
    let held = holding(&bench, PLACES).await;
    drop(process.stdin.take());
    until_session(server, &bench, "wait_event_type = 'Lock'").await;
    signal(process.id(), "STOP");
    until_stopped(&process).await;
    drop(held);
    until_session(server, &bench, "state = 'idle in transaction'").await;

    let order = bench.order();
    let charged = async {
        while let Err(error) = store.charge(&key("two"), order, &payment()).await {
            eprintln!("{error}");
        }
    };
    timeout(PATIENCE, charged).await.unwrap();
    assert_eq!(bench.captures(order), 1);
    process.kill().unwrap();
    process.wait().unwrap();
}

#[tokio::test]
async fn a_journal_is_shut_down_while_its_connections_wait() {
    let Some((bench, server)) = on_postgres().await else {
        return;
    };
    let builder = bench.builder().rate_limit(50, Duration::from_secs(4));
    // So long the connection waits.
    let builder = builder.database_timeout(PATIENCE);
    let journal = builder.open().await.unwrap();
    let store = bench.store_of(&journal);
    let zero = store.charge(&key("zero"), bench.order(), &payment()).await;
    zero.unwrap();
    let _held = holding(&bench, PLACES).await;
    let _running = begin_charge(&store, "one", bench.order(), &payment());
    until_session(server, &bench, "wait_event_type = 'Lock'").await;

    let ended = journal.shut_down(Duration::from_secs(4));
    let all_finished = timeout(PATIENCE / 2, ended).await.unwrap();

    assert!(!all_finished, "one waits for its place");
}

#[tokio::test]
async fn a_journal_is_opened_while_another_process_changes_the_schema() {
    let Some((bench, _)) = on_postgres().await else {
        return;
    };
    drop(bench.journal().await);
    let lock = "SELECT pg_advisory_xact_lock(hashtext('{journal}'))";
    let _held = holding(&bench, lock).await;

    let opened = timeout(PATIENCE, bench.builder().open()).await;
    drop(opened.unwrap().unwrap());
}

/// Whoever looks for what is old holds nobody up: it needs no lock while there is none.
#[tokio::test]
async fn nothing_is_locked_where_nothing_is_pruned() {
    let bench = Bench::on_sqlite().await;
    let builder = bench.builder().database_timeout(Duration::from_secs(2));
    let journal = builder.open().await.unwrap();
    let store = bench.store_of(&journal);
    let one = store.charge(&key("one"), bench.order(), &payment()).await;
    one.unwrap();
    let mut held = SqliteConnection::connect(&bench.url).await.unwrap();
    held.execute("BEGIN IMMEDIATE").await.unwrap();

    let a_month = Duration::from_secs(30 * 24 * 3600);
    assert_eq!(journal.prune(a_month).await.unwrap(), 0);
}
