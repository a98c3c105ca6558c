//! Processes that end or sleep between any two steps of an attempt.

use std::{
    process::Child,
    sync::{Arc, Mutex},
};

use bigcommerce_payments::{GiftCertificate, Money, OrderId, Payment};
use bigcommerce_payments_journal::{AttemptState, ChargeError, Evidence};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;
use tracing::{Event, Instrument as _, Subscriber, info_span};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry, registry::LookupSpan};

use super::{
    Bench, key, payment,
    process::{
        asleep_at_step, key_of, signal, step_of, until_ended, until_settled, until_stopped,
        until_waiting,
    },
    until_so,
};

/// Where an attempt may be when its process ends, in their order.
const STEPS: [&str; 6] = [
    "claiming",
    "claimed",
    "token made",
    "sending",
    "answered",
    "finished",
];

/// The step that only those attempts take whose order is looked up before.
const LOOKED_UP: &str = "order looked up";

/// The steps that are told in the span of their caller.
struct Recorded(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorded {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut scope = context.event_scope(event).into_iter().flatten();
        if scope.any(|span| span.name() == CHECKOUT) {
            self.0.lock().unwrap().extend(step_of(event));
        }
    }
}

const CHECKOUT: &str = "checkout";

impl Bench {
    /// An order whose other half a gift certificate has paid.
    async fn partly_paid(&self) -> OrderId {
        let order = self.order();
        let certificate = GiftCertificate::new("ABC-DEF-LOW");
        let certificate = Payment::new(certificate, "bigcommerce.gift_certificate").unwrap();
        let store = self.store().await;
        let key = key("certificate");
        store.charge(&key, order, &certificate).await.unwrap();
        order
    }

    /// A process that charges what is left of the order, and waits when it was looked up.
    async fn further_tender(&self, order: OrderId) -> Child {
        let charge = json!({
            "key": key_of(LOOKED_UP).as_str(), "orders": [order.get()], "total": "60.98",
        });
        until_waiting(self.process_that(LOOKED_UP, &charge)).await
    }
}

/// The tests below name every step that there is.
#[tokio::test]
async fn the_steps_are_all_that_there_are() {
    for bench in Bench::on_each_engine().await {
        let steps = Arc::new(Mutex::new(Vec::new()));
        let recorded = Recorded(Arc::clone(&steps));
        // The subscriber's own method would take the `log` of the other tests, too.
        let _guard = tracing::subscriber::set_default(registry().with(recorded));
        let store = bench.store().await;
        let order = bench.partly_paid().await;
        steps.lock().unwrap().clear();
        store
            .charge(&key("one"), bench.order(), &payment())
            .instrument(info_span!(CHECKOUT))
            .await
            .unwrap();
        assert_eq!(*steps.lock().unwrap(), STEPS);

        steps.lock().unwrap().clear();
        let total = Money::new("60.98".parse().unwrap(), "USD");
        let rest = store
            .charge_further_tender(&key("two"), order, &payment(), &total)
            .instrument(info_span!(CHECKOUT))
            .await;
        rest.unwrap();
        let mut all = STEPS.to_vec();
        all.insert(2, LOOKED_UP);
        assert_eq!(*steps.lock().unwrap(), all);
    }
}

#[tokio::test]
async fn a_process_that_is_killed_at_any_step_loses_nothing() {
    for (number, bench) in Bench::with_short_tokens().await.into_iter().enumerate() {
        for step in STEPS {
            eprintln!("bench {number}, killed at {step:?}");
            let (order, one) = (bench.order(), key_of(step));
            let mut process = until_waiting(bench.process(order, step)).await;
            process.kill().unwrap();
            until_ended(process).await;
            let journal = bench.recovering().open().await.unwrap();
            let store = bench.store_of(&journal);
            let captured = bench.captures(order);
            assert_eq!(
                captured,
                usize::from(matches!(step, "answered" | "finished"))
            );
            let worker = journal.recover(bench.accounts());

            let settled = match step {
                "claiming" => None,
                _ => Some(until_settled(&store, &one).await),
            };
            let expected = match step {
                "claiming" => None,
                "claimed" | "token made" => Some(AttemptState::NotSent),
                "sending" => Some(AttemptState::Released),
                _ => Some(AttemptState::Charged),
            };
            assert_eq!(settled, expected);
            // What was not charged can be charged under the same key; what was is answered.
            let charge = store.charge(&one, order, &payment()).await.unwrap();
            let by_look_up = step == "answered";
            assert_eq!(charge.evidence == Evidence::LookUp, by_look_up);
            assert_eq!(bench.captures(order), 1);
            drop(worker);
        }
    }
}

#[tokio::test]
async fn a_process_that_is_killed_while_its_charge_is_on_its_way_is_found_out() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key_of("no step"));
        bench
            .inject(Endpoint::ProcessPayment, Fault::Hang { when: When::After })
            .await;
        let mut process = bench.process(order, "no step");
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        bench.until_captured(order).await;
        process.kill().unwrap();
        until_ended(process).await;
        let _worker = journal.recover(bench.accounts());

        // In the meantime nobody charges the order.
        let other = store.charge(&key("two"), order, &payment()).await;
        assert!(
            matches!(other, Err(ChargeError::OrderTaken(_))),
            "{other:?}"
        );
        assert_eq!(until_settled(&store, &one).await, AttemptState::Charged);
        let charge = store.charge(&one, order, &payment()).await.unwrap();
        assert_eq!(charge.evidence, Evidence::LookUp);
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_process_that_sleeps_at_any_step_neither_sends_nor_overwrites() {
    for (number, bench) in Bench::with_short_tokens().await.into_iter().enumerate() {
        for step in STEPS {
            eprintln!("bench {number}, stopped at {step:?}");
            let (order, one) = (bench.order(), key_of(step));
            let process = asleep_at_step(bench.process(order, step)).await;
            let journal = bench.recovering().open().await.unwrap();
            let store = bench.store_of(&journal);
            let _worker = journal.recover(bench.accounts());
            let settled = match step {
                "claiming" => {
                    // It has nothing yet: another takes the order.
                    store.charge(&one, order, &payment()).await.unwrap();
                    AttemptState::Charged
                }
                _ => until_settled(&store, &one).await,
            };
            let before = store.attempt(&one).await.unwrap();
            let captured = bench.captures(order);
            let sent = bench.requests(Endpoint::ProcessPayment).len();

            signal(process.id(), "CONT");
            let told = until_ended(process).await;

            // What it sent late would be refused: its token works no more.
            let sent_late = bench.requests(Endpoint::ProcessPayment).split_off(sent);
            assert!(sent_late.is_empty(), "{told}: {sent_late:?}");
            assert_eq!(bench.captures(order), captured, "{told}");
            assert_eq!(store.attempt(&one).await.unwrap(), before, "{told}");
            assert_eq!(captured, usize::from(settled == AttemptState::Charged));
            assert!(told.contains("the answer is"), "{told}");
            if captured == 0 {
                assert!(told.contains("LeaseLost"), "{told}");
                store.charge(&one, order, &payment()).await.unwrap();
            }
            assert_eq!(bench.captures(order), 1);
        }
    }
}

/// Another attempt of its key was charged while it slept: it does not say that nothing was.
#[tokio::test]
async fn a_process_that_slept_leaves_open_what_its_key_charged() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key_of("token made"));
        let process = asleep_at_step(bench.process(order, "token made")).await;
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        assert_eq!(until_settled(&store, &one).await, AttemptState::NotSent);
        let charge = store.charge(&one, order, &payment()).await.unwrap();
        assert_eq!(bench.requests(Endpoint::ProcessPayment).len(), 1);

        signal(process.id(), "CONT");
        let told = until_ended(process).await;

        assert!(told.contains("the answer is Err(LeaseLost {"), "{told}");
        assert_eq!(bench.requests(Endpoint::ProcessPayment).len(), 1);
        let again = store.charge(&one, order, &payment()).await.unwrap();
        assert_eq!(again, charge);
        assert_eq!(bench.captures(order), 1);
    }
}

#[tokio::test]
async fn a_further_tender_whose_process_ends_or_sleeps_after_its_look_up_is_not_sent() {
    for bench in Bench::with_short_tokens().await {
        let one = key_of(LOOKED_UP);
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let _worker = journal.recover(bench.accounts());
        let killed = bench.partly_paid().await;
        let mut process = bench.further_tender(killed).await;
        process.kill().unwrap();
        until_ended(process).await;
        assert_eq!(until_settled(&store, &one).await, AttemptState::NotSent);
        assert_eq!(bench.captures(killed), 1);

        // Its key is free, and the order owes what it owed.
        let mut process = bench.further_tender(killed).await;
        signal(process.id(), "STOP");
        until_stopped(&process).await;
        drop(process.stdin.take());
        assert_eq!(until_settled(&store, &one).await, AttemptState::NotSent);
        signal(process.id(), "CONT");
        let told = until_ended(process).await;
        assert!(told.contains("LeaseLost"), "{told}");
        assert_eq!(bench.captures(killed), 1);
    }
}

/// The answer comes while the process sleeps, and others find the charge out.
#[tokio::test]
async fn a_process_that_sleeps_while_its_charge_is_on_its_way_overwrites_nothing() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key_of("no step"));
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        bench
            .inject(Endpoint::ProcessPayment, Fault::delay(10_000, When::After))
            .await;
        let process = bench.process(order, "no step");
        bench.until_captured(order).await;
        signal(process.id(), "STOP");
        until_stopped(&process).await;
        let _worker = journal.recover(bench.accounts());
        assert_eq!(until_settled(&store, &one).await, AttemptState::Charged);
        let before = store.attempt(&one).await.unwrap();
        let is_answered = async || !bench.requests(Endpoint::ProcessPayment).is_empty();
        until_so("the charge is not answered", is_answered).await;

        signal(process.id(), "CONT");
        let told = until_ended(process).await;

        assert!(told.contains("the answer is"), "{told}");
        assert_eq!(store.attempt(&one).await.unwrap(), before, "{told}");
        assert_eq!(bench.captures(order), 1);
    }
}

/// Recovery, too, may end or sleep when it has taken an attempt over: another takes it then.
#[tokio::test]
async fn a_recovering_process_that_ends_or_sleeps_loses_nothing() {
    for bench in Bench::on_each_engine().await {
        let order = bench.order();
        let store = bench.store().await;
        bench
            .inject(Endpoint::ProcessPayment, Fault::reset(When::After))
            .await;
        let lost = store.charge(&key("one"), order, &payment()).await;
        assert!(
            matches!(lost, Err(ChargeError::OutcomeUnknown(_))),
            "{lost:?}"
        );
        bench.sandbox.clear_faults().await.unwrap();
        let recovers = json!({"recovers": true});
        let mut killed = until_waiting(bench.process_that("taken over", &recovers)).await;
        killed.kill().unwrap();
        until_ended(killed).await;
        let mut stopped = until_waiting(bench.process_that("taken over", &recovers)).await;
        signal(stopped.id(), "STOP");
        until_stopped(&stopped).await;

        let journal = bench.recovering().open().await.unwrap();
        let _worker = journal.recover(bench.accounts());
        assert_eq!(
            until_settled(&store, &key("one")).await,
            AttemptState::Charged
        );
        let before = store.attempt(&key("one")).await.unwrap();
        signal(stopped.id(), "CONT");
        drop(stopped.stdin.take());
        until_ended(stopped).await;
        assert_eq!(store.attempt(&key("one")).await.unwrap(), before);
        assert_eq!(bench.captures(order), 1);
    }
}
