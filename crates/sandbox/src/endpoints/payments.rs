//! Processing a payment: the one place where money moves.

use hyper::header::HeaderName;
use serde_json::{Value, json};
use uuid::Uuid;

use super::booking::Booking;
use super::{Answer, Case, checks};
use crate::gateway::decide;
use crate::limits::Standing;
use crate::pat::Pat;
use crate::state::definition::Settlement;
use crate::state::lock;
use crate::state::order::{Order, PaymentState};
use crate::wire::payment::PaymentRequest;
use crate::wire::problem::Problem;

pub(super) fn process(case: &Case<'_>) -> Answer {
    let standing = case
        .world
        .rate_limit
        .map(|limit| lock(&case.store.payments_window).admit(limit, case.now));
    let mut answer = match standing {
        Some(Standing {
            admitted: false, ..
        }) => case.problem(&Problem::http(429, "Too many payment requests")),
        _ => match pay(case) {
            Ok(receipt) => receipt_answer(case, &receipt),
            Err(problem) => case.problem(&problem),
        },
    };
    let headers = standing.map(|it| it.headers()).unwrap_or_default();
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

fn pay(case: &Case<'_>) -> Result<Receipt, Problem> {
    let headers = &case.call.headers;
    let token = checks::payments(headers)?;
    let refused = |detail| Problem::coded(30102).with_status(401).with_detail(detail);
    let pat = case.world.mint.read(token, case.now).map_err(refused)?;
    if pat.store_hash != case.store.hash {
        return Err(refused("the payment access token belongs to another store"));
    }
    checks::json_body(headers)?;
    let request = PaymentRequest::parse(&case.call.body)?;
    settle(case, &pat, &request)
}

/// Decides and books under one lock, so that no two payments can both find the order unpaid.
fn settle(case: &Case<'_>, pat: &Pat, request: &PaymentRequest) -> Result<Receipt, Problem> {
    let mut books = lock(&case.store.books);
    let order = books
        .orders
        .get(&pat.order_id)
        .ok_or_else(Case::order_not_found)?;
    payable(order, pat, case.world.pays_orders_again)?;
    let decision = decide::decide(&books, order, request, case.now);
    let booking = Booking { case, pat, request };
    match decision {
        Ok(approval) => Ok(Receipt {
            payment_id: booking.approve(&mut books, &approval),
            settlement: approval.settlement,
        }),
        Err(refusal) => {
            if refusal.reached_gateway {
                booking.decline(&mut books);
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

fn receipt_answer(case: &Case<'_>, receipt: &Receipt) -> Answer {
    let form = case.world.forms().success;
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
