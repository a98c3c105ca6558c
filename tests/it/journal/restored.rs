//! A database that was restored from a backup: it does not hold the last attempts.

use bigcommerce_payments_journal::{Attempt, AttemptState, ChargeError, Evidence, JournaledStore};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Bench, begin_charge, declined, key, payment, pending, until, until_of, until_sending};

impl Bench {
    /// As if the backup had been made before the first attempt.
    pub(super) async fn restore(&self) {
        self.run_sql("DELETE FROM {journal}_attempts").await;
        self.run_sql("DELETE FROM {journal}_keys").await;
    }

    async fn restored_store(&self) -> JournaledStore {
        let journal = self.quick().restored(true).open().await.unwrap();
        self.store_of(&journal)
    }

    /// The store of a process that waits a moment for the answer of a charge.
    async fn impatient_store(&self) -> JournaledStore {
        let (hash, token) = (self.sandbox.store_hash(), self.sandbox.access_token());
        let store = self.impatient_payments().store(hash, token).unwrap();
        self.quick().open().await.unwrap().store(store)
    }
}

#[tokio::test]
async fn an_outcome_that_finds_no_row_writes_it() {
    for bench in Bench::on_each_engine().await {
        let store = bench.store().await;
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(5000, When::Before))
            .await;
        let running = begin_charge(&store, "one", order, &payment());
        until_sending(&store).await;
        bench.restore().await;

        let receipt = running.await.unwrap().unwrap();

        let attempt = store.attempt(&key("one")).await.unwrap().unwrap();
        assert_eq!(attempt.attempt_id, receipt.attempt_id);
        let again = store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(again, receipt);
        let other = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(other, Err(ChargeError::AlreadyPaid(_))),
            "{other:?}"
        );
        assert_eq!(bench.captures(order), 1);
    }
}

/// The backup was made between the claim and the charge.
#[tokio::test]
async fn a_claim_that_a_restored_journal_holds_may_have_been_sent() {
    for bench in Bench::with_short_tokens().await {
        let (paid, unpaid) = (bench.order(), bench.order());
        let before = bench.store().await;
        let one = before.charge(&key("one"), paid, &payment()).await;
        one.unwrap();
        let two = before.charge(&key("two"), unpaid, &declined()).await;
        assert!(matches!(two, Err(ChargeError::Refused(_))), "{two:?}");
        bench.show(unpaid, Some(r#"{"data":[]}"#));
        bench
            .run_sql(
                "UPDATE {journal}_attempts SET state = 'claimed', sending_at = NULL, \
                 token_expires_at = NULL, last_moment_to_send = NULL, finished_at = NULL, \
                 outcome = NULL, lease_until = 0, due_at = 0",
            )
            .await;
        let journal = bench.quick().restored(true).open().await.unwrap();
        let _worker = journal.recover(bench.accounts());

        let found = until(&before, |it| it.state != AttemptState::Claimed).await;
        assert_eq!(found.state, AttemptState::Charged);
        let looked_up = |it: &Attempt| it.state != AttemptState::Claimed;
        let still = until_of(&before, &key("two"), looked_up).await;
        assert_eq!(still.state, AttemptState::Unknown, "{still:?}");
    }
}

/// Its row was lost, and so was the answer: it may have been charged.
#[tokio::test]
async fn an_unknown_outcome_that_finds_no_row_is_looked_up() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.impatient_store().await;
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::Hang { when: When::After })
            .await;
        let running = begin_charge(&store, "one", order, &payment());
        until_sending(&store).await;
        bench.restore().await;
        let answer = running.await.unwrap();
        assert!(
            matches!(answer, Err(ChargeError::OutcomeUnknown(_))),
            "{answer:?}"
        );
        let _worker = journal.recover(bench.accounts());

        until(&store, |it| it.state == AttemptState::Charged).await;
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn an_unknown_outcome_whose_order_is_anothers_by_now_goes_to_a_person() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.impatient_store().await;
        let restored = bench.restored_store().await;
        let order = bench.order();
        bench
            .inject(Endpoint::ProcessPayment, Fault::Hang { when: When::Before })
            .await;
        let running = begin_charge(&store, "one", order, &payment());
        until_sending(&store).await;
        bench.restore().await;
        let delay = Fault::delay(30_000, When::Before);
        bench.inject(Endpoint::CreateAccessToken, delay).await;
        let other = begin_charge(&restored, "two", order, &payment());
        let claimed = |it: &Attempt| it.state == AttemptState::Claimed;
        until_of(&restored, &key("two"), claimed).await;

        let answer = running.await.unwrap();

        assert!(
            matches!(answer, Err(ChargeError::OutcomeUnknown(_))),
            "{answer:?}"
        );
        let listed = journal.attempts_needing_person(9).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].idempotency_key, "one");
        assert_eq!(listed[0].state, AttemptState::Released);
        other.abort();
    }
}

#[tokio::test]
async fn a_restored_journal_looks_every_order_up_before_it_is_charged() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let before = bench.store().await;
        before.charge(&key("one"), order, &payment()).await.unwrap();
        bench.restore().await;
        bench.sandbox.clear_requests();
        let store = bench.restored_store().await;

        let found = store.charge(&key("one"), order, &payment()).await.unwrap();

        assert_eq!(found.evidence, Evidence::LookUp);
        assert!(bench.requests(Endpoint::CreateAccessToken).is_empty());
        // It is in the journal again, whatever the mode.
        let after = bench.store().await;
        let again = after.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(again, found);
        let other = after.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(other, Err(ChargeError::AlreadyPaid(_))),
            "{other:?}"
        );
        // An order that nobody charged is charged.
        let fresh = bench.order();
        store.charge(&key("new"), fresh, &payment()).await.unwrap();
        assert_eq!((bench.captures(order), bench.captures(fresh)), (1, 1));
    }
}

#[tokio::test]
async fn a_restored_journal_charges_nothing_that_it_cannot_tell() {
    for bench in Bench::on_each_engine().await {
        let before = bench.store().await;
        let (waiting, returned, refused) = (bench.order(), bench.order(), bench.order());
        before
            .charge(&key("one"), waiting, &pending())
            .await
            .unwrap();
        let two = before.charge(&key("two"), returned, &payment()).await;
        two.unwrap();
        let number = u64::from(returned.get());
        bench.sandbox.store().refund(number, None, None).unwrap();
        let three = begin_charge(&before, "three", refused, &declined());
        assert!(three.await.unwrap().is_err());
        bench.restore().await;
        let store = bench.restored_store().await;

        for (name, order) in [("one", waiting), ("two", returned)] {
            let answer = store.charge(&key(name), order, &payment()).await;
            assert!(
                matches!(answer, Err(ChargeError::CannotTell(_))),
                "{name}: {answer:?}"
            );
        }
        let charged = store.charge(&key("three"), refused, &payment()).await;
        charged.unwrap();
        let captures = [waiting, returned, refused].map(|order| bench.captures(order));
        assert_eq!(captures, [0, 1, 1]);
    }
}
