//! One caller, who pays one order and does what the client's documentation says.

mod charge;
mod departure;
mod look_up;

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{ChargeAttempt, OrderId, StoreClient};
use bigcommerce_sandbox::{FaultId, FaultRule, TestStore};

use self::charge::{ChargeOutcome, PlannedCharge};
use crate::{
    chaos::{
        answer::Answer,
        args::Conduct,
        crashing_caller,
        environment::Environment,
        history::{ChargeRecord, OrderHistory, unix_millis},
        plan::{AttemptConduct, AttemptPlan, OrderPlan},
        stores::{customer_of, store_of},
    },
    error::ProofError,
    stores::TOTAL,
};

/// One caller, who pays one order.
pub(crate) struct Caller<'a> {
    environment: &'a Environment,
    store: &'a TestStore,
    client: &'a StoreClient,
    plan: OrderPlan,
    order: OrderId,
    /// Transactions that are known to be of earlier tenders.
    settled: Vec<String>,
    history: OrderHistory,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(environment: &'a Environment, plan: OrderPlan) -> Result<Self, ProofError> {
        let hash = store_of(&plan, environment.store_count);
        let (store, client) = environment.store(&hash);
        let order = store.create_order_for(customer_of(&plan), TOTAL)?;
        if let Some(odd) = plan.odd_transaction {
            store.add_raw_transaction(order, odd.json())?;
        }
        store.set_transaction_form(order, Some(plan.transaction_form))?;
        let id = u32::try_from(order).expect("a store counts its orders from 1");
        Ok(Self {
            environment,
            store,
            client,
            order: OrderId::new(id)?,
            settled: Vec::new(),
            history: OrderHistory::new(hash, order, plan.clone()),
            plan,
        })
    }

    /// Pays the order as planned, and gives what the caller was told.
    ///
    /// # Errors
    ///
    /// Fails where a fault or a process cannot be set up.
    pub(crate) async fn pay(mut self) -> Result<OrderHistory, ProofError> {
        let faults = self.inject().await?;
        for attempts in self.plan.tenders.clone() {
            if !self.pay_tender(&attempts).await? {
                break;
            }
        }
        for fault in faults {
            self.environment.sandbox.remove_fault(fault).await?;
        }
        Ok(self.history)
    }

    /// Tries to pay one tender for as long as it is known that it was not paid, and says whether
    /// it was.
    async fn pay_tender(&mut self, attempts: &[AttemptPlan]) -> Result<bool, ProofError> {
        for attempt in attempts {
            let answer = self.attempt(attempt).await?;
            if !answer.allows_another_charge() {
                return Ok(matches!(answer, Answer::Paid | Answer::LookedUpCharged));
            }
        }
        Ok(false)
    }

    /// Charges, and again while that is said to be safe and the caller is impatient.
    async fn attempt(&mut self, plan: &AttemptPlan) -> Result<Answer, ProofError> {
        let mut again = match plan.conduct {
            AttemptConduct::Impatient { again } => again,
            _ => 0,
        };
        loop {
            let charge = self.next_charge(plan)?;
            let outcome = match plan.conduct {
                AttemptConduct::Crash { charging, after } => {
                    self.crash(plan, &charge, charging, after).await?
                }
                _ => self.charge(plan, &charge).await,
            };
            let outcome = match outcome {
                ChargeOutcome::Unknown(_) if self.environment.conduct == Conduct::SendAgain => {
                    self.charge(plan, &charge).await
                }
                outcome => outcome,
            };
            let is_safe = matches!(outcome, ChargeOutcome::SafeToRetry(_));
            let answer = match outcome {
                ChargeOutcome::Known(answer) | ChargeOutcome::SafeToRetry(answer) => {
                    self.record(&charge.attempt, None, answer);
                    answer
                }
                ChargeOutcome::Unknown(attempt) => {
                    let (asked_at, answer) = self.find_out(&attempt).await;
                    self.record(&attempt, asked_at, answer);
                    answer
                }
            };
            if again == 0 || !is_safe {
                return Ok(answer);
            }
            again -= 1;
        }
    }

    async fn crash(
        &mut self,
        plan: &AttemptPlan,
        charge: &PlannedCharge,
        charging: bool,
        after: Duration,
    ) -> Result<ChargeOutcome, ProofError> {
        let instructions = crashing_caller::Instructions {
            api_url: self.environment.sandbox.api_url().to_owned(),
            payments_url: self.environment.sandbox.payments_url().to_owned(),
            attempt: charge.attempt.clone(),
            instrument: self.instrument(plan.instrument),
            charging,
        };
        let (program, limiter) = (&self.environment.program, self.environment.limiter());
        let killed = crashing_caller::kill(program, &instructions, after, limiter);
        self.note(&killed.await?);
        Ok(charge.forgotten())
    }

    async fn inject(&self) -> Result<Vec<FaultId>, ProofError> {
        let mut ids = Vec::new();
        for (endpoint, script) in &self.plan.faults {
            let rule = FaultRule::script(script.iter().cloned())
                .endpoint(*endpoint)
                .store(self.store.hash())
                .order(self.order.get().into())
                .times(script.len() as u64);
            ids.push(self.environment.sandbox.inject(rule).await?);
        }
        Ok(ids)
    }

    fn record(&mut self, attempt: &ChargeAttempt, asked_at: Option<SystemTime>, answer: Answer) {
        self.note(&answer.to_string());
        self.history.charges.push(ChargeRecord {
            payment_method_id: attempt.payment_method_id.clone(),
            correlation_id: attempt.correlation_id.clone(),
            began_at: attempt.began_at.map_or(0, unix_millis),
            sent_at: attempt.sent_at.map(unix_millis),
            asked_at: asked_at.map(unix_millis),
            told_at: unix_millis(SystemTime::now()),
            answer,
        });
    }

    fn note(&mut self, what: &str) {
        self.history.note(self.environment.started.elapsed(), what);
    }
}
