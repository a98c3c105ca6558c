//! What is seen, and decides nothing: the order stays taken, or is looked at again.

use std::time::Duration;

use bigcommerce_payments::OrderId;
use bigcommerce_payments_journal::{AttemptState, ChargeError, Evidence, JournaledStore};
use bigcommerce_sandbox::{Endpoint, Fault, LateAnswer, When};

use super::{Bench, declined, key, lose_the_answer, order_of, payment, pending, until, until_so};

pub(super) const NOTHING: &str = r#"{"data":[]}"#;

/// What another attempt of the order left behind.
const A_FAILURE: &str = r#"{"data":[{"id":7001,"event":"purchase","method":"credit_card",
    "amount":60.98,"currency":"USD","gateway":"stripe","status":"error"}]}"#;

impl Bench {
    /// Shows this as the transactions of an order, or its own again.
    pub(super) fn show(&self, order: OrderId, page: Option<&str>) {
        let pages = page.into_iter().map(str::to_owned).collect();
        let store = self.sandbox.store();
        store.serve_transactions(order.get().into(), pages).unwrap();
    }
}

/// Another key finds the order taken.
pub(super) async fn is_taken(store: &JournaledStore, order: OrderId) {
    let other = store.charge(&key("two"), order, &payment()).await;
    assert!(
        matches!(other, Err(ChargeError::OrderTaken(_))),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_pending_payment_that_is_not_shown_keeps_its_order_and_goes_to_a_person() {
    for page in [NOTHING, A_FAILURE] {
        for bench in Bench::with_short_tokens().await {
            let journal = bench.quick().open().await.unwrap();
            let store = bench.store_of(&journal);
            let order = bench.order();
            bench.show(order, Some(page));
            store.charge(&key("one"), order, &pending()).await.unwrap();
            let _worker = journal.recover(bench.accounts());

            let kept = until(&store, |it| it.attention.is_some() || !it.state.is_open()).await;
            assert_eq!(kept.state, AttemptState::Pending, "{kept:?}");
            is_taken(&store, order).await;

            bench.show(order, None);
            let number = order.get().into();
            bench.sandbox.store().settle_pending(number, true).unwrap();
            until(&store, |it| it.state == AttemptState::Charged).await;
            assert_eq!(bench.captures(order), 1);
        }
    }
}

#[tokio::test]
async fn a_pending_payment_that_was_seen_and_failed_is_declined() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let order = bench.order();
        let ask = || async { store.charge(&key("one"), order, &pending()).await.unwrap() };
        ask().await;
        let _worker = journal.recover(bench.accounts());
        let is_seen = async || ask().await.evidence == Evidence::LookUp;
        until_so("it is not looked up", is_seen).await;
        let number = order.get().into();
        bench.sandbox.store().settle_pending(number, false).unwrap();

        let settled = until(&store, |it| !it.state.is_open() || it.attention.is_some()).await;
        assert_eq!(settled.state, AttemptState::Declined, "{settled:?}");
        store.charge(&key("two"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

/// The failed transaction is of the attempt before: this one's may still come.
#[tokio::test]
async fn another_attempts_failure_decides_nothing() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let order = bench.order();
        let zero = store.charge(&key("zero"), order, &declined()).await;
        assert!(matches!(zero, Err(ChargeError::Refused(_))), "{zero:?}");
        let late = Fault::land_on_clock(600_000, LateAnswer::Reset);
        bench.inject(Endpoint::ProcessPayment, late).await;
        let one = store.charge(&key("one"), order, &payment()).await;
        assert!(
            matches!(one, Err(ChargeError::OutcomeUnknown(_))),
            "{one:?}"
        );
        bench.sandbox.clear_faults().await.unwrap();
        let worker = journal.recover(bench.accounts());
        let settled = until(&store, |it| !it.state.is_open()).await;
        assert_eq!(settled.state, AttemptState::Released);
        let told = store.wait(&key("one"), Duration::ZERO).await;
        assert!(
            matches!(told, Err(ChargeError::OutcomeUnknown(_))),
            "{told:?}"
        );
        drop(worker);

        bench.sandbox.land_all();
        assert_eq!(bench.captures(order), 1);
        let two = store.charge(&key("two"), order, &payment()).await;
        assert!(matches!(two, Err(ChargeError::CannotTell(_))), "{two:?}");
        let _worker = journal.recover(bench.accounts());
        let seen = until(&store, |it| it.state == AttemptState::Charged).await;
        assert!(seen.attention.is_some(), "a person has to see it");
        assert_eq!(bench.captures(order), 1);
    }
}

/// As if the database's clock were ten minutes ahead of the service's.
#[tokio::test]
async fn a_charge_that_seems_older_than_its_attempt_keeps_the_order_and_goes_to_a_person() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let attempt = lose_the_answer(&bench, &store, Fault::reset(When::After)).await;
        bench
            .run_sql("UPDATE {journal}_attempts SET created_at = created_at + 600000")
            .await;
        let _worker = journal.recover(bench.accounts());

        let kept = until(&store, |it| it.attention.is_some() || !it.state.is_open()).await;
        assert_eq!(kept.state, AttemptState::Unknown, "{kept:?}");
        is_taken(&store, order_of(&attempt)).await;
    }
}

#[tokio::test]
async fn a_look_up_that_goes_on_failing_goes_to_a_person() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        lose_the_answer(&bench, &store, Fault::reset(When::After)).await;
        let gone = Fault::status(404, When::Before);
        bench.inject(Endpoint::ListTransactions, gone).await;
        let _worker = journal.recover(bench.accounts());

        let kept = until(&store, |it| it.attention.is_some()).await;
        assert_eq!(kept.state, AttemptState::Unknown, "{kept:?}");
        bench.sandbox.clear_faults().await.unwrap();
        let settled = until(&store, |it| it.state == AttemptState::Charged).await;
        assert_eq!(settled.attention, None);
    }
}
