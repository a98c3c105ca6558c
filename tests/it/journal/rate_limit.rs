//! One limit for all instances.

use std::time::Duration;

use bigcommerce_payments_journal::ChargeError;
use bigcommerce_sandbox::{Endpoint, RateLimit, Sandbox};

use super::{Bench, key, payment};

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
                .database_timeout(Duration::from_secs(30))
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
