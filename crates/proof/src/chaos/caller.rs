//! One caller, who pays one order and follows what the facade tells.

use bigcommerce_payments::{Card, Error, ErrorKind, OrderId, Payment, Receipt, Reconciliation};
use bigcommerce_sandbox::{FaultId, FaultRule};

use super::{
    Arena,
    audit::{History, Told},
    plan::{Plan, Try},
    victim,
};

/// Look-ups of an order before the caller gives up on it, which the audit counts as a violation.
const LOOK_UPS: usize = 40;

/// One caller, who pays one order.
pub(crate) struct Caller<'a> {
    arena: &'a Arena,
    plan: Plan,
    order: OrderId,
    payment: Payment,
    history: History,
}

/// What one try came to, as far as the caller knows.
enum Known {
    Told(Told),
    /// Nothing was processed, and the caller may try again.
    TryAgain,
    Unknown,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(arena: &'a Arena, plan: Plan, order: u64) -> Self {
        let id = u32::try_from(order)
            .ok()
            .and_then(|it| OrderId::new(it).ok());
        let card = Card::new("Jane Doe", plan.card, 12, 2039).verification_value("422");
        Self {
            arena,
            payment: Payment::new(card, plan.method).expect("a well-known test card"),
            history: History::new(order, format!("{plan:?}")),
            order: id.expect("the sandbox counts orders from 1"),
            plan,
        }
    }

    /// Pays the order as planned, and gives what the caller was told in the end.
    pub(crate) async fn pay(mut self) -> History {
        let faults = self.inject().await;
        for each in self.plan.tries.clone() {
            self.check_what_was_told();
            let known = match each {
                Try::Wait => self.charge(0).await,
                Try::Impatient { again } => self.charge(again).await,
                Try::Cancel { after } => {
                    let charge = self.charge(0);
                    match tokio::time::timeout(after, charge).await {
                        Ok(known) => known,
                        Err(_) => self.forgets("dropped the charge"),
                    }
                }
                Try::Crash { charging, after } => {
                    let end = victim::kill(self.arena, self.order, &self.plan, charging, after);
                    let end = end.await.expect("a process can be started and killed");
                    self.forgets(&end)
                }
            };
            let told = match known {
                Known::Told(told) => told,
                Known::TryAgain => Told::NotProcessed,
                Known::Unknown => self.reconcile().await,
            };
            self.history.tell(told);
            // Only a caller who knows that nothing was charged tries again.
            if !matches!(told, Told::NotProcessed | Told::ReconciledNotPaid) {
                break;
            }
        }
        for fault in faults {
            let removed = self.arena.sandbox.remove_fault(fault).await;
            removed.expect("a rule that closes no host can be removed");
        }
        self.history
    }

    /// Before a try, the caller knows of nothing that was charged. A later try must not cover up
    /// that this was wrong.
    fn check_what_was_told(&mut self) {
        let state = self.arena.sandbox.store().order(self.order.get().into());
        if state.is_some_and(|state| state.status_id != 0) {
            self.note("was told that nothing was charged, which is wrong");
            self.history.was_told_wrong();
        }
    }

    async fn inject(&self) -> Vec<FaultId> {
        let mut ids = Vec::new();
        for (endpoint, script) in &self.plan.faults {
            let rule = FaultRule::script(script.iter().cloned())
                .endpoint(*endpoint)
                .order(self.order.get().into())
                .times(script.len() as u64);
            let id = self.arena.sandbox.inject(rule).await;
            ids.push(id.expect("the rule can be carried out"));
        }
        ids
    }

    /// Charges, and again up to `again` times while that is said to be safe.
    async fn charge(&mut self, mut again: u8) -> Known {
        let mut wrongly = if self.arena.wrong_client { 2 } else { 0 };
        loop {
            self.note("charges");
            let result = self.arena.store.charge(self.order, &self.payment).await;
            let (known, safe) = self.read(result);
            let repeat = match known {
                Known::TryAgain => safe && again > 0,
                // What the wrong client does: the charge may have been made.
                Known::Unknown if wrongly > 0 => {
                    wrongly -= 1;
                    true
                }
                Known::Unknown => false,
                Known::Told(_) => false,
            };
            if !repeat {
                return known;
            }
            again = again.saturating_sub(1);
        }
    }

    fn read(&mut self, result: Result<Receipt, Error>) -> (Known, bool) {
        let error = match result {
            Ok(receipt) if receipt.status.as_str() == "pending" => {
                self.note("is told: pending");
                return (Known::Unknown, false);
            }
            Ok(_) => {
                self.note("is told: paid");
                return (Known::Told(Told::Paid), false);
            }
            Err(error) => error,
        };
        self.note(&format!("is told: {error}"));
        let known = match error.kind() {
            ErrorKind::OutcomeUnknown | ErrorKind::Duplicate | ErrorKind::OrderNotPayable => {
                Known::Unknown
            }
            ErrorKind::Declined(_) => Known::Told(Told::Declined),
            _ => Known::TryAgain,
        };
        (known, error.is_safe_to_retry())
    }

    /// Asks until there is a final answer.
    async fn reconcile(&mut self) -> Told {
        for _ in 0..LOOK_UPS {
            let answer = self.arena.store.reconcile(self.order).await;
            let told = match answer {
                Ok(Reconciliation::Paid(_)) => Told::ReconciledPaid,
                Ok(Reconciliation::NotPaid) => Told::ReconciledNotPaid,
                Ok(Reconciliation::StillPending) => {
                    self.note("looks up: still pending");
                    let store = self.arena.sandbox.store();
                    let settled = store.settle_pending(self.order.get().into(), true);
                    self.note(&format!("the gateway decides: {settled:?}"));
                    continue;
                }
                Ok(other) => {
                    self.note(&format!("looks up: {other:?}"));
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
        Told::Nothing
    }

    fn forgets(&mut self, how: &str) -> Known {
        self.note(how);
        Known::Unknown
    }

    fn note(&mut self, what: &str) {
        self.history.note(self.arena.started.elapsed(), what);
    }
}
