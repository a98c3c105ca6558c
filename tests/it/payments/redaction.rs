//! The exact text of everything that holds a secret.

use bigcommerce_payments::{
    Card, GiftCertificate, Instrument, Payment, Payments, StoredAccount, StoredCard, TokenizedCard,
};
use bigcommerce_sandbox::{Endpoint, Fault, When};

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
