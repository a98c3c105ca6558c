//! Processes that end or sleep between any two steps of an attempt.
//!
//! The process is this very test binary, started again with [`SETTINGS`]: it charges once, and
//! waits at the step that it is told, where it gets its signal. The journal records its steps by
//! `tracing`.

use std::{
    env,
    fmt::Debug,
    fs,
    io::{self, Read},
    process::{Child, Command, Stdio},
    time::Duration,
};

use bigcommerce_payments::{OrderId, Payments};
use bigcommerce_payments_journal::{
    AttemptState, ChargeError, Evidence, IdempotencyKey, Journal, JournalBuilder, JournaledStore,
};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::{Value, json};
use tracing::{Event, Subscriber, field::Field};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use super::{Bench, key, payment};

/// The environment variable that makes a process of this binary, and says what it does.
const SETTINGS: &str = "JOURNAL_PROCESS";

/// Where an attempt may be when its process ends, in their order.
const STEPS: [&str; 6] = [
    "claiming",
    "claimed",
    "token made",
    "sending",
    "answered",
    "finished",
];

/// The key that a process with that step charges under.
fn key_of(step: &str) -> IdempotencyKey {
    key(&step.replace(' ', "-"))
}

fn builder(url: &str, name: &str) -> JournalBuilder {
    Journal::builder(url)
        .name(name)
        .connections(4)
        .without_rate_limit()
        .leases(Duration::from_secs(4), Duration::from_secs(4))
        .settle(Duration::from_secs(1))
        .token_lifetime(Duration::from_secs(6))
        .look_up_pauses(Duration::from_millis(50), Duration::from_millis(200))
        .recovery_interval(Duration::from_millis(50))
}

/// Charges once, in a process of its own.
#[tokio::test]
async fn the_process_of_the_other_tests() {
    let Ok(settings) = env::var(SETTINGS) else {
        return;
    };
    let settings: Value = serde_json::from_str(&settings).unwrap();
    let text = |name: &str| settings[name].as_str().unwrap().to_owned();
    tracing_subscriber::registry()
        .with(WaitAt(text("step")))
        .init();
    let journal = builder(&text("url"), &text("name")).open().await.unwrap();
    let payments = Payments::builder()
        .without_rate_limit()
        .attempts(1)
        .api_url(text("api_url"))
        .payments_url(text("payments_url"))
        .build()
        .unwrap();
    let store = payments.store(&text("hash"), text("token")).unwrap();
    let order = u32::try_from(settings["order"].as_u64().unwrap()).unwrap();
    let order = OrderId::new(order).unwrap();

    let answer = journal
        .store(store)
        .charge(&key(&text("key")), order, &payment())
        .await;
    println!("the answer is {answer:?}");
}

/// Says so when the journal comes to a step, and waits until it is told to go on.
struct WaitAt(String);

impl<S: Subscriber> Layer<S> for WaitAt {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut found = None;
        event.record(&mut |field: &Field, value: &dyn Debug| {
            if field.name() == "step" {
                found = Some(format!("{value:?}"));
            }
        });
        if found.is_some_and(|step| step.trim_matches('"') == self.0) {
            println!("{WAITING}");
            io::stdin().read_line(&mut String::new()).unwrap();
        }
    }
}

const WAITING: &str = "waiting at the step";

fn signal(process: u32, name: &str) {
    let kill = format!("kill -s {name} {process}");
    let done = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(done.success());
}

impl Bench {
    /// A process that charges the order under [its key](key_of), and waits at the step.
    fn process(&self, order: OrderId, step: &str) -> Child {
        let settings = json!({
            "url": self.url, "name": self.name, "key": key_of(step).as_str(), "order": order.get(),
            "api_url": self.sandbox.api_url(), "payments_url": self.sandbox.payments_url(),
            "hash": self.sandbox.store_hash(), "token": self.sandbox.access_token(),
            "step": step,
        });
        Command::new(env::current_exe().unwrap())
            .args(["journal::processes::the_process_of_the_other_tests"])
            .args(["--exact", "--nocapture"])
            .env(SETTINGS, settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn recovering(&self) -> JournalBuilder {
        builder(&self.url, &self.name)
    }
}

/// Waits until the attempt of the key is settled.
async fn until_settled(store: &JournaledStore, key: &IdempotencyKey) -> AttemptState {
    loop {
        let attempt = store.attempt(key).await.unwrap();
        if let Some(attempt) = attempt.filter(|attempt| !attempt.state.is_open()) {
            return attempt.state;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the process waits at its step, without holding up the sandbox.
async fn until_waiting(mut process: Child) -> Child {
    let waiting = move || {
        let mut line = Vec::new();
        let output = process.stdout.as_mut().unwrap();
        while !line.ends_with(WAITING.as_bytes()) {
            let mut byte = [0];
            output.read_exact(&mut byte).unwrap();
            line.extend(byte);
        }
        process
    };
    tokio::task::spawn_blocking(waiting).await.unwrap()
}

/// Waits until the process has ended, and gives what it printed.
async fn until_ended(process: Child) -> String {
    let ended = move || process.wait_with_output().unwrap().stdout;
    let output = tokio::task::spawn_blocking(ended).await.unwrap();
    String::from_utf8(output).unwrap()
}

async fn until_stopped(process: &Child) {
    let stat = format!("/proc/{}/stat", process.id());
    loop {
        let state = fs::read_to_string(&stat).unwrap();
        let state = state
            .rsplit(')')
            .next()
            .unwrap()
            .trim_start()
            .chars()
            .next();
        if state == Some('T') {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
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
        while bench.captures(order) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
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
            let mut process = until_waiting(bench.process(order, step)).await;
            signal(process.id(), "STOP");
            until_stopped(&process).await;
            // It goes on at once when it wakes up.
            drop(process.stdin.take());
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

            signal(process.id(), "CONT");
            let told = until_ended(process).await;

            assert_eq!(bench.captures(order), captured, "{told}");
            assert_eq!(store.attempt(&one).await.unwrap(), before, "{told}");
            assert_eq!(captured, usize::from(settled == AttemptState::Charged));
            assert!(told.contains("the answer is"), "{told}");
            if captured == 0 {
                assert!(told.contains("Refused"), "{told}");
                store.charge(&one, order, &payment()).await.unwrap();
            }
            assert_eq!(bench.captures(order), 1);
        }
    }
}

/// The process slept with its receipt, the service did not show the charge, and the attempt was
/// released: the receipt counts, and a person is told.
#[tokio::test]
async fn a_receipt_that_comes_after_the_release_is_written_and_told() {
    for bench in Bench::with_short_tokens().await {
        let (order, one) = (bench.order(), key_of("answered"));
        let shown = bench.sandbox.store();
        let nothing = vec![r#"{"data":[]}"#.to_owned()];
        let number = u64::from(order.get());
        shown.serve_transactions(number, nothing).unwrap();
        let mut process = until_waiting(bench.process(order, "answered")).await;
        signal(process.id(), "STOP");
        until_stopped(&process).await;
        drop(process.stdin.take());
        let journal = bench.recovering().open().await.unwrap();
        let store = bench.store_of(&journal);
        let worker = journal.recover(bench.accounts());
        assert_eq!(until_settled(&store, &one).await, AttemptState::Released);
        drop(worker);

        signal(process.id(), "CONT");
        let told = until_ended(process).await;

        assert!(told.contains("the answer is Ok"), "{told}");
        let attempt = store.attempt(&one).await.unwrap().unwrap();
        assert_eq!(attempt.state, AttemptState::Charged);
        assert!(attempt.attention.unwrap().contains("released"));
        let charge = store.charge(&one, order, &payment()).await.unwrap();
        assert_eq!(charge.evidence, Evidence::Receipt);
        assert_eq!(bench.captures(order), 1);
    }
}
