//! What happened to one order, as its caller saw it.

use std::{
    error::Error as StdError,
    fmt::Write as _,
    iter::successors,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bigcommerce_payments::{Decimal, Error, Money};

use crate::{
    chaos::{answer::Answer, environment::Environment, plan::OrderPlan},
    requests::concerns,
    stores::TOTAL_CENTS,
};

/// All that happened to one order, as its caller saw it.
#[derive(Debug)]
pub(crate) struct OrderHistory {
    pub(crate) store: String,
    pub(crate) order: u64,
    pub(crate) plan: OrderPlan,
    pub(crate) charges: Vec<ChargeRecord>,
    /// What the client says at the end of the order's money.
    pub(crate) at_the_end: Option<OrderAtTheEnd>,
    events: Vec<(Duration, String)>,
}

/// How often a look at the end is tried again that took too long.
const LOOKS_AT_THE_END: u32 = 20;

/// What the client says of an order's money at the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderAtTheEnd {
    /// How many transactions the store has of it.
    pub(crate) transactions: usize,
    /// What is owed, in minor units; none where that is not known.
    pub(crate) owed: Option<i128>,
}

/// One charge, as its caller saw it. Times are in milliseconds since the Unix epoch.
#[derive(Clone, Debug)]
pub(crate) struct ChargeRecord {
    /// By it, the ledger tells this charge from the others of the order.
    pub(crate) payment_method_id: String,
    /// By it, the requests tell this charge from all others.
    pub(crate) correlation_id: String,
    /// It cannot have been sent before.
    pub(crate) began_at: i64,
    /// When it was sent, as far as the client knows.
    pub(crate) sent_at: Option<i64>,
    /// When the last look-up was begun.
    pub(crate) asked_at: Option<i64>,
    /// When its caller was told.
    pub(crate) told_at: i64,
    pub(crate) answer: Answer,
}

impl OrderHistory {
    pub(crate) fn new(store: String, order: u64, plan: OrderPlan) -> Self {
        Self {
            store,
            order,
            plan,
            charges: Vec::new(),
            at_the_end: None,
            events: Vec::new(),
        }
    }

    /// Asks the client for the order's money.
    pub(crate) async fn look_at_the_end(&mut self, environment: &Environment) {
        let (store, client) = environment.store(&self.store);
        let attempts = store.order(self.order).map_or(0, |order| order.attempts);
        let order = u32::try_from(self.order)
            .ok()
            .and_then(|it| it.try_into().ok());
        let Some(order) = order else { return };
        let mut found = client.order_payments(order).await;
        // No fault strikes any more: what is late is a machine that is busy.
        for _ in 0..LOOKS_AT_THE_END {
            if !found.as_ref().is_err_and(timed_out) {
                break;
            }
            found = client.order_payments(order).await;
        }
        let at = environment.started.elapsed();
        self.note(at, &format!("at the end: {found:?}"));
        self.at_the_end = found.ok().map(|found| {
            let total = Money::new(Decimal::new(TOTAL_CENTS.cast_signed(), 2), "USD");
            let owed = found
                .owed(&total)
                .map(|it| it.amount * Decimal::ONE_HUNDRED);
            OrderAtTheEnd {
                transactions: attempts,
                owed: owed.and_then(|it| it.try_into().ok()),
            }
        });
    }

    pub(crate) fn note(&mut self, at: Duration, what: &str) {
        self.events.push((at, what.to_owned()));
    }

    /// Everything that is known of the order, for a person to replay it.
    pub(crate) fn report(&self, seed: u64, environment: &Environment) -> String {
        let mut text = format!("order {} of {} (seed {seed})\n", self.order, self.store);
        let _ = writeln!(text, "  {:?}", self.plan);
        for (at, event) in &self.events {
            let _ = writeln!(text, "  {at:>12.3?}  {event}");
        }
        for charge in &self.charges {
            let _ = writeln!(text, "  {charge:?}");
        }
        let requests = environment.sandbox.requests();
        for request in requests
            .iter()
            .filter(|it| concerns(it, &self.store, self.order))
        {
            let _ = writeln!(text, "  {} {request:?}", request.at_unix_ms);
        }
        let (store, _) = environment.store(&self.store);
        for entry in store.ledger_of(self.order) {
            let _ = writeln!(text, "  {} {entry:?}", entry.at_unix_ms);
        }
        text
    }
}

/// Whether no answer came in time.
fn timed_out(error: &Error) -> bool {
    let error: &(dyn StdError + 'static) = error;
    let mut causes = successors(Some(error), |cause| (*cause).source());
    causes.any(|cause| {
        let http = cause.downcast_ref::<reqwest::Error>();
        http.is_some_and(reqwest::Error::is_timeout)
    })
}

/// A time as the ledger tells it.
pub(crate) fn unix_millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use bigcommerce_payments::OrderId;
    use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Sandbox, When};

    use super::timed_out;
    use crate::facade::store_client;

    #[tokio::test]
    async fn only_what_takes_too_long_timed_out() {
        let delay = Fault::delay(5_000, When::Before);
        let garbage = Fault::respond(200, "application/json", "{", When::Before);
        let refusal = Fault::respond(403, "application/json", "{}", When::Before);
        for (fault, is_late) in [(delay, true), (garbage, false), (refusal, false)] {
            let sandbox = Sandbox::start().await.unwrap();
            let rule = FaultRule::new(fault).endpoint(Endpoint::ListTransactions);
            sandbox.inject(rule).await.unwrap();
            let order = sandbox.store().create_order("10.00").unwrap();
            let client = store_client(
                sandbox.api_url(),
                sandbox.payments_url(),
                sandbox.store_hash(),
                sandbox.access_token(),
            )
            .unwrap();

            let looked = client
                .order_payments(OrderId::try_from(order).unwrap())
                .await;

            let error = looked.unwrap_err();
            assert_eq!(timed_out(&error), is_late, "{error:?}");
        }
    }
}
