//! Answers that a test puts in place of the store's own.

use bigcommerce_sandbox::{ControlError, Sandbox, TransactionForm, WireForms};
use reqwest::{Client, Method};

use super::client::{Caller, VISA, card};

async fn text(caller: &Caller<'_>, path: &str) -> String {
    let response = caller.api(Method::GET, path).send().await.unwrap();
    response.text().await.unwrap()
}

#[tokio::test]
async fn given_texts_are_served_as_they_are() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let order = caller.create_order(0).await;
    let path = format!("/v3/orders/{order}/transactions");
    let odd = r#"{"data":[{"amount":"60.980","order_id":1e2}],"meta":[]}"#;
    store
        .serve_transactions(order, vec![odd.to_owned(), "nonsense".to_owned()])
        .unwrap();
    assert_eq!(text(&caller, &path).await, odd);
    assert_eq!(text(&caller, &format!("{path}?page=2")).await, "nonsense");
    assert_eq!(caller.get(&format!("{path}?page=3")).await.status, 204);
    store.serve_transactions(order, Vec::new()).unwrap();
    assert_eq!(caller.get(&path).await.status, 204);

    caller.pays(order, &card(VISA)).await;
    let item = r#"{"event":"purchase","amount":0.10000000000000000001,"id":null}"#;
    store.add_raw_transaction(order, item).unwrap();
    let listed = text(&caller, &path).await;
    assert!(
        listed.contains(&format!(r#"}},{item}],"meta""#)) && listed.contains(r#""total":2"#),
        "{listed}"
    );
    assert!(matches!(
        store.add_raw_transaction(order, "{"),
        Err(ControlError::Json(_))
    ));
    assert_eq!(
        store.serve_transactions(1, Vec::new()),
        Err(ControlError::UnknownOrder(1))
    );

    let methods = format!("/v3/payments/methods?order_id={order}");
    store.serve_methods(Some(r#"{"data":[null]}"#.to_owned()));
    assert_eq!(text(&caller, &methods).await, r#"{"data":[null]}"#);
    store.serve_methods(None);
    assert!(text(&caller, &methods).await.contains("stripe.card"));
}

#[tokio::test]
async fn given_texts_are_served_through_the_admin_port_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let admin = |method: Method, path: String, body: &'static str| {
        let url = format!("{}/stores/teststore1{path}", sandbox.admin_url());
        let request = Client::new().request(method, url).body(body);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    let transactions = format!("/orders/{order}/transactions");
    assert_eq!(
        admin(Method::POST, transactions.clone(), r#"{"id":"x"}"#).await,
        204
    );
    assert_eq!(admin(Method::POST, transactions.clone(), "{").await, 422);
    let shown = text(&caller, &format!("/v3{transactions}")).await;
    assert!(shown.starts_with(r#"{"data":[{"id":"x"}]"#), "{shown}");
    assert_eq!(
        admin(Method::PUT, transactions.clone(), "<html>").await,
        204
    );
    assert_eq!(text(&caller, &format!("/v3{transactions}")).await, "<html>");
    assert_eq!(admin(Method::DELETE, transactions.clone(), "").await, 204);
    assert_eq!(caller.get(&format!("/v3{transactions}")).await.status, 204);
    assert_eq!(admin(Method::PUT, "/methods".to_owned(), "[]").await, 204);
    let methods = format!("/v3/payments/methods?order_id={order}");
    assert_eq!(text(&caller, &methods).await, "[]");
    assert_eq!(admin(Method::DELETE, "/methods".to_owned(), "").await, 204);
    assert_eq!(
        admin(Method::PUT, "/orders/1/transactions".to_owned(), "").await,
        404
    );
}

#[tokio::test]
async fn fields_that_the_schema_does_not_require_may_be_missing_or_null() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    caller.pays(order, &card(VISA)).await;
    let path = format!("/v3/orders/{order}/transactions");
    let required = ["amount", "currency", "event", "gateway", "method"];
    for (form, fields) in [
        (TransactionForm::RequiredOnly, 5),
        (TransactionForm::Nulls, 13),
        (TransactionForm::Full, 13),
    ] {
        sandbox.set_forms(WireForms::default().with_transactions(form));
        let listed = caller.get(&path).await;
        let transaction = listed.body["data"][0].as_object().unwrap();
        assert_eq!(transaction.len(), fields, "{transaction:?}");
        for (name, value) in transaction {
            let expected = form == TransactionForm::Nulls && !required.contains(&name.as_str());
            assert_eq!(value.is_null(), expected, "{form:?}: {name}");
        }
    }
}

#[tokio::test]
async fn one_order_has_a_form_of_its_own() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let store = sandbox.store();
    let mut fields = Vec::new();
    for form in [Some(TransactionForm::RequiredOnly), None] {
        let order = caller.create_order(0).await;
        caller.pays(order, &card(VISA)).await;
        store.set_transaction_form(order, form).unwrap();
        let listed = caller
            .get(&format!("/v3/orders/{order}/transactions"))
            .await;
        fields.push(listed.body["data"][0].as_object().unwrap().len());
    }
    assert_eq!(fields, [5, 13]);
    assert_eq!(
        store.set_transaction_form(1, None),
        Err(ControlError::UnknownOrder(1))
    );
}

#[tokio::test]
async fn who_reads_along_gets_each_request_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    caller.create_order(0).await;
    let (received, first) = sandbox.requests_after(0);
    assert_eq!((received, first.len()), (1, 1));
    caller.get("/v3/orders/1/transactions").await;
    caller.get("/v3/orders/2/transactions").await;

    let (received, newer) = sandbox.requests_after(received);
    let paths: Vec<_> = newer.iter().map(|it| it.path.rsplit('/').nth(1)).collect();
    assert_eq!(paths, [Some("1"), Some("2")]);
    let (received, newer) = sandbox.requests_after(received);
    assert_eq!((received, newer.len()), (3, 0));
}
