//! What operators see, settle and remove.

use std::{
    slice,
    time::{Duration, SystemTime},
};

use bigcommerce_payments::{AccountClient, Decimal, GiftCertificate, Money, Payment};
use bigcommerce_payments_journal::{
    AttemptState, ChargeError, DatabaseErrorKind, Evidence, Resolution, SettleError,
};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Bench, key, lose_the_answer, order_of, payment, until, until_so};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn charged() -> Resolution {
    Resolution::Charged {
        transaction_id: "seen in the control panel".to_owned(),
    }
}

impl Bench {
    /// What the view shows, which is what the journal lists.
    async fn shown(&self, view: &str) -> Vec<String> {
        let select = format!("SELECT attempt_id FROM {{journal}}_{view} ORDER BY created_at");
        self.run_sql(&select).await
    }

    /// Lets the finished attempts be older.
    async fn age(&self, days: u64) {
        let older = days * 24 * 3600 * 1000;
        self.run_sql(&format!(
            "UPDATE {{journal}}_attempts SET finished_at = finished_at - {older}"
        ))
        .await;
    }
}

fn nobody(_: &str) -> Option<AccountClient> {
    None
}

#[tokio::test]
async fn what_is_open_and_what_needs_a_person_is_listed_and_shown_in_views() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let order = bench.order();
        store.charge(&key("two"), order, &payment()).await.unwrap();
        let lost = lose_the_answer(&bench, &store, Fault::reset(When::After)).await;
        let id = lost.attempt_id;

        assert_eq!(bench.shown("open").await, slice::from_ref(&id));
        assert!(bench.shown("needs_person").await.is_empty());
        let open = journal.open_attempts(9).await.unwrap();
        assert_eq!((open.len(), &open[0].attempt_id), (1, &id));
        assert!(journal.attempts_needing_person(9).await.unwrap().is_empty());

        let worker = journal.recover(nobody);
        until(&store, |it| it.attention.is_some()).await;
        drop(worker);
        assert_eq!(bench.shown("needs_person").await, slice::from_ref(&id));
        let why = "SELECT attention FROM {journal}_needs_person";
        assert!(bench.run_sql(why).await[0].contains("account token"));
        let listed = journal.attempts_needing_person(9).await.unwrap();
        assert_eq!((listed.len(), &listed[0].attempt_id), (1, &id));
    }
}

#[tokio::test]
async fn a_person_settles_with_a_name_and_a_reason() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let lost = lose_the_answer(&bench, &store, Fault::reset(When::After)).await;
        let id = &lost.attempt_id;
        for (name, reason) in [("", "seen"), ("Ada", " ")] {
            let error = journal.settle(id, &charged(), name, reason).await;
            assert!(matches!(error, Err(SettleError::NoNameOrReason)));
        }
        let error = journal.settle("no such", &charged(), "Ada", "seen").await;
        assert!(matches!(error, Err(SettleError::NotFound)), "{error:?}");

        let settled = journal
            .settle(id, &charged(), "Ada", "seen at Stripe")
            .await;
        let settled = settled.unwrap();
        assert_eq!(settled.state, AttemptState::Charged);
        let recorded = "SELECT settled_by || ': ' || settled_because FROM {journal}_attempts \
             WHERE settled_at IS NOT NULL";
        assert_eq!(bench.run_sql(recorded).await, ["Ada: seen at Stripe"]);
        assert!(bench.shown("open").await.is_empty());

        let order = order_of(&lost);
        let charge = store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(charge.evidence, Evidence::Person);
        let other = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(other, Err(ChargeError::AlreadyPaid(_))),
            "{other:?}"
        );
        let again = journal.settle(id, &charged(), "Ada", "again").await;
        assert!(
            matches!(again, Err(SettleError::NothingToSettle(_))),
            "{again:?}"
        );
    }
}

/// Nobody sets an order free while a charge of it can land.
#[tokio::test]
async fn a_person_cannot_set_an_order_free_too_early() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let lost = lose_the_answer(&bench, &store, Fault::reset(When::Before)).await;
        let id = &lost.attempt_id;
        let reversed = Resolution::Reversed {
            transaction_id: "T".to_owned(),
        };
        let settle = |resolution| {
            let journal = journal.clone();
            async move { journal.settle(id, resolution, "Ada", "nothing there").await }
        };
        let mut latest = SystemTime::now();
        for resolution in [&Resolution::NotCharged, &reversed] {
            let early = settle(resolution).await;
            let Err(SettleError::MayStillLand { until }) = early else {
                panic!("{early:?}");
            };
            latest = until;
        }
        let left = latest.duration_since(SystemTime::now()).unwrap_or_default();
        tokio::time::sleep(left + Duration::from_millis(100)).await;
        let settled = settle(&Resolution::NotCharged).await.unwrap();
        assert_eq!(settled.state, AttemptState::Released);
        let told = store.wait(&key("one"), Duration::ZERO).await;
        assert!(matches!(told, Err(ChargeError::Refused(_))), "{told:?}");

        let order = order_of(&lost);
        store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_person_does_not_settle_what_a_process_has() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(4000, When::Before))
            .await;
        let order = bench.order();
        let running = {
            let store = store.clone();
            tokio::spawn(async move { store.charge(&key("one"), order, &payment()).await })
        };
        let sending = until(&store, |it| it.state == AttemptState::Sending).await;
        let held = journal
            .settle(&sending.attempt_id, &charged(), "Ada", "seen")
            .await;
        assert!(matches!(held, Err(SettleError::Held(_))), "{held:?}");
        let charge = running.await.unwrap().unwrap();
        assert_eq!(charge.evidence, Evidence::Receipt);
    }
}

#[tokio::test]
async fn pruning_removes_what_is_old_and_finished_with_its_key() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        for number in 0..120 {
            let key = key(&format!("old-{number}"));
            store.charge(&key, bench.order(), &payment()).await.unwrap();
        }
        let order = bench.order();
        let (no, refused) = (key("declined"), super::declined());
        let declined = store.charge(&no, order, &refused);
        assert!(declined.await.is_err());
        assert_eq!(journal.prune(30 * DAY).await.unwrap(), 0, "too young");
        bench.age(31).await;
        store
            .charge(&key("young"), order, &payment())
            .await
            .unwrap();

        assert_eq!(journal.prune(30 * DAY).await.unwrap(), 121);

        for table in ["attempts", "keys"] {
            let keys = format!("SELECT idempotency_key FROM {{journal}}_{table}");
            assert_eq!(bench.run_sql(&keys).await, ["young"], "{table}");
        }
        let short = journal.prune(DAY / 2).await.unwrap_err();
        assert_eq!(short.kind(), DatabaseErrorKind::Settings, "{short}");
    }
}

/// An open attempt needs those that were charged before it; a released one is looked up again; and
/// a person needs all of the order.
#[tokio::test]
async fn pruning_touches_nothing_that_is_open_or_may_be_looked_up_again() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let certificate = GiftCertificate::new("ABC-DEF-LOW");
        let certificate = Payment::new(certificate, "bigcommerce.gift_certificate").unwrap();
        let split = bench.order();
        let first = key("certificate");
        store.charge(&first, split, &certificate).await.unwrap();
        bench
            .inject(Endpoint::ProcessPayment, Fault::reset(When::Before))
            .await;
        let total = Money::new(Decimal::new(6098, 2), "USD");
        let (open, rest) = (key("open"), payment());
        let open = store.charge_further_tender(&open, split, &rest, &total);
        assert!(matches!(open.await, Err(ChargeError::OutcomeUnknown(_))));
        bench.sandbox.clear_faults().await.unwrap();
        lose_the_answer(&bench, &store, Fault::reset(When::Before)).await;

        bench.age(31).await;
        assert_eq!(journal.prune(30 * DAY).await.unwrap(), 0, "open");
        let worker = journal.recover(bench.accounts());
        until(&store, |it| it.state == AttemptState::Released).await;
        let none_is_open = async || bench.shown("open").await.is_empty();
        until_so("some are still open", none_is_open).await;
        drop(worker);
        bench.age(31).await;
        assert_eq!(journal.prune(30 * DAY).await.unwrap(), 0, "looked up again");

        let done = "UPDATE {journal}_attempts SET due_at = NULL, attention = 'see'";
        bench.run_sql(done).await;
        assert_eq!(journal.prune(30 * DAY).await.unwrap(), 0, "a person");
        let seen = "UPDATE {journal}_attempts SET attention = NULL";
        bench.run_sql(seen).await;
        assert_eq!(journal.prune(30 * DAY).await.unwrap(), 3);
    }
}
