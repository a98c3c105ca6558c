//! Two versions at once, during a deploy.

use bigcommerce_payments_journal::{AttemptState, DatabaseErrorKind};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;

use super::{
    Bench, key, payment,
    process::{key_of, until_ended, until_settled, until_waiting},
};

/// What the migration of a newer version does, which serves older ones from `oldest` on.
fn newer(version: u32, oldest: u32) -> String {
    format!(
        "ALTER TABLE {{journal}}_attempts ADD COLUMN added_by_{version} TEXT;
         CREATE INDEX {{journal}}_added_{version} ON {{journal}}_attempts (added_by_{version})
             WHERE added_by_{version} IS NOT NULL;
         UPDATE {{journal}}_schema SET version = {version}, oldest_served = {oldest}"
    )
}

/// This version's processes go on, start and recover beside a newer one, as long as the schema
/// serves them; then they charge nothing any more.
#[tokio::test]
async fn processes_of_an_older_version_go_on_until_the_schema_serves_them_no_more() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let steps = ["claiming", "claimed", "token made", "sending", "answered"];
        for (version, step) in (90..).zip(steps) {
            let order = bench.order();
            let charge = json!({
                "key": key_of(step).as_str(), "orders": [order.get()], "waited_for": true,
            });
            let process = bench.process_that(step, &charge);
            let mut process = until_waiting(process).await;
            bench.run_sql(&newer(version, 1)).await;
            drop(process.stdin.take());
            let told = until_ended(process).await;
            assert!(told.contains("the answer is Ok"), "{step}: {told}");
            assert_eq!(bench.captures(order), 1);
        }
        // Of two that end, the other's attempt is settled.
        let (order, one) = (bench.order(), key_of("no step"));
        bench
            .inject(Endpoint::ProcessPayment, Fault::Hang { when: When::After })
            .await;
        let mut process = bench.process(order, "no step");
        bench.until_captured(order).await;
        process.kill().unwrap();
        until_ended(process).await;
        bench.sandbox.clear_faults().await.unwrap();
        let worker = journal.recover(bench.accounts());
        assert_eq!(until_settled(&store, &one).await, AttemptState::Charged);
        drop(worker);

        // A process that runs is refused, too: the schema changes before its claim.
        let order = bench.order();
        let charge = json!({"key": "late", "orders": [order.get()]});
        let process = bench.process_that("claiming", &charge);
        let mut process = until_waiting(process).await;
        bench.run_sql(&newer(200, 200)).await;
        bench.sandbox.clear_requests();
        drop(process.stdin.take());
        let told = until_ended(process).await;
        assert!(told.contains("update the service"), "{told}");
        assert!(bench.sandbox.requests().is_empty());
        let opened = bench.builder().open().await.unwrap_err();
        assert_eq!(opened.kind(), DatabaseErrorKind::Schema, "{opened}");
        // What it knows it still tells.
        let attempt = store.attempt(&one).await.unwrap();
        assert!(attempt.is_some());
        assert!(store.charge(&key("new"), order, &payment()).await.is_err());
        assert_eq!(bench.captures(order), 0);
    }
}

/// The first version's schema, with what its processes left, is taken over by this one.
#[tokio::test]
async fn the_first_versions_schema_is_changed_under_its_rows() {
    for bench in Bench::on_each_engine().await {
        let first = &bench.migrations()[0];
        assert_eq!(first.version, 1);
        bench.run_sql(&first.sql).await;
        let refused = bench.builder().migrate(false).open().await.unwrap_err();
        assert_eq!(refused.kind(), DatabaseErrorKind::Schema, "{refused}");
        let order = bench.order();
        let open = format!(
            "INSERT INTO {{journal}}_attempts (attempt_id, store_hash, order_id, idempotency_key,
             payment_method_id, instrument_type, correlation_id, further_tender, state, epoch,
             owner, lease_until, due_at, looks, created_at) VALUES ('old', '{}', {order}, 'one',
             'stripe.card', 'card', 'c', 0, 'claimed', 1, 'an old process', 0, 0, 0, 0);
             INSERT INTO {{journal}}_keys VALUES ('{0}', 'one', {order}, 'stripe.card', 'card',
             'old', 0)",
            bench.sandbox.store_hash(),
        );
        bench.run_sql(&open).await;

        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        assert_eq!(
            until_settled(&store, &key("one")).await,
            AttemptState::NotSent
        );
        store.charge(&key("one"), order, &payment()).await.unwrap();
        let version = "SELECT CAST(version AS TEXT) FROM {journal}_schema";
        let latest = bench.migrations().last().unwrap().version.to_string();
        assert_eq!(bench.run_sql(version).await, [latest]);
    }
}
