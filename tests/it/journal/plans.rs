//! The indexes hold what is open: finished attempts, however many, are not read.

use std::time::Duration;

use bigcommerce_payments_journal::ChargeError;
use bigcommerce_sandbox::{Endpoint, Fault, When};
use bigcommerce_test_postgres::PostgresServer;

use super::{Bench, POSTGRES, key, payment};

const FINISHED: u64 = 100_000;

/// Fills the journal with finished attempts, each of another order.
fn fill(server: &PostgresServer, name: &str) {
    server
        .psql(&format!(
            "INSERT INTO {name}_attempts (attempt_id, store_hash, order_id, idempotency_key, \
             payment_method_id, instrument_type, correlation_id, further_tender, state, epoch, \
             owner, lease_until, looks, created_at, sending_at, finished_at, outcome) \
             SELECT 'attempt ' || n, 'teststore1', 1000000 + n, 'key ' || n, 'stripe.card', \
             'card', 'call ' || n, 0, CASE n % 4 WHEN 0 THEN 'declined' ELSE 'charged' END, 1, \
             'a test', 0, 0, n, n, extract(epoch FROM now()) * 1000, '{{}}' \
             FROM generate_series(1, {FINISHED}) AS n; \
             INSERT INTO {name}_keys (store_hash, idempotency_key, order_id, payment_method_id, \
             instrument_type, attempt_id, created_at) \
             SELECT store_hash, idempotency_key, order_id, payment_method_id, instrument_type, \
             attempt_id, created_at FROM {name}_attempts; \
             ANALYZE {name}_attempts; ANALYZE {name}_keys"
        ))
        .unwrap();
}

/// How many rows were read one after the other, and how many by an index, since the journal was
/// made.
fn rows_read(server: &PostgresServer, name: &str) -> [u64; 2] {
    let read = |column: &str| {
        let sum = format!(
            "SELECT COALESCE(SUM({column}), 0) FROM pg_stat_user_tables \
             WHERE relname IN ('{name}_attempts', '{name}_keys')"
        );
        server.psql(&sum).unwrap().parse().unwrap()
    };
    [read("seq_tup_read"), read("idx_tup_fetch")]
}

/// Everything that a journal does: a charge, the same again, another key, recovery of a charge
/// whose answer was lost, and a look for what is old. Gives how many rows were read one after the other.
async fn use_it(bench: &Bench, server: &PostgresServer, round: u32) -> u64 {
    let key = |name: &str| key(&format!("{name} {round}").replace(' ', "-"));
    let before = rows_read(server, &bench.name);
    let journal = bench
        .builder()
        .look_up_pauses(Duration::from_millis(20), Duration::from_millis(50))
        .recovery_interval(Duration::from_millis(20))
        .open()
        .await
        .unwrap();
    let store = bench.store_of(&journal);
    let worker = journal.recover(bench.accounts());
    let (paid, lost) = (bench.order(), bench.order());
    for _ in 0..2 {
        store.charge(&key("one"), paid, &payment()).await.unwrap();
    }
    let other = store.charge(&key("two"), paid, &payment()).await;
    assert!(
        matches!(other, Err(ChargeError::AlreadyPaid(_))),
        "{other:?}"
    );
    let reset = Fault::reset(When::After);
    bench.inject(Endpoint::ProcessPayment, reset).await;
    let unknown = store.charge(&key("three"), lost, &payment()).await;
    assert!(
        matches!(unknown, Err(ChargeError::OutcomeUnknown(_))),
        "{unknown:?}"
    );
    bench.sandbox.clear_faults().await.unwrap();
    let found = store.wait(&key("three"), Duration::from_secs(60)).await;
    found.unwrap().unwrap();
    drop(worker);
    let a_month = Duration::from_secs(30 * 24 * 3600);
    assert_eq!(journal.prune(a_month).await.unwrap(), 0);
    // What the server counts is told when the connections end, one after the other.
    journal.shut_down(Duration::from_secs(60)).await;
    let (mut earlier, mut read) = (before, rows_read(server, &bench.name));
    while read == before || read != earlier {
        tokio::time::sleep(Duration::from_secs(1)).await;
        (earlier, read) = (read, rows_read(server, &bench.name));
    }
    read[0] - before[0]
}

#[tokio::test]
async fn finished_attempts_are_not_read() {
    let Some(server) = &*POSTGRES else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return;
    };
    let bench = Bench::at(server.url(), None).await;
    drop(bench.journal().await);
    fill(server, &bench.name);

    let read = use_it(&bench, server, 1).await;
    assert!(read < FINISHED, "{read} rows were read one after the other");

    // Without an index it is seen.
    for index in ["due", "charged", "one_open_attempt"] {
        let name = &bench.name;
        server.psql(&format!("DROP INDEX {name}_{index}")).unwrap();
    }
    assert!(use_it(&bench, server, 2).await >= FINISHED);
}
