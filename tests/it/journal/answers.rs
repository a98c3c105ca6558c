//! Same key, same answer.

use std::time::Duration;

use bigcommerce_payments::{Payment, TokenizedCard};
use bigcommerce_payments_journal::{AttemptState, ChargeError, Evidence};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Bench, declined, key, payment, until_sending};

#[tokio::test]
async fn a_key_that_was_used_gives_the_same_answer_without_a_request() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let first = bench.store().await;
        let charge = first.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(charge.evidence, Evidence::Receipt);
        assert_eq!(charge.status.as_str(), "success");
        bench.sandbox.clear_requests();

        // Another process, too.
        for store in [first, bench.store().await] {
            let again = store.charge(&key("one"), order, &payment()).await.unwrap();
            assert_eq!(again, charge);
            let waited = store.wait(&key("one"), Duration::ZERO).await.unwrap();
            assert_eq!(waited, Some(charge.clone()));
        }
        assert!(bench.sandbox.requests().is_empty());
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_key_stands_for_one_order_method_and_instrument_type() {
    for bench in Bench::on_each_engine().await {
        let (order, other) = (bench.order(), bench.order());
        let store = bench.store().await;
        store.charge(&key("one"), order, &payment()).await.unwrap();
        bench.sandbox.clear_requests();

        let other_method = Payment::new(super::card(), "adyenv2.scheme").unwrap();
        let other_type = Payment::new(TokenizedCard::new("token"), "stripe.card").unwrap();
        let reused = [
            store.charge(&key("one"), other, &payment()).await,
            store.charge(&key("one"), order, &other_method).await,
            store.charge(&key("one"), order, &other_type).await,
        ];
        for answer in reused {
            match answer.unwrap_err() {
                ChargeError::KeyReused(first) => {
                    assert_eq!(first.order_id, i64::from(order.get()));
                }
                error => panic!("{error:?}"),
            }
        }
        assert!(bench.sandbox.requests().is_empty());
        assert_eq!(bench.captures(other), 0);
    }
}

#[tokio::test]
async fn a_decline_is_told_again_and_a_new_key_pays() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        let refusal = |answer| match answer {
            Err(ChargeError::Refused(refusal)) => refusal,
            answer => panic!("{answer:?}"),
        };
        let first = refusal(store.charge(&key("one"), order, &declined()).await);
        bench.sandbox.clear_requests();
        let again = refusal(store.charge(&key("one"), order, &declined()).await);

        assert_eq!(again, first);
        assert!(!first.is_safe_to_retry && first.code.is_some());
        assert!(first.uses_up_key);
        assert!(bench.sandbox.requests().is_empty());
        store.charge(&key("two"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn what_never_left_leaves_its_key_free() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        bench
            .inject(
                Endpoint::CreateAccessToken,
                Fault::status(503, When::Before),
            )
            .await;
        let answer = store.charge(&key("one"), order, &payment()).await;
        let Err(ChargeError::Refused(refusal)) = answer else {
            panic!("{answer:?}");
        };
        assert!(refusal.is_safe_to_retry && !refusal.uses_up_key);
        let attempt = store.attempt(&key("one")).await.unwrap().unwrap();
        assert_eq!(attempt.state, AttemptState::NotSent);
        assert_eq!(attempt.sending_at, None);
        bench.sandbox.clear_faults().await.unwrap();

        let charge = store.charge(&key("one"), order, &payment()).await.unwrap();

        assert_ne!(charge.attempt_id, attempt.attempt_id);
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn who_comes_second_is_told_so_and_may_wait() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(5000, When::Before))
            .await;
        let (store, second) = (bench.store().await, bench.store().await);
        let running = {
            let store = store.clone();
            tokio::spawn(async move { store.charge(&key("one"), order, &payment()).await })
        };
        until_sending(&store).await;

        let answer = second.charge(&key("one"), order, &payment()).await;
        assert!(
            matches!(answer, Err(ChargeError::InProgress(_))),
            "{answer:?}"
        );
        let waited = second.wait(&key("one"), Duration::from_secs(60)).await;

        let charge = running.await.unwrap().unwrap();
        assert_eq!(waited.unwrap(), Some(charge));
        let unknown = second.wait(&key("two"), Duration::ZERO).await;
        assert!(unknown.unwrap().is_none());
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_dropped_future_loses_nothing() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(5000, When::Before))
            .await;
        let journal = bench.journal().await;
        let store = bench.store_of(&journal);
        {
            let one = key("one");
            let payment = payment();
            let charge = store.charge(&one, order, &payment);
            let sending = until_sending(&store);
            tokio::select! {
                _ = charge => panic!("it was to be dropped"),
                () = sending => {}
            }
        }
        // Whoever asks with the key gets it, and shutting down waits for it.
        let other = bench.store().await;
        assert!(journal.shut_down(Duration::from_secs(60)).await);
        let charge = other.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(charge.evidence, Evidence::Receipt);
        assert_eq!(bench.captures(order), 1);

        let late = store.charge(&key("two"), order, &payment()).await;
        assert!(matches!(late, Err(ChargeError::ShuttingDown)), "{late:?}");
    }
}
