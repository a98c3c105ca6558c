//! One limit for all instances.

use std::time::Duration;

use bigcommerce_payments_journal::ChargeError;
use bigcommerce_sandbox::{Endpoint, RateLimit, Sandbox};

use serde_json::json;

use super::{Bench, key, payment, process::until_ended};

const REQUESTS: usize = 5;
const WINDOW: Duration = Duration::from_secs(1);

/// Three instances at once, each with connections to make: no window at the server holds more
/// than one instance alone may send.
#[tokio::test]
async fn all_instances_together_keep_the_limit_at_the_server() {
    for mut bench in Bench::on_each_engine().await {
        let limit = RateLimit::new(5, 1000);
        bench.sandbox = Sandbox::builder()
            .rate_limit(Some(limit))
            .start()
            .await
            .unwrap();
        let mut callers = tokio::task::JoinSet::new();
        for instance in 0..3 {
            let builder = bench.builder().rate_limit(REQUESTS, WINDOW);
            let journal = builder
                .send_within(Duration::from_secs(5))
                // A busy machine may stamp an arrival late.
                .rate_limit_margin(Duration::from_secs(2))
                .open()
                .await;
            let store = bench.store_of(&journal.unwrap());
            for number in 0..5 {
                let (store, order) = (store.clone(), bench.order());
                callers.spawn(async move {
                    let key = key(&format!("{instance}-{number}"));
                    store.charge(&key, order, &payment()).await
                });
            }
        }
        // The test store keeps the limit itself: it would refuse what is too much, and each
        // request is sent once.
        for answer in callers.join_all().await {
            answer.unwrap();
        }
        assert_eq!(bench.requests(Endpoint::ProcessPayment).len(), 15);
    }
}

/// The default number and window, with a wider margin, since a busy machine may stamp an arrival
/// late. Counted where requests arrive: three processes charge a store that is saturated, each
/// with connections to make.
#[tokio::test]
async fn processes_together_keep_50_within_4_seconds_at_the_server() {
    for bench in Bench::on_each_engine().await {
        drop(bench.journal().await);
        let processes: Vec<_> = (0..3)
            .map(|_| {
                let orders: Vec<_> = (0..45).map(|_| bench.order().get()).collect();
                let charges = json!({"orders": orders, "limited": true});
                bench.process_that("no step", &charges)
            })
            .collect();
        let (mut charged, mut last) = (0, String::new());
        for process in processes {
            let told = until_ended(process).await;
            let refused = told.matches("the answer is Err(Refused(").count();
            let of_process = told.matches("the answer is Ok(").count();
            // On a busy machine some find no connection until their last moment to send.
            assert_eq!(of_process + refused, 45, "{told}");
            charged += of_process;
            last = told;
        }
        let store = bench.sandbox.store();
        assert_eq!(store.payment_arrivals().len(), charged);
        let most = store.most_payment_arrivals_within(Duration::from_secs(4));
        eprintln!("{charged} charged, at most {most} within 4 s");
        assert!(charged > 100, "{charged} do not saturate the store: {last}");
        assert!(most <= 50, "{most} arrived within 4 s");
    }
}

#[tokio::test]
async fn a_place_that_is_too_far_away_is_not_waited_for() {
    for bench in Bench::on_each_engine().await {
        let builder = bench.builder().rate_limit(1, Duration::from_secs(600));
        let store = bench.store_of(&builder.open().await.unwrap());
        let (first, second) = (bench.order(), bench.order());
        store.charge(&key("one"), first, &payment()).await.unwrap();

        let answer = store.charge(&key("two"), second, &payment()).await;

        assert!(matches!(answer, Err(ChargeError::Refused(_))), "{answer:?}");
        assert_eq!(bench.requests(Endpoint::ProcessPayment).len(), 1);
        assert_eq!(bench.captures(second), 0);
    }
}
