//! Processing a payment: the one place where money moves.

use hyper::header::HeaderName;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    checks,
    context::{Answer, RequestContext},
    posting::Posting,
};
use crate::{
    clock::Timestamp,
    gateway::decide,
    pat::Pat,
    rate_limit::WindowStatus,
    state::{
        definition::Settlement,
        lock,
        order::{Order, PaymentState},
        shared::SharedState,
        store::{Store, StoreData},
    },
    wire::{payment::PaymentRequest, problem::Problem},
};

/// A payment that passed the service's own checks, and is on its way to the gateway.
pub(crate) struct AcceptedPayment {
    pat: Pat,
    request: PaymentRequest,
}

/// What a client is told of a payment that was made.
pub(crate) struct Receipt {
    payment_id: Uuid,
    settlement: Settlement,
}

pub(super) fn process(context: &RequestContext<'_>) -> Answer {
    let window = admit(context);
    // One lock for the check and the charge, so that no two payments both find the order unpaid.
    let paid = read(context, window).and_then(|payment| {
        let mut data = lock(&context.store.data);
        payment.check_order(&data, context.shared)?;
        payment.settle(&mut data, context.shared, context.store, context.now)
    });
    let answer = match paid {
        Ok(receipt) => receipt_answer(context, &receipt),
        Err(problem) => context.problem(&problem),
    };
    with_window(answer, window)
}

/// Checks a payment that is to be charged later.
pub(super) fn accept(context: &RequestContext<'_>) -> Result<AcceptedPayment, Answer> {
    let window = admit(context);
    let checked = read(context, window).and_then(|payment| {
        payment.check_order(&lock(&context.store.data), context.shared)?;
        Ok(payment)
    });
    checked.map_err(|problem| with_window(context.problem(&problem), window))
}

impl AcceptedPayment {
    fn check_order(&self, data: &StoreData, shared: &SharedState) -> Result<(), Problem> {
        let order = data
            .orders
            .get(&self.pat.order_id)
            .ok_or_else(RequestContext::order_not_found)?;
        payable(order, &self.pat, shared.pays_orders_again)
    }

    /// Lets the gateway decide, and books what it decided.
    pub(crate) fn settle(
        &self,
        data: &mut StoreData,
        shared: &SharedState,
        store: &Store,
        now: Timestamp,
    ) -> Result<Receipt, Problem> {
        let order = data
            .orders
            .get(&self.pat.order_id)
            .ok_or_else(RequestContext::order_not_found)?;
        let decision = decide::decide(data, order, &self.request, now);
        let posting = Posting {
            shared,
            store,
            now,
            pat: &self.pat,
            request: &self.request,
        };
        match decision {
            Ok(approval) => Ok(Receipt {
                payment_id: posting.approve(data, &approval),
                settlement: approval.settlement,
            }),
            Err(refusal) => {
                if refusal.reached_gateway {
                    posting.decline(data);
                }
                Err(refusal.problem)
            }
        }
    }
}

/// Takes a place in the store's window, where there is a limit.
fn admit(context: &RequestContext<'_>) -> Option<WindowStatus> {
    context
        .shared
        .rate_limit
        .map(|limit| lock(&context.store.payments_window).admit(limit, context.now))
}

fn with_window(mut answer: Answer, window: Option<WindowStatus>) -> Answer {
    let headers = window.map(|it| it.headers()).unwrap_or_default();
    answer.headers.extend(
        headers
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), value)),
    );
    answer
}

/// Reads a payment request, and checks all of it that does not depend on its order.
fn read(
    context: &RequestContext<'_>,
    window: Option<WindowStatus>,
) -> Result<AcceptedPayment, Problem> {
    if window.is_some_and(|window| !window.admitted) {
        return Err(Problem::http(429, "Too many payment requests"));
    }
    let headers = &context.call.headers;
    let token = checks::payments(headers)?;
    let refused = |detail| Problem::coded(30102).with_status(401).with_detail(detail);
    let pat = context.shared.issuer.read(token, context.now);
    let pat = pat.map_err(refused)?;
    if pat.store_hash != context.store.hash {
        return Err(refused("the payment access token belongs to another store"));
    }
    checks::json_body(headers)?;
    let request = PaymentRequest::parse(&context.call.body)?;
    Ok(AcceptedPayment { pat, request })
}

fn payable(order: &Order, pat: &Pat, pays_again: bool) -> Result<(), Problem> {
    let again = pays_again && order.is_paid();
    if order.payment != PaymentState::Unpaid && !again {
        return Err(Problem::coded(30105));
    }
    if order.pats_spent.contains(&pat.id) {
        return Err(Problem::coded(30102)
            .with_status(401)
            .with_detail("the payment access token has been used"));
    }
    if !order.is_payable() && !again {
        return Err(Problem::coded(30101).with_detail("the order must be Incomplete (0)"));
    }
    if order.total != order.line_items_total || order.total != pat.amount {
        return Err(Problem::coded(30004));
    }
    Ok(())
}

fn receipt_answer(context: &RequestContext<'_>, receipt: &Receipt) -> Answer {
    let form = context.shared.forms().success;
    let (transaction_type, status) = match receipt.settlement {
        Settlement::Purchase => ("purchase", "success"),
        Settlement::Authorization => ("authorization", "success"),
        Settlement::Pending => ("purchase", "pending"),
    };
    let receipt = json!({
        "id": receipt.payment_id.to_string(),
        "transaction_type": transaction_type,
        "status": status,
    });
    let body: Value = if form.is_enveloped() {
        json!({"data": receipt})
    } else {
        receipt
    };
    Answer::json(form.status(), &body)
}
