//! Whatever the effective documents offer can be reached through the facade.

use std::{collections::BTreeSet, path::Path, time::Duration};

use bigcommerce_codegen::Api;
use bigcommerce_payments::{
    Card, Code, GiftCertificate, Instrument, InstrumentType, OrderId, Payment, Payments,
    StoreClient, StoredAccount, StoredCard, Timeouts, TokenizedCard,
};
use bigcommerce_sandbox::{RecordedRequest, Sandbox};
use serde_json::{Value, json};

/// Stored instruments of the sandbox's customer.
const STORED_CARD: &str = "050a1e5c982e5905288ec5ec33f292772762033a0704f46fccb16bf1940b51ef";
const STORED_PAYPAL: &str = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ad91";
const STORED_BANK: &str = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ac40";
const CUSTOMER: u64 = 11;

/// Every instrument of the facade with every option it has.
fn payments() -> Vec<Payment> {
    let card = Card::new("Jane Doe", "4242424242424242", 12, 2039)
        .verification_value("422")
        .issued(1, 2020)
        .issue_number(3);
    let tokenized = TokenizedCard::new("K7KW-M9GX-6PQ3")
        .iin("411111")
        .last_four_digits("1111")
        .expires(12, 2039);
    let all: [(Instrument, &str); 7] = [
        (card.into(), "stripe.card"),
        (
            StoredCard::new(STORED_CARD)
                .verification_value("422")
                .into(),
            "stripe.card",
        ),
        (
            Instrument::StoredPayPalAccount(StoredAccount::new(STORED_PAYPAL)),
            "braintree.paypal",
        ),
        (
            Instrument::StoredBankAccount(StoredAccount::new(STORED_BANK)),
            "braintree.ach",
        ),
        (
            GiftCertificate::new("ABC-DEF-GXX").into(),
            "bigcommerce.gift_certificate",
        ),
        (Instrument::StoreCredit, "bigcommerce.store_credit"),
        (tokenized.into(), "bolt.card"),
    ];
    let payment = |(instrument, method)| Payment::new(instrument, method).expect("a valid payment");
    all.map(payment).into()
}

/// What the test store received when the facade did all it can do.
async fn everything_sent() -> Vec<RecordedRequest> {
    let sandbox = Sandbox::builder()
        .rate_limit(None)
        .start()
        .await
        .expect("a sandbox");
    let store = store(&sandbox);
    for payment in payments() {
        let order = order(&sandbox);
        // Only a card that is not stored yet can be.
        let save = payment.instrument_type() == InstrumentType::Card;
        let charged = store.charge(order, &payment.save_instrument(save)).await;
        charged.expect("a receipt");
    }
    let order = order(&sandbox);
    store
        .account()
        .accepted_methods(order)
        .await
        .expect("methods");
    store.order_payments(order).await.expect("an answer");
    sandbox.requests()
}

fn store(sandbox: &Sandbox) -> StoreClient {
    // An order without a payment is said to be not paid at once.
    let mut timeouts = Timeouts::default();
    timeouts.settle = Duration::ZERO;
    let payments = Payments::builder()
        .timeouts(timeouts)
        .api_url(sandbox.api_url())
        .payments_url(sandbox.payments_url())
        .without_rate_limit()
        .build()
        .expect("a client");
    payments
        .store(sandbox.store_hash(), sandbox.access_token())
        .expect("a store")
}

fn order(sandbox: &Sandbox) -> OrderId {
    let id = sandbox
        .store()
        .create_order_for(CUSTOMER, "60.98")
        .expect("an order");
    OrderId::try_from(id).expect("an id")
}

fn effective() -> Vec<Value> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = |api: Api| {
        api.effective(&workspace)
            .expect("a document")
            .value()
            .clone()
    };
    Api::ALL.map(document).into()
}

/// What the documents offer and nothing that was sent has, by name.
fn unreachable(documents: &[Value], sent: &[RecordedRequest]) -> Vec<String> {
    let offered: BTreeSet<String> = documents.iter().flat_map(offered).collect();
    let reached: BTreeSet<String> = sent.iter().flat_map(|it| reached(it, &offered)).collect();
    let is_known = |name: &&String| match name.strip_prefix("error code ") {
        Some(number) => {
            let number = number.parse().expect("a number");
            !matches!(Code::from_number(number), Code::Other(_))
        }
        None => reached.contains(*name),
    };
    offered
        .iter()
        .filter(|name| !is_known(name))
        .cloned()
        .collect()
}

/// The operations, instruments, fields of a payment and error codes of a document.
fn offered(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    let server = document["servers"][0]["url"].as_str().expect("a server");
    let base = server
        .find("/stores")
        .map(|start| &server[start..])
        .expect("a store");
    for (path, item) in document["paths"].as_object().expect("paths") {
        let methods = item.as_object().expect("a path item").keys();
        let methods =
            methods.filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()));
        names.extend(
            methods.map(|method| format!("operation {} {base}{path}", method.to_uppercase())),
        );
    }
    let instrument = &document["components"]["schemas"]["Instrument"];
    for member in instrument["oneOf"].as_array().into_iter().flatten() {
        let schema = resolve(document, member);
        let kind = schema["properties"]["type"]["enum"][0]
            .as_str()
            .expect("a type");
        names.push(format!("instrument {kind}"));
        let fields = schema["properties"].as_object().expect("properties").keys();
        names.extend(fields.map(|field| format!("field {kind}.{field}")));
    }
    let pointer = "/paths/~1payments/post/requestBody/content/application~1json/schema";
    if let Some(body) = document.pointer(pointer) {
        let payment = resolve(document, &resolve(document, body)["properties"]["payment"]);
        let fields = payment["properties"]
            .as_object()
            .expect("properties")
            .keys();
        names.extend(fields.map(|field| format!("field payment.{field}")));
    }
    codes(document, &mut names);
    names
}

/// Every number that an error's `code` is said to be.
fn codes(value: &Value, names: &mut Vec<String>) {
    if let Some(numbers) = value.pointer("/properties/code") {
        each_enum(numbers, &mut |number| {
            names.push(format!("error code {number}"));
        });
    }
    match value {
        Value::Object(object) => object.values().for_each(|value| codes(value, names)),
        Value::Array(items) => items.iter().for_each(|value| codes(value, names)),
        _ => {}
    }
}

fn each_enum(value: &Value, found: &mut impl FnMut(i64)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let numbers = value
                    .as_array()
                    .filter(|_| key == "enum")
                    .into_iter()
                    .flatten();
                numbers.filter_map(Value::as_i64).for_each(&mut *found);
                each_enum(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|value| each_enum(value, found)),
        _ => {}
    }
}

fn resolve<'v>(document: &'v Value, value: &'v Value) -> &'v Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'));
    target.map_or(value, |pointer| {
        document.pointer(pointer).expect("something there")
    })
}

/// What one request is and carries, in the words of the documents.
fn reached(request: &RecordedRequest, offered: &BTreeSet<String>) -> Vec<String> {
    let path = request.path.split('?').next().unwrap_or_default();
    let is_it = |name: &&String| {
        let template = name
            .strip_prefix("operation ")
            .and_then(|name| name.split_once(' '));
        template
            .is_some_and(|(method, template)| method == request.method && is_like(path, template))
    };
    let mut names: Vec<String> = offered.iter().filter(is_it).cloned().collect();
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let payment = body["payment"].as_object();
    names.extend(
        payment
            .into_iter()
            .flat_map(|it| it.keys())
            .map(|key| format!("field payment.{key}")),
    );
    let instrument = &body["payment"]["instrument"];
    if let (Some(kind), Some(fields)) = (instrument["type"].as_str(), instrument.as_object()) {
        names.push(format!("instrument {kind}"));
        names.extend(fields.keys().map(|field| format!("field {kind}.{field}")));
    }
    names
}

/// Whether a path is an instance of a template.
fn is_like(path: &str, template: &str) -> bool {
    let (path, template): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), template.split('/').collect());
    let alike = |(part, is): (&&str, &&str)| part == is || part.starts_with('{');
    path.len() == template.len() && template.iter().zip(&path).all(alike)
}

#[tokio::test]
async fn all_that_the_documents_offer_can_be_reached() {
    let sent = everything_sent().await;
    assert_eq!(unreachable(&effective(), &sent), [""; 0]);
}

#[tokio::test]
async fn what_a_new_document_offers_more_is_named() {
    let mut documents = effective();
    let [tokens, processing] = &mut documents[..] else {
        panic!("two documents");
    };
    tokens["paths"]["/refunds"] = json!({"post": {"responses": {}}});
    let schemas = &mut processing["components"]["schemas"];
    schemas["Cheque"] = json!({"properties": {"type": {"enum": ["cheque"]}, "cheque_number": {}}});
    schemas["Card"]["properties"]["pin"] = json!({"type": "string"});
    schemas["New"] = json!({"properties": {"code": {"enum": [39999]}}});
    let members = schemas["Instrument"]["oneOf"]
        .as_array_mut()
        .expect("instruments");
    members.push(json!({"$ref": "#/components/schemas/Cheque"}));

    let unreachable = unreachable(&documents, &everything_sent().await);

    assert_eq!(
        unreachable,
        [
            "error code 39999",
            "field card.pin",
            "field cheque.cheque_number",
            "field cheque.type",
            "instrument cheque",
            "operation POST /stores/{store_hash}/v3/refunds",
        ]
    );
}
