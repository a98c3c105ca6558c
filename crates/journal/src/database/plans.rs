//! With a hundred thousand finished attempts, every statement of a charge and of its recovery finds
//! its rows by an index: finished attempts, however many, are not read.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Executor as _, Row as _};
use tempfile::TempDir;

use crate::{
    attempt_state::AttemptState,
    database::{
        Claim, Database, DatabaseSettings, FinishedAs, NewAttempt, Permission, Sending,
        SendingPlace, Written, dialect::RENDERED,
    },
    rules::WindowLimit,
};

/// A hundred thousand attempts that were finished long ago, each of another order.
const FILL: &str = "WITH RECURSIVE numbers (n) AS \
     (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000) \
     INSERT INTO plans_attempts (attempt_id, store_hash, order_id, idempotency_key, \
     payment_method_id, instrument_type, correlation_id, further_tender, state, epoch, owner, \
     lease_until, looks, created_at, sending_at, finished_at, outcome) \
     SELECT 'attempt ' || n, 'store', 1000000 + n, 'key ' || n, 'stripe.card', 'card', \
     'call ' || n, 0, CASE n % 4 WHEN 0 THEN 'declined' WHEN 1 THEN 'released' ELSE 'charged' END, \
     1, 'a test', 0, 0, n, n, n, '{}' FROM numbers; \
     INSERT INTO plans_keys (store_hash, idempotency_key, order_id, payment_method_id, \
     instrument_type, attempt_id, created_at) \
     SELECT store_hash, idempotency_key, order_id, payment_method_id, instrument_type, \
     attempt_id, created_at FROM plans_attempts; ANALYZE";

/// The indexes that hold nothing of an attempt that was finished and looked up again.
const SMALL_INDEXES: [&str; 3] = ["due", "one_open_attempt", "attention"];

#[tokio::test]
async fn with_many_finished_attempts_all_rows_are_found_by_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder).await;
    database.pool.execute(FILL).await.unwrap();
    RENDERED.lock().unwrap().clear();

    charge_and_recover(&database).await;

    let mut statements = RENDERED.lock().unwrap().clone();
    // Other tests render theirs.
    statements.retain(|it| it.contains("plans_"));
    assert!(statements.len() > 10, "{statements:?}");
    for statement in &statements {
        let plan = plan(&database, statement).await;
        assert!(!is_scan(&plan), "{statement}\n{plan:?}");
    }
    // Without an index it is seen.
    let drop_indexes = "DROP INDEX plans_due; DROP INDEX plans_released";
    database.pool.execute(drop_indexes).await.unwrap();
    let mut scans = 0;
    for statement in &statements {
        scans += u32::from(is_scan(&plan(&database, statement).await));
    }
    assert!(scans >= 2, "{scans}");
}

#[test]
fn a_walk_through_an_index_of_finished_attempts_is_a_scan() {
    let scans = |step: &str| is_scan(&[format!("SCAN plans_attempts{step}")]);
    assert!(scans(""));
    for many in ["charged", "released"] {
        assert!(scans(&format!(" USING INDEX plans_{many}")), "{many}");
    }
    for small in SMALL_INDEXES {
        let covering = format!(" USING COVERING INDEX plans_{small}");
        assert!(!scans(&covering), "{small}");
    }
}

async fn open(folder: &TempDir) -> Database {
    let settings = DatabaseSettings {
        url: format!("sqlite://{}/journal.db", folder.path().display()),
        name: "plans".to_owned(),
        connections: 1,
        bound: Duration::from_mins(1),
        pooler: false,
        migrate: true,
    };
    Database::open(settings).await.unwrap()
}

/// Every statement of a charge, of what a second caller asks, and of recovery.
async fn charge_and_recover(database: &Database) {
    let new = NewAttempt {
        attempt_id: "new".to_owned(),
        store_hash: "store".to_owned(),
        order_id: 7,
        idempotency_key: "key".to_owned(),
        payment_method_id: "stripe.card".to_owned(),
        instrument_type: "card".to_owned(),
        correlation_id: "call".to_owned(),
        further_tender: false,
        owner: "a process".to_owned(),
        lease_ms: 0,
        began_at: Instant::now(),
    };
    let claimed = database.claim(&new).await.unwrap();
    assert!(matches!(claimed, Claim::Claimed { .. }), "{claimed:?}");
    let second = NewAttempt {
        attempt_id: "second".to_owned(),
        idempotency_key: "second".to_owned(),
        ..new.clone()
    };
    let taken = database.claim(&second).await.unwrap();
    assert!(matches!(taken, Claim::OrderTaken(_)), "{taken:?}");
    let asked = database.attempt_of_key("store", "key").await.unwrap();
    assert!(asked.is_some());
    let sending = Sending {
        attempt_id: new.attempt_id.clone(),
        epoch: 1,
        token_lifetime_ms: 1000,
        send_within_ms: 1000,
        lease_ms: 0,
        place: Some(SendingPlace {
            store_hash: new.store_hash.clone(),
            limit: WindowLimit {
                requests: 50,
                window_ms: 4000,
            },
            longest_wait: Duration::from_secs(1),
        }),
    };
    let permission = database.permit_sending(&sending).await.unwrap();
    assert_eq!(permission, Permission::Fenced, "its lease is over");
    let row = database.take_over("another", 0).await.unwrap().unwrap();
    assert_eq!(row.attempt_id, new.attempt_id);
    database.others_of_order("store", 7, "new").await.unwrap();
    database.look_at_released("store", 7).await.unwrap();
    let unknown = FinishedAs {
        state: AttemptState::Unknown,
        outcome: "{}".to_owned(),
        due_in_ms: Some(0),
        looks: 1,
        attention: None,
    };
    let looked = database.look_again(&row, &unknown).await.unwrap();
    assert_eq!(looked, Written::Yes);
    let charged = FinishedAs {
        state: AttemptState::Charged,
        due_in_ms: None,
        ..unknown
    };
    let written = database.finish("new", row.epoch, &charged).await.unwrap();
    assert_eq!(written, Written::Yes);
}

/// How SQLite finds the rows of a statement.
async fn plan(database: &Database, statement: &str) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let rows = database
        .pool
        .fetch_all(sqlx::raw_sql(explain))
        .await
        .unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

/// Whether it reads attempts or keys one after the other.
fn is_scan(plan: &[String]) -> bool {
    let of_many = |step: &&String| step.contains("plans_attempts") || step.contains("plans_keys");
    let is_small = |step: &String| {
        let mut small = SMALL_INDEXES.iter();
        small.any(|index| step.ends_with(&format!("INDEX plans_{index}")))
    };
    let is_scan = |step: &String| step.starts_with("SCAN") && !is_small(step);
    plan.iter().filter(of_many).any(is_scan)
}
