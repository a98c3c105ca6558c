//! The setups that people have: a pooler, several journals, two versions, migrations by hand.

use std::{sync::Arc, time::Duration};

use bigcommerce_payments_journal::{ChargeError, DatabaseErrorKind, Journal};
use bigcommerce_test_postgres::PgBouncer;

use super::{Bench, POSTGRES, key, payment};

/// One session for four connections: each transaction gets it in turn, and with it the prepared
/// statements and locks of all the others.
#[tokio::test]
async fn a_transaction_pooler_may_lie_between() {
    let Some(server) = &*POSTGRES else {
        eprintln!("PostgreSQL is not installed: nothing was tested");
        return;
    };
    let Some(pooler) = PgBouncer::start(server, 1).unwrap() else {
        eprintln!("pgbouncer is not installed: nothing was tested");
        return;
    };
    let bench = Bench::at(pooler.url(), None).await;
    let open = || bench.builder().transaction_pooler(true).open();
    // Both find no schema, and one of them makes it.
    let (one, two) = tokio::join!(open(), open());
    let (one, two) = (one.unwrap(), two.unwrap());
    let stores = [bench.store_of(&one), bench.store_of(&two)];
    let orders: Vec<_> = (0..5).map(|_| bench.order()).collect();
    let mut callers = tokio::task::JoinSet::new();
    for &order in &orders {
        for (number, store) in stores.iter().enumerate() {
            for click in 0..2 {
                let (store, key) = (store.clone(), key(&format!("{order}-{}", number * click)));
                callers.spawn(async move { store.charge(&key, order, &payment()).await });
            }
        }
    }
    for answer in callers.join_all().await {
        let expected = matches!(
            answer,
            Ok(_)
                | Err(ChargeError::InProgress(_)
                    | ChargeError::OrderTaken(_)
                    | ChargeError::AlreadyPaid(_))
        );
        assert!(expected, "{answer:?}");
    }
    for order in orders {
        assert_eq!(bench.captures(order), 1);
    }
    let a_month = Duration::from_secs(30 * 24 * 3600);
    assert_eq!(one.prune(a_month).await.unwrap(), 0);
}

#[tokio::test]
async fn several_journals_share_a_database() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let other_name = format!("{}_other", bench.name);
        let other = bench.builder().name(&other_name).open().await.unwrap();
        let store = bench.store().await;
        store.charge(&key("one"), order, &payment()).await.unwrap();

        let unknown = bench.store_of(&other).attempt(&key("one")).await.unwrap();
        assert_eq!(unknown, None);
    }
}

#[tokio::test]
async fn many_that_open_a_new_journal_at_once_find_one_schema() {
    for bench in Bench::on_each_engine().await {
        let bench = Arc::new(bench);
        let mut opening = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let bench = Arc::clone(&bench);
            opening.spawn(async move { bench.builder().open().await.map(drop) });
        }
        for opened in opening.join_all().await {
            opened.unwrap();
        }
    }
}

#[tokio::test]
async fn migrations_can_be_run_by_hand() {
    for bench in Bench::on_each_engine().await {
        let refused = bench.builder().migrate(false).open().await.unwrap_err();
        assert_eq!(refused.kind(), DatabaseErrorKind::Schema, "{refused}");
        for script in bench.migrations() {
            bench
                .run_sql(&format!("BEGIN; {} COMMIT;", script.sql))
                .await;
        }

        let journal = bench.builder().migrate(false).open().await.unwrap();
        let order = bench.order();
        let store = bench.store_of(&journal);
        store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

/// A newer version has changed the schema during a deploy.
#[tokio::test]
async fn the_schema_names_the_oldest_version_that_it_serves() {
    for bench in Bench::on_each_engine().await {
        let store = bench.store().await;
        let newer = |oldest: u32| {
            let name = &bench.name;
            format!("UPDATE {name}_schema SET version = 99, oldest_served = {oldest}")
        };
        bench.run_sql(&newer(1)).await;
        // It serves this version: who runs goes on, and who starts does, too.
        let order = bench.order();
        store.charge(&key("one"), order, &payment()).await.unwrap();
        bench.builder().open().await.unwrap();

        bench.run_sql(&newer(98)).await;
        let error = bench.builder().open().await.unwrap_err();
        assert_eq!(error.kind(), DatabaseErrorKind::Schema);
        assert!(error.to_string().contains("update the service"), "{error}");
    }
}

#[tokio::test]
async fn a_name_that_is_no_name_is_refused() {
    let bench = Bench::on_sqlite().await;
    for name in ["", "a b", "x; DROP TABLE y", "Ä"] {
        let error = Journal::builder(&bench.url).name(name).open().await;
        assert_eq!(error.unwrap_err().kind(), DatabaseErrorKind::Settings);
    }
}
