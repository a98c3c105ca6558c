//! Processing a payment: the one place where money moves.

use hyper::header::HeaderName;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    endpoints::{
        checks,
        context::{Answer, RequestContext},
        payable,
        posting::Posting,
    },
    gateway::decide,
    pat::Pat,
    rate_limit::WindowStatus,
    state::{
        definition::Settlement,
        lock,
        shared::SharedState,
        store::{Store, StoreData},
    },
    wire::{payment::PaymentRequest, problem::Problem},
};

/// A payment that passed the service's own checks, and is on its way to the gateway.
pub(crate) struct AcceptedPayment {
    pat: Pat,
    request: PaymentRequest,
    correlation_id: Option<Uuid>,
    /// What its order owes, in minor units.
    due: u64,
}

/// What a client is told of a payment that was made.
pub(crate) struct Receipt {
    payment_id: Uuid,
    settlement: Settlement,
}

pub(super) fn process(context: &RequestContext<'_>) -> Answer {
    let (window, read) = read(context);
    // One lock for the check and the charge, so that no two payments both find the order unpaid.
    let paid = read.and_then(|read| {
        let mut data = lock(&context.store.data);
        let payment = read.check_order(&data, context.shared)?;
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
    let (window, read) = read(context);
    let checked =
        read.and_then(|read| read.check_order(&lock(&context.store.data), context.shared));
    checked.map_err(|problem| with_window(context.problem(&problem), window))
}

/// A payment request, of which nothing but the order was not looked at yet.
struct ReadPayment {
    pat: Pat,
    request: PaymentRequest,
    correlation_id: Option<Uuid>,
}

impl ReadPayment {
    fn check_order(
        self,
        data: &StoreData,
        shared: &SharedState,
    ) -> Result<AcceptedPayment, Problem> {
        let order = data
            .orders
            .get(&self.pat.order_id)
            .ok_or_else(RequestContext::order_not_found)?;
        Ok(AcceptedPayment {
            due: payable::due(order, &self.pat, shared)?,
            pat: self.pat,
            request: self.request,
            correlation_id: self.correlation_id,
        })
    }
}

impl AcceptedPayment {
    pub(super) fn order_id(&self) -> u64 {
        self.pat.order_id
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
        let decision = decide::decide(data, order, &self.request, self.due, store.currency, now);
        let posting = Posting {
            shared,
            store,
            now,
            pat: &self.pat,
            request: &self.request,
            correlation_id: self.correlation_id,
        };
        match decision {
            Ok(approval) => Ok(Receipt {
                payment_id: posting.approve(data, &approval),
                settlement: approval.settlement,
            }),
            Err(refusal) => {
                if refusal.reached_gateway {
                    posting.decline(data, self.due);
                }
                Err(refusal.problem)
            }
        }
    }
}

/// Reads a payment request, and checks all of it that does not depend on its order. A request with
/// valid credentials takes a place in its store's window, and another one does not.
fn read(context: &RequestContext<'_>) -> (Option<WindowStatus>, Result<ReadPayment, Problem>) {
    let pat = match credentials(context) {
        Ok(pat) => pat,
        Err(problem) => return (None, Err(problem)),
    };
    context.is_about(pat.order_id);
    let window = context
        .shared
        .rate_limit
        .map(|limit| lock(&context.store.payments_window).admit(limit, context.now));
    if let Some(full) = window.filter(|window| !window.admitted) {
        return (window, Err(too_many(context, full)));
    }
    let request = checks::json_body(&context.call.headers)
        .and_then(|()| PaymentRequest::parse(&context.call.body));
    let read = request.map(|request| ReadPayment {
        pat,
        request,
        correlation_id: correlation_id(context),
    });
    (window, read)
}

fn correlation_id(context: &RequestContext<'_>) -> Option<Uuid> {
    let given = context.call.headers.get("x-correlation-id")?;
    Uuid::try_parse_ascii(given.as_bytes()).ok()
}

fn credentials(context: &RequestContext<'_>) -> Result<Pat, Problem> {
    let token = checks::payments(&context.call.headers)?;
    let refused = |detail| Problem::coded(30102).with_status(401).with_detail(detail);
    if context.store.scopes_of(token).is_some() {
        return Err(refused(
            "this is an API account token: make a payment access token with it, on the tokens host",
        ));
    }
    let pat = context.shared.issuer.read(token, context.now);
    let pat = pat.map_err(refused)?;
    if pat.store_hash != context.store.hash {
        return Err(refused("the payment access token belongs to another store"));
    }
    Ok(pat)
}

fn too_many(context: &RequestContext<'_>, window: WindowStatus) -> Problem {
    let problem = Problem::http(429, "Too many payment requests");
    if !context.shared.clock.is_fixed() {
        return problem;
    }
    let seconds = (window.reset_ms + 999) / 1000;
    problem.with_detail(format!(
        "the sandbox's clock stands still: POST /clock/advance {{\"seconds\": {seconds}}} on its \
         admin port makes room"
    ))
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
