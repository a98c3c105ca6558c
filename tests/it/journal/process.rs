//! Processes of their own, which end or sleep when they are told.
//!
//! A process is this very test binary, started again with [`SETTINGS`]: it does what they say, and
//! waits at the step that it is told, where it gets its signal. The journal records its steps by
//! `tracing`.

use std::{
    env,
    fmt::Debug,
    fs,
    io::{self, Read},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bigcommerce_payments::{Decimal, Money, OrderId, Payments};
use bigcommerce_payments_journal::{
    AttemptState, IdempotencyKey, Journal, JournalBuilder, JournaledStore,
};
use serde_json::{Value, json};
use tracing::{Event, Subscriber, field::Field};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use super::{Bench, PATIENCE, key, payment, payment_with, until_of};

/// The environment variable that makes a process of this binary, and says what it does.
const SETTINGS: &str = "JOURNAL_PROCESS";

/// The key that a process with that step charges under.
pub(super) fn key_of(step: &str) -> IdempotencyKey {
    key(&step.replace(' ', "-"))
}

/// With leases and pauses about as short as the tokens.
pub(super) fn builder(url: &str, name: &str) -> JournalBuilder {
    Journal::builder(url)
        .name(name)
        .connections(4)
        .database_timeout(Duration::from_secs(60))
        .leases(Duration::from_secs(8), Duration::from_secs(4))
        .send_within(Duration::from_secs(4))
        .settle(Duration::from_secs(1))
        .token_lifetime(Duration::from_secs(6))
        .look_up_pauses(Duration::from_millis(50), Duration::from_millis(200))
        .recovery_interval(Duration::from_millis(50))
}

/// Does what the settings say, in a process of its own.
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
    let builder = builder(&text("url"), &text("name"));
    let is = |name: &str| settings[name] == true;
    let (journal, attempts) = if is("limited") {
        let journal = builder
            // Those that are waited for hold their leases for as long.
            .leases(Duration::from_secs(150), Duration::from_secs(90))
            .send_within(Duration::from_secs(3))
            // A busy machine may stamp an arrival late.
            .rate_limit_margin(Duration::from_secs(2));
        // A try that finds no connection until its last moment asks for another place.
        (journal, 5)
    } else if is("waited_for") {
        let lease = Duration::from_secs(60);
        let journal = builder.leases(lease, lease);
        let journal = journal.send_within(Duration::from_secs(20));
        (journal.without_rate_limit(), 1)
    } else {
        (builder.without_rate_limit(), 1)
    };
    let journal = match settings["bound_ms"].as_u64() {
        Some(bound) => journal.database_timeout(Duration::from_millis(bound)),
        None => journal,
    };
    let journal = journal.open().await.unwrap();
    let payments = Payments::builder()
        .without_rate_limit()
        .attempts(attempts)
        .api_url(text("api_url"))
        .payments_url(text("payments_url"))
        .build()
        .unwrap();
    let (hash, token) = (text("hash"), text("token"));
    if is("recovers") {
        let _worker = journal.recover(move |hash: &str| payments.account(hash, &*token).ok());
        let told = || io::stdin().read_line(&mut String::new());
        tokio::task::spawn_blocking(told).await.unwrap().unwrap();
        // What it was in the middle of goes on.
        tokio::time::sleep(Duration::from_secs(1)).await;
        return;
    }
    let store = journal.store(payments.store(&hash, token).unwrap());
    let total = settings["total"].as_str().map(|total| {
        let total: Decimal = total.parse().unwrap();
        Money::new(total, "USD")
    });
    let card = settings["card"].as_str();
    let payment = card.map_or_else(payment, payment_with);
    let mut charges = tokio::task::JoinSet::new();
    for order in settings["orders"].as_array().unwrap() {
        let order = OrderId::try_from(order.as_u64().unwrap()).unwrap();
        let key = match settings["key"].as_str() {
            Some(text) => key(text),
            None => key(&order.to_string()),
        };
        let (store, total, payment) = (store.clone(), total.clone(), payment.clone());
        charges.spawn(async move {
            match total {
                None => store.charge(&key, order, &payment).await,
                Some(total) => {
                    store
                        .charge_further_tender(&key, order, &payment, &total)
                        .await
                }
            }
        });
    }
    for answer in charges.join_all().await {
        println!("the answer is {answer:?}");
    }
}

/// Says so when the journal comes to a step, and waits until it is told to go on.
struct WaitAt(String);

impl<S: Subscriber> Layer<S> for WaitAt {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if step_of(event).is_some_and(|step| step == self.0) {
            println!("{WAITING}");
            io::stdin().read_line(&mut String::new()).unwrap();
        }
    }
}

/// The step that the journal records with an event.
pub(super) fn step_of(event: &Event<'_>) -> Option<String> {
    let mut found = None;
    event.record(&mut |field: &Field, value: &dyn Debug| {
        if field.name() == "step" {
            found = Some(format!("{value:?}").trim_matches('"').to_owned());
        }
    });
    found
}

const WAITING: &str = "waiting at the step";

pub(super) fn signal(process: u32, name: &str) {
    let kill = format!("kill -s {name} {process}");
    let done = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(done.success());
}

impl Bench {
    /// A process that charges the order under [its key](key_of), and waits at the step.
    pub(super) fn process(&self, order: OrderId, step: &str) -> Child {
        let charge = json!({"key": key_of(step).as_str(), "orders": [order.get()]});
        self.process_that(step, &charge)
    }

    /// A process that does something, and waits at the step.
    pub(super) fn process_that(&self, step: &str, what: &Value) -> Child {
        let mut settings = json!({
            "url": self.url, "name": self.name, "step": step,
            "api_url": self.sandbox.api_url(), "payments_url": self.sandbox.payments_url(),
            "hash": self.sandbox.store_hash(), "token": self.sandbox.access_token(),
        });
        let what = what.as_object().unwrap().clone();
        settings.as_object_mut().unwrap().extend(what);
        Command::new(env::current_exe().unwrap())
            .args(["journal::process::the_process_of_the_other_tests"])
            .args(["--exact", "--nocapture"])
            .env(SETTINGS, settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub(super) fn recovering(&self) -> JournalBuilder {
        builder(&self.url, &self.name).without_rate_limit()
    }
}

/// Waits until the attempt of the key is settled.
pub(super) async fn until_settled(store: &JournaledStore, key: &IdempotencyKey) -> AttemptState {
    let settled = until_of(store, key, |attempt| !attempt.state.is_open());
    settled.await.state
}

/// Waits until the process waits at its step, without holding up the sandbox.
pub(super) async fn until_waiting(mut process: Child) -> Child {
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

/// Puts the process to sleep at its step. It goes on at once when it wakes up.
pub(super) async fn asleep_at_step(process: Child) -> Child {
    let mut process = until_waiting(process).await;
    signal(process.id(), "STOP");
    until_stopped(&process).await;
    drop(process.stdin.take());
    process
}

/// Waits until the process has ended, and gives what it printed.
pub(super) async fn until_ended(process: Child) -> String {
    let ended = move || process.wait_with_output().unwrap().stdout;
    let output = tokio::task::spawn_blocking(ended).await.unwrap();
    String::from_utf8(output).unwrap()
}

pub(super) async fn until_stopped(process: &Child) {
    let stat = format!("/proc/{}/stat", process.id());
    let began = Instant::now();
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
        assert_ne!(state, Some('Z'), "it ended before it was stopped");
        assert!(began.elapsed() < PATIENCE, "it is not stopped: {state:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
