//! Processing a payment: the one place where money moves.

use hyper::header::HeaderName;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Case, checks};
use crate::chance::Purpose;
use crate::gateway::cards;
use crate::gateway::decide::{self, Approval, Debit};
use crate::limits::Standing;
use crate::pat::Pat;
use crate::state::definition::{Settlement, StoredCardDetails, StoredInstrument};
use crate::state::ledger::{LedgerEntry, LedgerKind};
use crate::state::lock;
use crate::state::order::{Order, PaymentState, Transaction, status};
use crate::state::store::Books;
use crate::wire::payment::{CardDetails, InstrumentDetails, InstrumentKind, PaymentRequest};
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
    payable(order, pat)?;
    match decide::decide(&books, order, request, case.now) {
        Ok(approval) => Ok(book(case, &mut books, pat, request, &approval)),
        Err(refusal) => {
            if refusal.reached_gateway {
                book_decline(case, &mut books, pat, request);
            }
            Err(refusal.problem)
        }
    }
}

fn payable(order: &Order, pat: &Pat) -> Result<(), Problem> {
    if order.payment != PaymentState::Unpaid {
        return Err(Problem::coded(30105));
    }
    if order.pats_spent.contains(&pat.id) {
        return Err(Problem::coded(30102)
            .with_status(401)
            .with_detail("the payment access token has been used"));
    }
    if !order.is_payable() {
        return Err(Problem::coded(30101).with_detail("the order must be Incomplete (0)"));
    }
    if order.total != order.line_items_total || order.total != pat.amount {
        return Err(Problem::coded(30004));
    }
    Ok(())
}

fn book(
    case: &Case<'_>,
    books: &mut Books,
    pat: &Pat,
    request: &PaymentRequest,
    approval: &Approval,
) -> Receipt {
    let (event, state, status_id, kind) = match approval.settlement {
        Settlement::Purchase => (
            "purchase",
            PaymentState::Captured,
            status::AWAITING_FULFILLMENT,
            Some(LedgerKind::Capture),
        ),
        Settlement::Authorization => (
            "authorization",
            PaymentState::Authorized,
            status::AWAITING_FULFILLMENT,
            Some(LedgerKind::Authorization),
        ),
        Settlement::Pending => (
            "pending",
            PaymentState::Pending,
            status::AWAITING_PAYMENT,
            None,
        ),
    };
    let saved = saved_instrument(case, pat.order_id, request);
    let payment_id = add_transaction(case, books, pat, request, event, true);
    let Books {
        orders,
        customers,
        gift_certificates,
        ledger,
        ..
    } = books;
    let Some(order) = orders.get_mut(&pat.order_id) else {
        return Receipt {
            payment_id,
            settlement: approval.settlement,
        };
    };
    order.payment = state;
    order.status_id = status_id;
    let customer = customers.get_mut(&order.customer_id);
    // The decision found the balance large enough.
    match (&approval.debit, customer) {
        (Debit::GiftCertificate(code), _) => {
            if let Some(balance) = gift_certificates.get_mut(code) {
                *balance = balance.saturating_sub(order.total);
            }
        }
        (Debit::StoreCredit, Some(customer)) => {
            customer.store_credit = customer.store_credit.saturating_sub(order.total);
        }
        (_, Some(customer)) => customer.stored_instruments.extend(saved),
        (_, None) => {}
    }
    ledger.extend(kind.map(|kind| LedgerEntry {
        order_id: order.id,
        kind,
        amount: order.total,
        currency: order.currency.clone(),
        payment_id: payment_id.to_string(),
        payment_method_id: request.payment_method_id.clone(),
        at_unix_ms: case.now.unix_millis(),
    }));
    Receipt {
        payment_id,
        settlement: approval.settlement,
    }
}

fn book_decline(case: &Case<'_>, books: &mut Books, pat: &Pat, request: &PaymentRequest) {
    add_transaction(case, books, pat, request, "purchase", false);
}

/// Uses up the token and writes the attempt into the order's transactions.
fn add_transaction(
    case: &Case<'_>,
    books: &mut Books,
    pat: &Pat,
    request: &PaymentRequest,
    event: &'static str,
    succeeded: bool,
) -> Uuid {
    let id = books.next_transaction_id();
    let subject = case.subject(pat.order_id);
    let serial = books
        .orders
        .get(&pat.order_id)
        .map_or(0, |it| it.transactions.len() as u64);
    let payment_id = case.world.chance.uuid(Purpose::PaymentId, subject, serial);
    if let Some(order) = books.orders.get_mut(&pat.order_id) {
        order.pats_spent.push(pat.id);
        order.transactions.push(Transaction {
            id,
            event,
            succeeded,
            amount: order.total,
            payment_method_id: request.payment_method_id.clone(),
            instrument_type: request.instrument.kind.name(),
            instrument_token: stored_token(request),
            payment_id,
            gateway_transaction_id: case.world.chance.uuid(
                Purpose::GatewayReference,
                subject,
                serial,
            ),
            created: case.now,
        });
    }
    payment_id
}

fn stored_token(request: &PaymentRequest) -> Option<String> {
    match (&request.instrument.details, request.instrument.kind) {
        (_, InstrumentKind::TokenizedCard) => None,
        (InstrumentDetails::Token(token), _) => Some(token.clone()),
        _ => None,
    }
}

/// The stored card that `save_instrument` asks for.
fn saved_instrument(
    case: &Case<'_>,
    order_id: u64,
    request: &PaymentRequest,
) -> Option<StoredInstrument> {
    let InstrumentDetails::Card(card) = &request.instrument.details else {
        return None;
    };
    request.save_instrument.then(|| {
        let subject = case.subject(order_id);
        let half = |n| {
            case.world
                .chance
                .uuid(Purpose::StoredToken, subject, n)
                .simple()
        };
        StoredInstrument {
            kind: InstrumentKind::StoredCard,
            token: format!("{}{}", half(0), half(1)),
            payment_method_id: request.payment_method_id.clone(),
            is_default: false,
            revoked: false,
            card: Some(stored_details(card)),
        }
    })
}

fn stored_details(card: &CardDetails) -> StoredCardDetails {
    let number = card.number.as_str();
    StoredCardDetails {
        brand: cards::brand(number).to_owned(),
        expiry_month: card.expiry_month,
        expiry_year: card.expiry_year,
        issuer_identification_number: number.chars().take(6).collect(),
        last_4: number
            .chars()
            .skip(number.len().saturating_sub(4))
            .collect(),
    }
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
