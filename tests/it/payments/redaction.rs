//! The exact text of everything that holds a secret.

use bigcommerce_payments::{
    Card, Error, ErrorKind, GiftCertificate, Instrument, Payment, Payments, Receipt, StoredAccount,
    StoredCard, TokenizedCard,
};
use bigcommerce_processing_api::types as wire;
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;

use super::{Shop, visa};

#[test]
fn instruments() {
    let cases: [(Instrument, &str); 7] = [
        (
            visa().into(),
            "Card(Card { cardholder_name: [REDACTED], number: [REDACTED], expiry_month: 12, \
             expiry_year: 2039, verification_value: Some([REDACTED]), issued: None, \
             issue_number: None })",
        ),
        (
            StoredCard::new("secret").verification_value("123").into(),
            "StoredCard(StoredCard { token: [REDACTED], verification_value: Some([REDACTED]) })",
        ),
        (
            Instrument::StoredPayPalAccount(StoredAccount::new("secret")),
            "StoredPayPalAccount(StoredAccount { token: [REDACTED] })",
        ),
        (
            Instrument::StoredBankAccount(StoredAccount::new("secret")),
            "StoredBankAccount(StoredAccount { token: [REDACTED] })",
        ),
        (
            GiftCertificate::new("secret").into(),
            "GiftCertificate(GiftCertificate { code: [REDACTED] })",
        ),
        (Instrument::StoreCredit, "StoreCredit"),
        (
            TokenizedCard::new("secret").last_four_digits("1111").into(),
            "TokenizedCard(TokenizedCard { token: [REDACTED], iin: None, \
             last_four_digits: Some(\"1111\"), expires: None })",
        ),
    ];
    for (instrument, text) in cases {
        assert_eq!(format!("{instrument:?}"), text);
    }
}

#[test]
fn payments() {
    let payment = Payment::new(visa(), "stripe.card")
        .unwrap()
        .save_instrument(true);

    assert_eq!(
        format!("{payment:?}"),
        "Payment { instrument_type: \"card\", payment_method_id: \"stripe.card\", \
         save_instrument: Some(true), .. }"
    );
}

#[test]
fn clients() {
    let payments = Payments::new().unwrap();
    let store = payments.store("abc123", "account-token").unwrap();

    assert_eq!(
        format!("{payments:?}"),
        "Payments { api_url: \"https://api.bigcommerce.com\", \
         payments_url: \"https://payments.bigcommerce.com\", .. }"
    );
    assert_eq!(
        format!("{store:?}"),
        "StoreClient { account: AccountClient { base_url: \"https://api.bigcommerce.com/stores/abc123/v3\", \
         access_token: \"[REDACTED]\", .. }, charges: ChargeClient { \
         base_url: \"https://payments.bigcommerce.com/stores/abc123\", .. } }"
    );
}

#[test]
fn invalid_input() {
    let card = Card::new("", "4242424242424241", 13, 30).verification_value("12x");
    let error = Payment::new(card, " ").unwrap_err();

    assert_eq!(
        error.to_string(),
        "invalid input: cardholder_name must not be empty; number has a digit wrong (Luhn check); \
         expiry_month must be from 1 to 12; expiry_year must have four digits; \
         verification_value must have 3 to 4 digits and nothing else; \
         payment_method_id must not be empty"
    );
    assert!(!format!("{error:?}").contains("424242424242"));
}

#[tokio::test]
async fn accepted_methods_hide_their_tokens_and_do_not_serialize_them() {
    let shop = Shop::open().await;
    let methods = shop
        .store
        .account()
        .accepted_methods(shop.customer_order())
        .await
        .unwrap();
    let tokens: Vec<_> = methods
        .methods
        .iter()
        .flat_map(|method| &method.stored_instruments)
        .map(|stored| stored.token.expose().to_owned())
        .collect();

    assert!(!tokens.is_empty());
    let texts = [
        format!("{methods:?}"),
        serde_json::to_string(&methods).unwrap(),
    ];
    for (text, token) in texts
        .iter()
        .flat_map(|text| tokens.iter().map(move |it| (text, it)))
    {
        assert!(!text.contains(token.as_str()));
    }
}

/// Names and codes are secrets in the generated types, too: whoever prints a request prints none.
#[test]
fn requests_on_the_wire() {
    let cases = [
        (
            json!({
                "type": "card", "cardholder_name": "Jane Doe", "number": "4242424242424242",
                "expiry_month": 12, "expiry_year": 2039, "verification_value": "422"
            }),
            "Card { cardholder_name: [REDACTED], expiry_month: 12, expiry_year: 2039, \
             issue_month: None, issue_number: None, issue_year: None, number: [REDACTED], \
             verification_value: Some([REDACTED]) }",
        ),
        (
            json!({"type": "gift_certificate", "gift_certificate_code": "K7K-W8L-M2P"}),
            "GiftCertificate { gift_certificate_code: [REDACTED] }",
        ),
        (
            json!({"type": "stored_card", "token": "secret", "verification_value": "422"}),
            "StoredCard { token: [REDACTED], verification_value: Some([REDACTED]) }",
        ),
    ];
    for (instrument, text) in cases {
        let instrument: wire::Instrument = serde_json::from_value(instrument).unwrap();
        assert_eq!(format!("{instrument:?}"), text);
    }
}

/// What the service answers, and what is left of it.
#[tokio::test]
async fn echoes_of_a_card_are_taken_out() {
    let cases = [
        (
            json!({"title": "number 4242424242424242"}),
            "number [REDACTED]",
        ),
        (
            json!({"title": "bad", "detail": "4242 4242-4242.4242"}),
            "bad: [REDACTED]",
        ),
        (
            json!({"title": "bad", "errors": {"number": 4_242_424_242_424_242_i64}}),
            "bad: number [REDACTED]",
        ),
        (
            json!({"title": "bad", "errors": {"4242-4242-4242-4242": "is it"}}),
            "bad: [REDACTED] is it",
        ),
        (
            json!({"title": "bad", "errors": [{"message": "Jane Doe is blocked"}]}),
            "bad:  [REDACTED] is blocked",
        ),
        (
            json!({"title": "DOE/JANE is blocked"}),
            "[REDACTED] is blocked",
        ),
        (
            json!({"title": "bad", "errors": {"cardholder_name": "Doe"}}),
            "bad: cardholder_name [REDACTED]",
        ),
        (
            json!({"title": "bad", "errors": {"verification_value": "422"}}),
            "bad: verification_value [REDACTED]",
        ),
        (
            json!({"title": "bad", "errors": {"verification_value": 422}}),
            "bad: verification_value [REDACTED]",
        ),
    ];
    for (body, text) in cases {
        let error = echo(visa(), &body).await;
        let shown = error.to_string();
        assert_eq!(
            shown,
            format!("the request was rejected (status 422): {text}")
        );
        for text in [
            shown,
            format!("{error:?}"),
            serde_json::to_string(error.problem()).unwrap(),
        ] {
            let text = text.to_lowercase();
            assert!(!text.contains("4242") && !text.contains("doe"), "{text}");
        }
    }
}

/// Whichever verification value was sent, the text is the same: a mark does not tell it.
#[tokio::test]
async fn a_mark_does_not_tell_the_verification_value() {
    let body = json!({
        "title": "Unprocessable (422)",
        "errors": {"cardholder_name": "12 of 123 characters", "verification_value": "is 999"}
    });
    let mut texts = Vec::new();
    for value in ["422", "123", "999", "012", "000"] {
        let card = visa().verification_value(value);
        texts.push(echo(card, &body).await.problem().to_string());
    }

    assert_eq!(
        texts,
        [": Unprocessable ([REDACTED]): cardholder_name 12 of [REDACTED] characters; \
          verification_value is [REDACTED]"; 5]
    );
    let stored = StoredCard::new("secret");
    assert_eq!(
        echo(stored, &body).await.problem().title.as_deref(),
        Some("Unprocessable (422)"),
        "nothing to hide"
    );
}

#[tokio::test]
async fn echoes_of_codes_and_tokens_are_taken_out() {
    let token = "cd3ef01a2b45";
    let cases: [(Instrument, &str); 6] = [
        (GiftCertificate::new("K7K-W8L-M2P").into(), "K7K-W8L-M2P"),
        (GiftCertificate::new("K7K-W8L-M2P").into(), "k7k w8l m2p"),
        (GiftCertificate::new("1234").into(), "'1234'"),
        (StoredCard::new(token).into(), token),
        (
            Instrument::StoredPayPalAccount(StoredAccount::new(token)),
            token,
        ),
        (TokenizedCard::new(token).into(), token),
    ];
    for (instrument, secret) in cases {
        let body = json!({"title": format!("no such thing: {secret}"), "type": secret});
        let problem = echo(instrument, &body).await.problem().clone();
        let text = format!("{problem} {problem:?}");

        assert!(!text.contains(secret.trim_matches('\'')), "{text}");
        assert!(text.starts_with(": no such thing: "), "{text}");
    }
}

#[tokio::test]
async fn echoes_of_the_account_token_are_taken_out() {
    let shop = Shop::open().await;
    let secret = shop.sandbox.access_token().to_owned();
    let body = json!({"title": format!("token {secret}"), "code": secret}).to_string();
    let fault = Fault::respond(401, "application/json", &body, When::Before);
    shop.inject(Endpoint::CreateAccessToken, fault).await;
    let error = shop.store.account().create_token(shop.order()).await;

    let text = error.unwrap_err().to_string();
    assert_eq!(text, "not authenticated (status 401): token [REDACTED]");
}

/// The error that comes of an answer to a charge.
async fn echo(instrument: impl Into<Instrument>, body: &serde_json::Value) -> Error {
    let shop = Shop::open().await;
    let fault = Fault::respond(422, "application/json", &body.to_string(), When::Before);
    shop.inject(Endpoint::ProcessPayment, fault).await;
    let payment = Payment::new(instrument, "stripe.card").unwrap();
    shop.store.charge(shop.order(), &payment).await.unwrap_err()
}

/// A receipt is printed, logged and kept.
#[tokio::test]
async fn a_receipt_holds_no_echo() {
    let shop = Shop::open().await;
    let secrets = [
        "4242424242424242",
        "4242 4242 4242 4242",
        "Jane Doe",
        "DOE/JANE",
    ];
    for secret in secrets {
        let body = json!({"data": {
            "id": "t1", "status": format!("ok for {secret}"), "transaction_type": secret,
        }});
        let receipt = charged(&shop, &body).await.unwrap();

        assert!(!receipt.is_final());
        assert_eq!(receipt.status.as_str(), "ok for [REDACTED]");
        assert_eq!(receipt.transaction_type.unwrap().as_str(), "[REDACTED]");

        let body = json!({"data": {
            "id": format!("t-{secret}"), "status": "success", "transaction_type": "purchase",
        }});
        let error = charged(&shop, &body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        let text = format!("{error} {error:?}").to_lowercase();
        assert!(!text.contains("4242") && !text.contains("doe"), "{text}");
    }
    let body = json!({"data": {"id": "t1", "status": "422", "transaction_type": "422"}});
    let receipt = charged(&shop, &body).await.unwrap();
    assert_eq!(receipt.status.as_str(), "[REDACTED]");
    assert_eq!(receipt.transaction_type.unwrap().as_str(), "[REDACTED]");
    for id in [
        "422",
        "7",
        "0a1b2c3d-4220-4422-8422-001122334455",
        "pi_3MtwBwLkdIwHu7ix",
    ] {
        let body = json!({"data": {"id": id, "status": "success"}});
        let receipt = charged(&shop, &body).await.unwrap();
        assert_eq!(receipt.transaction_id, id);
        assert!(receipt.is_final());
    }
}

/// What comes of this answer to a charge with a card that was made.
async fn charged(shop: &Shop, body: &serde_json::Value) -> Result<Receipt, Error> {
    shop.sandbox.clear_faults().await.unwrap();
    let fault = Fault::respond(201, "application/json", &body.to_string(), When::After);
    shop.inject(Endpoint::ProcessPayment, fault).await;
    let payment = Payment::new(visa(), "stripe.card").unwrap();
    shop.store.charge(shop.order(), &payment).await
}

#[tokio::test]
async fn what_the_service_echoes_is_taken_out_of_the_error() {
    let shop = Shop::open().await;
    let order = shop.order();
    let token = shop
        .store
        .account()
        .create_token(order)
        .await
        .unwrap()
        .into_secret();
    let echo = format!(
        r#"{{"title":"bad {0}","detail":"number 4242424242424242","type":"{0}",
            "errors":{{"number":"4242424242424242 is bad","verification_value":"422"}}}}"#,
        token.expose()
    );
    let fault = Fault::respond(422, "application/json", &echo, When::Before);
    shop.inject(Endpoint::ProcessPayment, fault).await;
    let secret = token.expose().to_owned();
    let token = bigcommerce_payments::PaymentAccessToken::new(token).unwrap();
    let payment = Payment::new(visa(), "stripe.card").unwrap();
    let error = shop
        .store
        .charges()
        .charge(order, token, &payment)
        .await
        .unwrap_err();

    let texts = [
        error.to_string(),
        format!("{error:?}"),
        format!("{:?}", error.problem()),
    ];
    for text in texts {
        for secret in [&secret, "4242424242424242"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("[REDACTED]"));
    }
}
