//! The callers of one order, who do what the journal's documentation says.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bigcommerce_sandbox::{FaultRule, TestStore};
use fastrand::Rng;
use tokio::{task::JoinSet, time::sleep};

use crate::{
    error::ProofError,
    fleet::{
        environment::Environment,
        history::{KeyAnswer, OrderHistory},
        pending::PendingPayments,
        plan::{Afterwards, ClickPlan, GOOD_CARD, OrderPlan, Tenders},
        protocol::{ChargeAnswer, Job},
        stores::{GIFT_CERTIFICATES, NEW_KEYS, gift_certificate_code, method_of_key},
    },
    instrument::PlainInstrument,
    stores::TOTAL,
};

/// Pays one order, by all its callers at once, and gives what they were told.
///
/// # Errors
///
/// Fails where a fault cannot be set up.
pub(super) async fn pay(
    environment: Arc<Environment>,
    plan: OrderPlan,
) -> Result<OrderHistory, ProofError> {
    let (store, places) = environment.store_of(plan.index);
    let mut held = Vec::new();
    for places in [places, &environment.places] {
        let place = places.acquire().await;
        held.push(place.expect("the semaphore is never closed"));
    }
    let order = store.create_order(TOTAL)?;
    let mut faults = Vec::new();
    for (endpoint, script) in &plan.faults {
        let rule = FaultRule::script(script.iter().cloned())
            .endpoint(*endpoint)
            .store(store.hash())
            .order(order)
            .times(script.len() as u64);
        faults.push(environment.sandbox.inject(rule).await?);
    }
    let pending = Arc::new(PendingPayments::new(store.clone(), order, plan.pending));
    let caller = |number, click: ClickPlan, pays_part| Caller {
        environment: Arc::clone(&environment),
        pending: Arc::clone(&pending),
        store: store.clone(),
        order,
        plan: plan.clone(),
        click,
        pays_part,
        number,
        chance: Rng::with_seed(click.seed),
        new_keys: 0,
        answers: Vec::new(),
        not_charged: Vec::new(),
        events: Vec::new(),
    };
    let mut history = OrderHistory {
        store: store.hash().to_owned(),
        order,
        plan: plan.clone(),
        answers: Vec::new(),
        not_charged: Vec::new(),
        unanswered: 0,
        events: Vec::new(),
    };
    let mut finished = Vec::new();
    if plan.tenders == Tenders::Split {
        finished.push(caller(plan.clicks.len(), plan.clicks[0], true).pay().await);
    }
    let clicks = plan.clicks.iter().copied().enumerate();
    let callers: JoinSet<_> = clicks
        .map(|(number, click)| caller(number, click, false).pay())
        .collect();
    finished.extend(callers.join_all().await);
    pending.decide_now();
    for (is_answered, caller) in finished {
        history.unanswered += usize::from(!is_answered);
        history.answers.extend(caller.answers);
        history.not_charged.extend(caller.not_charged);
        history.events.extend(caller.events);
    }
    history.events.sort_by_key(|(at, _)| *at);
    for fault in faults {
        environment.sandbox.remove_fault(fault).await?;
    }
    Ok(history)
}

/// One caller.
struct Caller {
    environment: Arc<Environment>,
    pending: Arc<PendingPayments>,
    store: TestStore,
    order: u64,
    plan: OrderPlan,
    click: ClickPlan,
    /// Whether it pays the part that a gift certificate covers.
    pays_part: bool,
    number: usize,
    chance: Rng,
    /// How often it took a new key, after a decline.
    new_keys: usize,
    answers: Vec<KeyAnswer>,
    /// The attempts of which it was told that they charged nothing.
    not_charged: Vec<String>,
    events: Vec<(Duration, String)>,
}

/// The first pause of a caller who is to ask again; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The longest in a fleet that does wrong: they are to come before the process that sleeps.
const LONGEST_PAUSE_AT_WRONG: Duration = Duration::from_secs(1);

impl Caller {
    /// Asks until it has an answer for good, and says whether it got one.
    async fn pay(mut self) -> (bool, Self) {
        sleep(self.click.after).await;
        let mut drop_after = self.click.drops_after;
        let mut pause = FIRST_PAUSE;
        let longest_pause = if self.environment.does_wrong {
            LONGEST_PAUSE_AT_WRONG
        } else {
            LONGEST_PAUSE
        };
        while Instant::now() < self.environment.deadline {
            let job = self.job(self.method(), drop_after.take());
            let told = self.ask(&job).await;
            match told {
                Some(ChargeAnswer::Declined(_)) if self.new_keys < NEW_KEYS => {
                    self.answered(&job, told, false);
                    self.new_keys += 1;
                    pause = FIRST_PAUSE;
                }
                None
                | Some(
                    ChargeAnswer::AskAgain(_) | ChargeAnswer::Pending | ChargeAnswer::NotSent(_),
                ) => {
                    self.let_service_decide(told.as_ref());
                    self.let_merchant_act(told.as_ref());
                    sleep(pause).await;
                    pause = (pause * 2).min(longest_pause);
                }
                told => {
                    self.answered(&job, told, false);
                    self.ask_afterwards().await;
                    return (true, self);
                }
            }
        }
        (false, self)
    }

    /// Asks something more under the key that was answered.
    async fn ask_afterwards(&mut self) {
        let is_misuse = match self.plan.afterwards {
            Some(Afterwards::TheSame) => false,
            Some(Afterwards::OtherMethod) => true,
            None => return,
        };
        let is_of_key = matches!(
            self.answers.last().map(|answer| &answer.told),
            Some(ChargeAnswer::Charged(_) | ChargeAnswer::Declined(_))
        );
        // The key of an order that another key paid is not in the journal.
        if is_misuse && !is_of_key {
            return;
        }
        let method = if is_misuse {
            method_of_key(!self.plan.authorizes, 0, 0)
        } else {
            self.method()
        };
        let job = self.job(method, None);
        while Instant::now() < self.environment.deadline {
            match self.ask(&job).await {
                None | Some(ChargeAnswer::AskAgain(_)) => sleep(LONGEST_PAUSE).await,
                told => return self.answered(&job, told, is_misuse),
            }
        }
    }

    async fn ask(&mut self, job: &Job) -> Option<ChargeAnswer> {
        let processes = &self.environment.processes;
        let instance = self.chance.usize(..processes.count());
        let asked = processes.charge(instance, job.clone());
        self.events.push((
            self.environment.started.elapsed(),
            format!(
                "caller {} asks instance {instance} under {}",
                self.number, job.key
            ),
        ));
        let told = asked.await;
        let said = match &told {
            Some(told) => told.to_string(),
            None => "nothing".to_owned(),
        };
        self.note(&format!("is told by instance {instance}: {said}"));
        let told = told?;
        self.not_charged.extend(told.not_charged);
        Some(told.answer)
    }

    fn job(&self, payment_method_id: String, drop_after: Option<Duration>) -> Job {
        let key = if self.pays_part {
            "part".to_owned()
        } else {
            self.click.key.to_string()
        };
        let instrument = match self.new_keys {
            _ if self.pays_part => {
                PlainInstrument::GiftCertificate(gift_certificate_code(self.plan.index))
            }
            0 => PlainInstrument::Card(self.plan.cards[self.click.key].to_owned()),
            _ => PlainInstrument::Card(GOOD_CARD.to_owned()),
        };
        Job {
            number: 0,
            store: self.store.hash().to_owned(),
            order: u32::try_from(self.order).expect("a store counts its orders from 1"),
            key: format!("{}-{key}-{}", self.order, self.new_keys),
            payment_method_id,
            instrument,
            is_further_tender: self.plan.tenders != Tenders::One && !self.pays_part,
            drop_after_ms: drop_after
                .map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    fn method(&self) -> String {
        if self.pays_part {
            return GIFT_CERTIFICATES.to_owned();
        }
        let (key, new_keys) = if self.plan.shares_method {
            (0, 0)
        } else {
            (self.click.key, self.new_keys)
        };
        method_of_key(self.plan.authorizes, key, new_keys)
    }

    /// What is pending is decided, sooner or later.
    fn let_service_decide(&mut self, told: Option<&ChargeAnswer>) {
        if told == Some(&ChargeAnswer::Pending) {
            self.pending.told();
        }
        match self.pending.decide() {
            Some(true) => self.note("sees that the pending payment went well"),
            Some(false) => self.note("sees that the pending payment failed"),
            None => {}
        }
    }

    /// The merchant sees a charge before its caller knows of it, and voids it.
    fn let_merchant_act(&mut self, told: Option<&ChargeAnswer>) {
        let is_open = matches!(told, Some(ChargeAnswer::AskAgain(_)));
        let ledger = self.store.ledger_of(self.order);
        if self.plan.is_voided
            && is_open
            && ledger.len() == 1
            && self.store.void(self.order, None).is_ok()
        {
            self.note("sees that the merchant voids it");
        }
    }

    fn answered(&mut self, job: &Job, told: Option<ChargeAnswer>, is_misuse: bool) {
        self.answers.extend(told.map(|told| KeyAnswer {
            key: job.key.clone(),
            told,
            is_misuse,
        }));
    }

    fn note(&mut self, what: &str) {
        let at = self.environment.started.elapsed();
        self.events
            .push((at, format!("caller {} {what}", self.number)));
    }
}
