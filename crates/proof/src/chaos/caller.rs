//! One caller, who pays one order and follows what the facade tells.

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{
    Card, ChargeAttempt, ChargeStatus, Error, ErrorKind, InstrumentType, OrderId, Payment, Receipt,
};
use bigcommerce_sandbox::{FaultId, FaultRule};

use super::{
    crashing_caller,
    environment::Environment,
    history::OrderHistory,
    plan::{Attempt, OrderPlan},
    reported_outcome::ReportedOutcome,
};
use crate::error::ProofError;

/// Look-ups of an order before the caller gives up on it, which the audit counts as a violation.
const LOOK_UPS: usize = 40;

/// How long one look-up waits for a final answer.
const LOOK_UP_TIME: Duration = Duration::from_secs(3);

/// One caller, who pays one order.
pub(crate) struct Caller<'a> {
    environment: &'a Environment,
    plan: OrderPlan,
    order: OrderId,
    payment: Payment,
    history: OrderHistory,
}

/// What one attempt came to, as far as the caller knows.
enum AttemptOutcome {
    Final(ReportedOutcome),
    /// Nothing was processed, and the caller may try again.
    TryAgain,
    Unknown,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(environment: &'a Environment, plan: OrderPlan, order: u64) -> Self {
        let id = u32::try_from(order)
            .ok()
            .and_then(|it| OrderId::new(it).ok());
        let card = Card::new("Jane Doe", plan.card, 12, 2039).verification_value("422");
        Self {
            environment,
            payment: Payment::new(card, plan.method).expect("a well-known test card"),
            history: OrderHistory::new(order, format!("{plan:?}")),
            order: id.expect("the sandbox counts orders from 1"),
            plan,
        }
    }

    /// Pays the order as planned, and gives what the caller was told in the end.
    ///
    /// # Errors
    ///
    /// Fails where a fault or a process cannot be set up.
    pub(crate) async fn pay(mut self) -> Result<OrderHistory, ProofError> {
        let faults = self.inject().await?;
        for each in self.plan.attempts.clone() {
            self.check_what_was_told();
            let outcome = match each {
                Attempt::Wait => self.charge(0).await,
                Attempt::Impatient { again } => self.charge(again).await,
                Attempt::Cancel { after } => {
                    let charge = self.charge(0);
                    match tokio::time::timeout(after, charge).await {
                        Ok(outcome) => outcome,
                        Err(_) => self.forgets("dropped the charge"),
                    }
                }
                Attempt::Crash { charging, after } => {
                    let end = crashing_caller::kill(
                        self.environment,
                        self.order,
                        &self.plan,
                        charging,
                        after,
                    );
                    self.forgets(&end.await?)
                }
            };
            let told = match outcome {
                AttemptOutcome::Final(told) => told,
                AttemptOutcome::TryAgain => ReportedOutcome::NotProcessed,
                AttemptOutcome::Unknown => self.reconcile().await,
            };
            self.history.tell(told);
            // Only a caller who knows that nothing was charged tries again.
            if !matches!(
                told,
                ReportedOutcome::NotProcessed | ReportedOutcome::ReconciledNotPaid
            ) {
                break;
            }
        }
        for fault in faults {
            self.environment.sandbox.remove_fault(fault).await?;
        }
        Ok(self.history)
    }

    /// Before an attempt, the caller knows of nothing that was charged. A later one must not
    /// cover up that this was wrong.
    fn check_what_was_told(&mut self) {
        let state = self
            .environment
            .sandbox
            .store()
            .order(self.order.get().into());
        if state.is_some_and(|state| state.status_id != 0) {
            self.note("was told that nothing was charged, which is wrong");
            self.history.was_told_wrong();
        }
    }

    async fn inject(&self) -> Result<Vec<FaultId>, ProofError> {
        let mut ids = Vec::new();
        for (endpoint, script) in &self.plan.faults {
            let rule = FaultRule::script(script.iter().cloned())
                .endpoint(*endpoint)
                .order(self.order.get().into())
                .times(script.len() as u64);
            ids.push(self.environment.sandbox.inject(rule).await?);
        }
        Ok(ids)
    }

    /// Charges, and again up to `again` times while that is said to be safe.
    async fn charge(&mut self, mut again: u8) -> AttemptOutcome {
        let mut wrongly = if self.environment.wrong_client { 2 } else { 0 };
        loop {
            self.note("charges");
            let result = self
                .environment
                .store
                .charge(self.order, &self.payment)
                .await;
            let (outcome, safe) = self.read(result);
            let repeat = match outcome {
                AttemptOutcome::TryAgain => safe && again > 0,
                // What the wrong client does: the charge may have been made.
                AttemptOutcome::Unknown if wrongly > 0 => {
                    wrongly -= 1;
                    true
                }
                AttemptOutcome::Unknown => false,
                AttemptOutcome::Final(_) => false,
            };
            if !repeat {
                return outcome;
            }
            again = again.saturating_sub(1);
        }
    }

    fn read(&mut self, result: Result<Receipt, Error>) -> (AttemptOutcome, bool) {
        let error = match result {
            Ok(receipt) if receipt.status.as_str() == "pending" => {
                self.note("is told: pending");
                return (AttemptOutcome::Unknown, false);
            }
            Ok(_) => {
                self.note("is told: paid");
                return (AttemptOutcome::Final(ReportedOutcome::Paid), false);
            }
            Err(error) => error,
        };
        self.note(&format!("is told: {error}"));
        let outcome = match error.kind() {
            ErrorKind::OutcomeUnknown | ErrorKind::Duplicate | ErrorKind::OrderNotPayable => {
                AttemptOutcome::Unknown
            }
            ErrorKind::Declined(_) => AttemptOutcome::Final(ReportedOutcome::Declined),
            _ => AttemptOutcome::TryAgain,
        };
        (outcome, error.is_safe_to_retry())
    }

    /// Asks until there is a final answer.
    async fn reconcile(&mut self) -> ReportedOutcome {
        let mut attempt = ChargeAttempt::new(
            self.environment.sandbox.store_hash(),
            self.order,
            self.plan.method,
            InstrumentType::Card,
            "not known any more",
        );
        attempt.sent_at = Some(SystemTime::now());
        for _ in 0..LOOK_UPS {
            let store = &self.environment.store;
            let told = match store.look_up_until(&attempt, LOOK_UP_TIME).await {
                Ok(answer) if answer.is_final => match answer.status {
                    ChargeStatus::Charged { .. } => ReportedOutcome::ReconciledPaid,
                    _ => ReportedOutcome::ReconciledNotPaid,
                },
                Ok(answer) if matches!(answer.status, ChargeStatus::Pending { .. }) => {
                    self.note("looks up: still pending");
                    let store = self.environment.sandbox.store();
                    let settled = store.settle_pending(self.order.get().into(), true);
                    self.note(&format!("the gateway decides: {settled:?}"));
                    continue;
                }
                Ok(answer) => {
                    self.note(&format!("looks up: {:?}", answer.status));
                    continue;
                }
                Err(error) => {
                    self.note(&format!("looks up: {error}"));
                    continue;
                }
            };
            self.note(&format!("looks up: {told}"));
            return told;
        }
        ReportedOutcome::NeverAnswered
    }

    fn forgets(&mut self, how: &str) -> AttemptOutcome {
        self.note(how);
        AttemptOutcome::Unknown
    }

    fn note(&mut self, what: &str) {
        self.history.note(self.environment.started.elapsed(), what);
    }
}
