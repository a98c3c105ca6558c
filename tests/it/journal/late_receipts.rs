//! Receipts that come late: others have taken the attempt over by then.

use std::process::Child;

use bigcommerce_payments::OrderId;
use bigcommerce_payments_journal::{AttemptState, ChargeError, Evidence, Journal, Resolution};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;

use super::{
    Bench, NUMBER_OF_CARD, PENDING_CARD, begin_charge, key, payment, pending,
    process::{asleep_at_step, signal, until_ended, until_settled, until_waiting},
    undecided::{NOTHING, is_taken},
    until, until_of,
};

impl Bench {
    /// A process that sleeps with the receipt of its payment under the key `one`.
    async fn asleep_with_receipt(&self, order: OrderId, card: &str) -> Child {
        let charge = json!({"key": "one", "orders": [order.get()], "card": card});
        asleep_at_step(self.process_that("answered", &charge)).await
    }

    /// The same until its attempt was released, because the service did not show the payment. No
    /// worker of the journal runs any more.
    async fn asleep_until_released(&self, order: OrderId, card: &str) -> (Child, Journal) {
        self.show(order, Some(NOTHING));
        let process = self.asleep_with_receipt(order, card).await;
        let journal = self.recovering().open().await.unwrap();
        let _worker = journal.recover(self.accounts());
        let settled = until_settled(&self.store_of(&journal), &key("one")).await;
        assert_eq!(settled, AttemptState::Released);
        (process, journal)
    }
}

/// Wakes the process up, which gives its caller the receipt.
async fn wake(process: Child) {
    signal(process.id(), "CONT");
    let told = until_ended(process).await;
    assert!(told.contains("the answer is Ok"), "{told}");
}

/// The process slept with its receipt, the service did not show the charge, and the attempt was
/// released: the receipt counts, and a person is told.
#[tokio::test]
async fn a_receipt_that_comes_after_the_release_is_written_and_told() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key("one"));
        let (process, journal) = bench.asleep_until_released(order, NUMBER_OF_CARD).await;
        let store = bench.store_of(&journal);

        wake(process).await;

        let attempt = store.attempt(&one).await.unwrap().unwrap();
        assert_eq!(attempt.state, AttemptState::Charged);
        assert!(attempt.attention.unwrap().contains("released"));
        let charge = store.charge(&one, order, &payment()).await.unwrap();
        assert_eq!(charge.evidence, Evidence::Receipt);
        assert_eq!(bench.captures(order), 1);
    }
}

/// The answer comes when a worker has the attempt, and the order's transactions do not show it.
#[tokio::test]
async fn a_pending_receipt_that_comes_after_a_take_over_is_written() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let order = bench.order();
        bench.show(order, Some(NOTHING));
        let late = Fault::delay(18_000, When::After);
        bench.inject(Endpoint::ProcessPayment, late).await;
        let _worker = journal.recover(bench.accounts());
        let running = begin_charge(&store, "one", order, &pending());
        until(&store, |it| it.state == AttemptState::Unknown).await;
        assert!(!running.is_finished(), "a worker was to take it over");

        let charge = running.await.unwrap().unwrap();

        // Where a worker changes the attempt at the same time, it is written in the next moment.
        until(&store, |it| it.state == AttemptState::Pending).await;
        let again = store.charge(&key("one"), order, &pending()).await.unwrap();
        assert_eq!(again, charge);
        is_taken(&store, order).await;
    }
}

#[tokio::test]
async fn a_pending_receipt_that_comes_after_the_release_takes_its_order_again() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key("one"));
        let (process, journal) = bench.asleep_until_released(order, PENDING_CARD).await;
        let store = bench.store_of(&journal);

        wake(process).await;

        is_taken(&store, order).await;
        let kept = store.attempt(&one).await.unwrap().unwrap();
        assert_eq!(kept.state, AttemptState::Pending, "{kept:?}");
        let attention = kept.attention.unwrap();
        assert!(attention.contains("released"), "{attention}");
        let again = store.charge(&one, order, &pending()).await.unwrap();
        assert_eq!(again.evidence, Evidence::Receipt);

        bench.show(order, None);
        let number = order.get().into();
        bench.sandbox.store().settle_pending(number, true).unwrap();
        let _worker = journal.recover(bench.accounts());
        until(&store, |it| it.state == AttemptState::Charged).await;
        assert_eq!(bench.captures(order), 1);
    }
}

/// The receipt cannot take the order again, and says all the same that it may be charged.
#[tokio::test]
async fn a_pending_receipt_whose_order_is_anothers_by_now_holds_up_its_charges() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key("one"));
        let (process, journal) = bench.asleep_until_released(order, PENDING_CARD).await;
        let store = bench.store_of(&journal);
        let second = json!({"key": "two", "orders": [order.get()], "waited_for": true});
        let mut second = until_waiting(bench.process_that("claimed", &second)).await;

        wake(process).await;

        let kept = store.attempt(&one).await.unwrap().unwrap();
        assert_eq!(kept.state, AttemptState::Released, "{kept:?}");
        let attention = kept.attention.unwrap();
        assert!(attention.contains("pending"), "{attention}");
        drop(second.stdin.take());
        let told = until_ended(second).await;
        assert!(told.contains("the answer is Err(CannotTell("), "{told}");
        for name in ["three", "one"] {
            let answer = store.charge(&key(name), order, &payment()).await;
            assert!(
                matches!(answer, Err(ChargeError::CannotTell(_))),
                "{answer:?}"
            );
        }
        assert_eq!(bench.requests(Endpoint::ProcessPayment).len(), 1);

        let number = order.get().into();
        bench.sandbox.store().settle_pending(number, false).unwrap();
        let failed = journal.settle(
            &kept.attempt_id,
            &Resolution::NotCharged,
            "Ada",
            "it failed",
        );
        failed.await.unwrap();
        store.charge(&key("four"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

/// Its row was lost besides: a backup was restored that did not hold it.
#[tokio::test]
async fn a_pending_receipt_without_a_row_holds_up_the_charges_of_its_order() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        bench.show(order, Some(NOTHING));
        let process = bench.asleep_with_receipt(order, PENDING_CARD).await;
        bench.restore().await;
        let second = json!({"key": "two", "orders": [order.get()]});
        let mut second = until_waiting(bench.process_that("claimed", &second)).await;

        wake(process).await;

        second.kill().unwrap();
        until_ended(second).await;
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        let second = until_settled(&store, &key("two")).await;
        assert_eq!(second, AttemptState::NotSent);
        let kept = store.attempt(&key("one")).await.unwrap().unwrap();
        assert!(kept.attention.is_some(), "{kept:?}");
        let three = store.charge(&key("three"), order, &payment()).await;
        assert!(
            matches!(three, Err(ChargeError::CannotTell(_))),
            "{three:?}"
        );
        assert_eq!(bench.requests(Endpoint::ProcessPayment).len(), 1);
    }
}

#[tokio::test]
async fn a_pending_receipt_that_comes_after_its_failure_leaves_the_key_used_up() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key("one"));
        let process = bench.asleep_with_receipt(order, PENDING_CARD).await;
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        until_of(&store, &one, |it| it.state == AttemptState::Pending).await;
        let number = order.get().into();
        bench.sandbox.store().settle_pending(number, false).unwrap();
        assert_eq!(until_settled(&store, &one).await, AttemptState::Declined);

        wake(process).await;

        let again = store.charge(&one, order, &pending()).await;
        let Err(ChargeError::Refused(refusal)) = again else {
            panic!("{again:?}");
        };
        assert!(refusal.uses_up_key, "{refusal:?}");
        let kept = store.attempt(&one).await.unwrap().unwrap();
        assert_eq!(kept.state, AttemptState::Declined, "{kept:?}");
        assert!(kept.attention.unwrap().contains("pending"));
    }
}
