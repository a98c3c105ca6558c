//! Wire forms.

use bigcommerce_sandbox::{ClaimsForm, ErrorForm, Sandbox, SuccessForm, WireForms};

use super::client::{Caller, VISA, card};

#[tokio::test]
async fn a_processed_payment_is_answered_in_the_selected_form() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let forms = [
        (SuccessForm::CreatedEnveloped, 201, true),
        (SuccessForm::CreatedFlat, 201, false),
        (SuccessForm::AcceptedEnveloped, 202, true),
        (SuccessForm::AcceptedFlat, 202, false),
        (SuccessForm::OkEnveloped, 200, true),
        (SuccessForm::OkFlat, 200, false),
    ];
    for (form, status, enveloped) in forms {
        sandbox.set_forms(WireForms::default().with_success(form));
        let order = caller.create_order(0).await;
        let paid = caller.pay(order, &card(VISA)).await;
        let receipt = if enveloped {
            &paid.body["data"]
        } else {
            &paid.body
        };
        assert_eq!(
            (paid.status, receipt["status"].as_str()),
            (status, Some("success")),
            "{form:?}"
        );
        assert_eq!(paid.body.get("data").is_some(), enveloped, "{form:?}");
    }
}

#[tokio::test]
async fn an_error_keeps_its_status_in_every_form() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let forms = [
        (ErrorForm::Problem, r#""code":30003"#),
        (ErrorForm::CodeAsString, r#""code":"30003""#),
        (ErrorForm::ErrorsAsObjects, r#""code":30003"#),
        (ErrorForm::ErrorsAsStrings, r#""code":30003"#),
        (
            ErrorForm::StatusMessageList,
            r#""message":"The order was not found""#,
        ),
        (ErrorForm::Empty, ""),
        (ErrorForm::Html, "<html>"),
    ];
    for (form, part) in forms {
        sandbox.set_forms(WireForms::default().with_error(form));
        let methods = "/v3/payments/methods?order_id=30003";
        let response = caller
            .api(reqwest::Method::GET, methods)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 404, "{form:?}");
        let body = response.text().await.unwrap();
        assert!(body.contains(part), "{form:?}: {body}");
        assert_eq!(body.is_empty(), form == ErrorForm::Empty);
    }
}

#[tokio::test]
async fn a_token_with_integer_claims_pays_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let as_strings = caller.create_pat(order).await;
    sandbox.set_forms(WireForms::default().with_claims(ClaimsForm::Integers));
    let as_integers = caller.create_pat(order).await;
    // Claims are the middle segment; one form is longer by the quotes around two numbers.
    let claims = |pat: &str| pat.split('.').nth(1).map(str::len);
    assert!(claims(&as_strings) > claims(&as_integers));
    assert_eq!(caller.process(&as_integers, &card(VISA)).await.status, 201);
}
