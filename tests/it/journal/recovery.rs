//! Recovery: nothing is forgotten, and nothing seen is never not charged.

use std::time::{Duration, SystemTime};

use bigcommerce_payments::AccountClient;
use bigcommerce_payments_journal::{AttemptState, ChargeError, Evidence};
use bigcommerce_sandbox::{Endpoint, Fault, LateAnswer, When};

use super::{Bench, declined, key, lose_the_answer, order_of, payment, pending, until, until_so};

impl Bench {
    /// Waits until an order's transactions were asked for so often.
    async fn until_looked_up(&self, times: usize) {
        let is_looked_up = async || self.requests(Endpoint::ListTransactions).len() >= times;
        until_so(&format!("not looked up {times} times"), is_looked_up).await;
    }
}

#[tokio::test]
async fn a_charge_whose_answer_was_lost_is_found_by_look_up() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        let attempt = lose_the_answer(&bench, &store, Fault::reset(When::After)).await;

        until(&store, |it| it.state == AttemptState::Charged).await;
        let order = order_of(&attempt);
        let charge = store.charge(&key("one"), order, &payment()).await.unwrap();

        assert_eq!(charge.evidence, Evidence::LookUp);
        assert_eq!(charge.attempt_id, attempt.attempt_id);
        assert_eq!(bench.captures(order), 1);
    }
}

/// The failure that the order shows need not be its own: it ends nothing before its time, and
/// nobody is told then that nothing was charged.
#[tokio::test]
async fn a_decline_whose_answer_was_lost_is_released_and_stays_unknown() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let order = bench.order();
        let lost = Fault::reset(When::After);
        bench.inject(Endpoint::ProcessPayment, lost).await;
        let answer = store.charge(&key("one"), order, &declined()).await;
        assert!(
            matches!(answer, Err(ChargeError::OutcomeUnknown(_))),
            "{answer:?}"
        );
        bench.sandbox.clear_faults().await.unwrap();
        let _worker = journal.recover(bench.accounts());

        let settled = until(&store, |it| !it.state.is_open()).await;
        assert_eq!(settled.state, AttemptState::Released);
        let blocked = settled.sending_at.unwrap() + Duration::from_secs(6);
        assert!(SystemTime::now() >= blocked, "the token works no more");
        let told = store.wait(&key("one"), Duration::ZERO).await;
        assert!(
            matches!(told, Err(ChargeError::OutcomeUnknown(_))),
            "{told:?}"
        );
        store.charge(&key("one"), order, &payment()).await.unwrap();
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_charge_that_was_given_back_is_neither_paid_nor_unpaid() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let attempt = lose_the_answer(&bench, &store, Fault::reset(When::After)).await;
        let order = u64::try_from(attempt.order_id).unwrap();
        bench.sandbox.store().refund(order, None, None).unwrap();
        let _worker = journal.recover(bench.accounts());

        let settled = until(&store, |it| !it.state.is_open()).await;
        assert_eq!(settled.state, AttemptState::Reversed);
        let blocked = settled.sending_at.unwrap() + Duration::from_secs(6);
        assert!(SystemTime::now() >= blocked, "the token works no more");
        let answer = store
            .charge(&key("one"), order_of(&attempt), &payment())
            .await;
        assert!(
            matches!(answer, Err(ChargeError::Reversed(_))),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_pending_payment_stays_open_until_it_is_decided() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        let order = bench.order();
        let charge = store.charge(&key("one"), order, &pending()).await.unwrap();
        assert_eq!(charge.status.as_str(), "pending");
        let other = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(other, Err(ChargeError::OrderTaken(_))),
            "{other:?}"
        );

        let number = order.get().into();
        bench.sandbox.store().settle_pending(number, true).unwrap();
        until(&store, |it| it.state == AttemptState::Charged).await;
        let charge = store.charge(&key("one"), order, &pending()).await.unwrap();
        assert_eq!(charge.status.as_str(), "success");
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn without_an_account_token_it_waits_for_a_person_and_goes_on_with_one() {
    for bench in Bench::on_each_engine().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let attempt = lose_the_answer(&bench, &store, Fault::reset(When::After)).await;
        let nobody = |_: &str| -> Option<AccountClient> { None };
        let payments = bench.payments();
        let revoked = move |hash: &str| payments.account(hash, "revoked").ok();
        for worker in [journal.recover(nobody), journal.recover(revoked)] {
            let waiting = until(&store, |it| it.attention.is_some()).await;
            assert_eq!(waiting.state, AttemptState::Unknown);
            assert!(waiting.attention.unwrap().contains("account token"));
            drop(worker);
        }

        let _worker = journal.recover(bench.accounts());
        let settled = until(&store, |it| it.state == AttemptState::Charged).await;
        assert_eq!(settled.attention, None);
        assert_eq!(bench.captures(order_of(&attempt)), 1);
    }
}

/// The service charges later than promised: the attempt was released, and another was made.
#[tokio::test]
async fn a_charge_that_lands_after_its_release_goes_to_a_person() {
    for bench in Bench::with_short_tokens().await {
        let again = [Duration::from_secs(10), Duration::from_secs(600)];
        let builder = bench.quick().look_again_after_release(again);
        let journal = builder.open().await.unwrap();
        let store = bench.store_of(&journal);
        let late = Fault::land_on_clock(600_000, LateAnswer::Reset);
        let attempt = lose_the_answer(&bench, &store, late).await;
        let order = order_of(&attempt);
        let worker = journal.recover(bench.accounts());
        until(&store, |it| it.state == AttemptState::Released).await;
        drop(worker);
        assert_eq!(bench.captures(order), 0);

        // Only a caller's new charge sends again; nothing does so by itself.
        let second = store.charge(&key("two"), order, &payment()).await.unwrap();
        bench.sandbox.land_all();
        assert_eq!(bench.captures(order), 2);
        let _worker = journal.recover(bench.accounts());

        let seen = until(&store, |it| it.attention.is_some()).await;
        assert_eq!(seen.attempt_id, attempt.attempt_id);
        let attention = seen.attention.unwrap();
        assert!(attention.contains(&second.attempt_id), "{attention}");
    }
}

/// A released attempt that never landed is not charged by the charge of the next one.
#[tokio::test]
async fn a_later_charge_of_the_order_is_not_taken_for_a_released_attempts() {
    for bench in Bench::with_short_tokens().await {
        let again = [Duration::from_secs(2), Duration::from_secs(4)];
        let builder = bench.quick().look_again_after_release(again);
        let store = bench.store_of(&builder.clone().open().await.unwrap());
        let lost = Fault::Hang { when: When::Before };
        bench.inject(Endpoint::ProcessPayment, lost).await;
        let payments = bench.impatient_payments();
        let (hash, token) = (bench.sandbox.store_hash(), bench.sandbox.access_token());
        let impatient = builder.open().await.unwrap();
        let first = impatient.store(payments.store(hash, token).unwrap());
        let order = bench.order();
        let answer = first.charge(&key("one"), order, &payment()).await;
        let Err(ChargeError::OutcomeUnknown(released)) = answer else {
            panic!("{answer:?}");
        };
        bench.sandbox.clear_faults().await.unwrap();
        let worker = impatient.recover(bench.accounts());
        until(&store, |it| it.state == AttemptState::Released).await;
        drop(worker);

        let second = store.charge(&key("two"), order, &payment()).await.unwrap();
        bench.sandbox.clear_requests();
        let _worker = impatient.recover(bench.accounts());
        bench.until_looked_up(4).await;
        let seen = store.attempt(&key("one")).await.unwrap().unwrap();
        assert_eq!(seen.attempt_id, released.attempt_id);
        assert_eq!(
            (seen.state, seen.attention),
            (AttemptState::Released, None),
            "{second:?}"
        );
        assert_eq!(bench.captures(order), 1);
    }
}

/// The account's side is away when the attempt is to be looked up again.
#[tokio::test]
async fn a_look_up_that_fails_after_the_release_is_none_of_the_two() {
    for bench in Bench::with_short_tokens().await {
        let again = [Duration::from_secs(1), Duration::from_secs(2)];
        let builder = bench.quick().look_again_after_release(again);
        let journal = builder.open().await.unwrap();
        let store = bench.store_of(&journal);
        let late = Fault::land_on_clock(600_000, LateAnswer::Reset);
        lose_the_answer(&bench, &store, late).await;
        let worker = journal.recover(bench.accounts());
        until(&store, |it| it.state == AttemptState::Released).await;
        drop(worker);
        let away = Fault::status(503, When::Before);
        bench.inject(Endpoint::ListTransactions, away).await;
        bench.sandbox.clear_requests();
        let _worker = journal.recover(bench.accounts());
        bench.until_looked_up(4).await;
        bench.sandbox.clear_faults().await.unwrap();
        bench.sandbox.land_all();

        let seen = until(&store, |it| it.attention.is_some()).await;
        assert_eq!(seen.state, AttemptState::Charged);
    }
}

/// A charge that landed after the release and before anyone charged again is seen in time.
#[tokio::test]
async fn an_order_with_a_released_attempt_is_looked_up_before_it_is_charged_again() {
    for bench in Bench::with_short_tokens().await {
        let journal = bench.quick().open().await.unwrap();
        let store = bench.store_of(&journal);
        let late = Fault::land_on_clock(600_000, LateAnswer::Reset);
        let attempt = lose_the_answer(&bench, &store, late).await;
        let order = order_of(&attempt);
        let _worker = journal.recover(bench.accounts());
        until(&store, |it| it.state == AttemptState::Released).await;
        bench.sandbox.land_all();
        assert_eq!(bench.captures(order), 1);

        let second = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(second, Err(ChargeError::CannotTell(_))),
            "{second:?}"
        );
        let seen = until(&store, |it| it.state == AttemptState::Charged).await;
        assert!(seen.attention.is_some(), "a person has to see it");
        let third = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(third, Err(ChargeError::AlreadyPaid(_))),
            "{third:?}"
        );
        assert_eq!(bench.captures(order), 1);
    }
}

/// Several workers, in several processes' journals: each attempt is looked up once.
#[tokio::test]
async fn two_recoverers_never_work_on_one_attempt() {
    for bench in Bench::on_each_engine().await {
        let first = bench.store_of(&bench.quick().open().await.unwrap());
        bench
            .inject(Endpoint::ProcessPayment, Fault::reset(When::After))
            .await;
        for number in 0..10 {
            let key = key(&format!("number-{number}"));
            let answer = first.charge(&key, bench.order(), &payment()).await;
            assert!(matches!(answer, Err(ChargeError::OutcomeUnknown(_))));
        }
        bench.sandbox.clear_faults().await.unwrap();
        bench.sandbox.clear_requests();
        let mut workers = Vec::new();
        for _ in 0..3 {
            // No look-up takes so long that another worker takes the attempt over.
            let lease = Duration::from_secs(60);
            let journal = bench.quick().leases(lease, lease).open().await.unwrap();
            workers.push(journal.recover(bench.accounts()));
            workers.push(journal.recover(bench.accounts()));
        }
        for number in 0..10 {
            let key = key(&format!("number-{number}"));
            let within = Duration::from_secs(60);
            let charge = first.wait(&key, within).await.unwrap().unwrap();
            assert_eq!(charge.evidence, Evidence::LookUp);
        }
        assert_eq!(bench.sandbox.requests().len(), 10);
    }
}
