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
    gateway::decide,
    pat::Pat,
    rate_limit::WindowStatus,
    state::{
        definition::Settlement,
        lock,
        order::{Order, PaymentState},
    },
    wire::{payment::PaymentRequest, problem::Problem},
};

pub(super) fn process(context: &RequestContext<'_>) -> Answer {
    let window = context
        .shared
        .rate_limit
        .map(|limit| lock(&context.store.payments_window).admit(limit, context.now));
    let mut answer = match window {
        Some(WindowStatus {
            admitted: false, ..
        }) => context.problem(&Problem::http(429, "Too many payment requests")),
        _ => match pay(context) {
            Ok(receipt) => receipt_answer(context, &receipt),
            Err(problem) => context.problem(&problem),
        },
    };
    let headers = window.map(|it| it.headers()).unwrap_or_default();
    answer.headers.extend(
        headers
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), value)),
    );
    answer
}

struct Receipt {
    payment_id: Uuid,
    settlement: Settlement,
}

fn pay(context: &RequestContext<'_>) -> Result<Receipt, Problem> {
    let headers = &context.call.headers;
    let token = checks::payments(headers)?;
    let refused = |detail| Problem::coded(30102).with_status(401).with_detail(detail);
    let pat = context
        .shared
        .issuer
        .read(token, context.now)
        .map_err(refused)?;
    if pat.store_hash != context.store.hash {
        return Err(refused("the payment access token belongs to another store"));
    }
    checks::json_body(headers)?;
    let request = PaymentRequest::parse(&context.call.body)?;
    settle(context, &pat, &request)
}

/// Decides and books under one lock, so that no two payments can both find the order unpaid.
fn settle(
    context: &RequestContext<'_>,
    pat: &Pat,
    request: &PaymentRequest,
) -> Result<Receipt, Problem> {
    let mut data = lock(&context.store.data);
    let order = data
        .orders
        .get(&pat.order_id)
        .ok_or_else(RequestContext::order_not_found)?;
    payable(order, pat, context.shared.pays_orders_again)?;
    let decision = decide::decide(&data, order, request, context.now);
    let posting = Posting {
        context,
        pat,
        request,
    };
    match decision {
        Ok(approval) => Ok(Receipt {
            payment_id: posting.approve(&mut data, &approval),
            settlement: approval.settlement,
        }),
        Err(refusal) => {
            if refusal.reached_gateway {
                posting.decline(&mut data);
            }
            Err(refusal.problem)
        }
    }
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
