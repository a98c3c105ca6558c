//! One attempt at a time for an order.

use bigcommerce_payments_journal::{AttemptState, ChargeError};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Bench, key, payment};

#[tokio::test]
async fn a_paid_order_is_not_charged_under_another_key() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        let charge = store.charge(&key("one"), order, &payment()).await.unwrap();
        bench.sandbox.clear_requests();

        let answer = bench
            .store()
            .await
            .charge(&key("two"), order, &payment())
            .await;

        let Err(ChargeError::AlreadyPaid(first)) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(*first, charge);
        assert!(bench.sandbox.requests().is_empty(), "not even a token");
        // The refused claim left nothing behind.
        assert!(store.attempt(&key("two")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_order_whose_outcome_is_unknown_takes_no_other_attempt() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::reset(When::After))
            .await;
        let store = bench.store().await;
        let first = store.charge(&key("one"), order, &payment()).await;
        let Err(ChargeError::OutcomeUnknown(first)) = first else {
            panic!("{first:?}");
        };
        bench.sandbox.clear_faults().await.unwrap();
        bench.sandbox.clear_requests();

        let second = bench
            .store()
            .await
            .charge(&key("two"), order, &payment())
            .await;

        let Err(ChargeError::OrderTaken(holder)) = second else {
            panic!("{second:?}");
        };
        assert_eq!(holder.attempt_id, first.attempt_id);
        assert_eq!(holder.state, AttemptState::Unknown);
        let again = store.charge(&key("one"), order, &payment()).await;
        assert!(
            matches!(again, Err(ChargeError::OutcomeUnknown(_))),
            "{again:?}"
        );
        assert!(bench.sandbox.requests().is_empty());
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn many_at_once_charge_once() {
    for bench in Bench::on_each_engine().await {
        let orders: Vec<_> = (0..4).map(|_| bench.order()).collect();
        let mut callers = tokio::task::JoinSet::new();
        for process in 0..3 {
            let store = bench.store().await;
            for &order in &orders {
                for click in 0..4 {
                    let store = store.clone();
                    // Half of the clicks share their keys with other processes.
                    let key = match click % 2 {
                        0 => format!("{order}-{click}"),
                        _ => format!("{order}-{click}-{process}"),
                    };
                    callers.spawn(async move {
                        let key = super::key(&key);
                        store.charge(&key, order, &payment()).await
                    });
                }
            }
        }
        let answers = callers.join_all().await;

        for answer in answers {
            assert!(
                matches!(
                    answer,
                    Ok(_)
                        | Err(ChargeError::InProgress(_)
                            | ChargeError::OrderTaken(_)
                            | ChargeError::AlreadyPaid(_))
                ),
                "{answer:?}"
            );
        }
        for order in orders {
            assert_eq!(bench.captures(order), 1);
        }
    }
}
