//! A transaction of an order, as the API shows it.

use serde_json::{Map, Value, json};

use crate::{
    state::{
        money,
        order::Order,
        store::Store,
        transaction::{Source, Transaction},
    },
    wire::{forms::TransactionForm, payment::InstrumentKind},
};

/// What the published schema requires. Everything else may be left out.
const REQUIRED: &[&str] = &["event", "method", "amount", "currency", "gateway"];

/// The JSON of a transaction in a form.
pub(crate) fn json(
    store: &Store,
    order: &Order,
    transaction: &Transaction,
    form: TransactionForm,
) -> Value {
    let mut members = full(store, order, transaction);
    for (name, value) in &mut members {
        if form == TransactionForm::Nulls && !REQUIRED.contains(&name.as_str()) {
            *value = Value::Null;
        }
    }
    if form == TransactionForm::RequiredOnly {
        members.retain(|name, _| REQUIRED.contains(&name.as_str()));
    }
    Value::Object(members)
}

fn full(store: &Store, order: &Order, transaction: &Transaction) -> Map<String, Value> {
    let method = &*transaction.tender.payment_method_id;
    let status = if transaction.succeeded { "ok" } else { "error" };
    let amount = |minor| money::to_number(minor, order.currency);
    let gateway_transaction_id = store.gateway_transaction_id(order.id, transaction);
    let mut json = Map::new();
    let mut add = |name: &str, value: Value| json.insert(name.to_owned(), value);
    add("id", transaction.id.into());
    add("order_id", order.id.to_string().into());
    add("event", transaction.event.name().into());
    add(
        "method",
        published_method(transaction.tender.instrument).into(),
    );
    add("amount", amount(transaction.amount));
    add("currency", order.currency.code().into());
    add("gateway", published_gateway(method).into());
    add(
        "gateway_transaction_id",
        gateway_transaction_id.to_string().into(),
    );
    add("status", status.into());
    add("test", true.into());
    add("fraud_review", false.into());
    add("payment_method_id", method.into());
    if let Some(reference) = transaction.reference {
        add("reference_transaction_id", reference.into());
    }
    match &transaction.tender.source {
        Source::Gateway => {}
        Source::Stored(token) => {
            add("payment_instrument_token", token.as_ref().into());
        }
        Source::GiftCertificate(used) => {
            let status = if used.remaining == 0 {
                "expired"
            } else {
                "active"
            };
            let certificate = json!({
                "code": used.code,
                "starting_balance": amount(used.starting),
                "remaining_balance": amount(used.remaining),
                "status": status,
            });
            add("gift_certificate", certificate);
        }
        Source::StoreCredit { remaining } => {
            let remaining = json!({"remaining_balance": amount(*remaining)});
            add("store_credit", remaining);
        }
    }
    add("date_created", transaction.created.rfc3339().into());
    json
}

/// The published name of what a payment was made with.
fn published_method(instrument: InstrumentKind) -> &'static str {
    match instrument {
        InstrumentKind::Card => "credit_card",
        InstrumentKind::StoredCard
        | InstrumentKind::StoredPaypalAccount
        | InstrumentKind::StoredBankAccount => "bigpay_token",
        InstrumentKind::TokenizedCard => "token",
        InstrumentKind::GiftCertificate => "gift_certificate",
        InstrumentKind::StoreCredit => "store_credit",
    }
}

/// The published name of the gateway behind a payment method.
fn published_gateway(payment_method_id: &str) -> &str {
    let provider = payment_method_id
        .split_once('.')
        .map_or(payment_method_id, |(provider, _)| provider);
    match (provider, payment_method_id) {
        (_, "bigcommerce.gift_certificate") => "giftcertificate",
        (_, "bigcommerce.store_credit") => "storecredit",
        ("adyenv2" | "adyenv3", _) => "adyen",
        (
            "adyen" | "authorizenet" | "braintree" | "klarna" | "square" | "stripe" | "usaepay",
            _,
        ) => provider,
        _ => "custom",
    }
}
