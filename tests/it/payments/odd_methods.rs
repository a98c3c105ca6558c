//! Accepted methods in forms that nobody documents: what can be read is there, and what cannot is
//! told.

use bigcommerce_payments::{AcceptedMethods, InstrumentType, Payment};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::Shop;

/// What the accepted methods are when the service answers with these.
async fn methods(data: &str) -> AcceptedMethods {
    let shop = Shop::open().await;
    let body = format!(r#"{{"data":{data},"meta":[]}}"#);
    let fault = Fault::respond(200, "application/json", &body, When::After);
    shop.inject(Endpoint::ListMethods, fault).await;
    let methods = shop.store.account().accepted_methods(shop.order()).await;
    methods.unwrap()
}

#[tokio::test]
async fn one_that_cannot_be_read_hides_no_other() {
    let found =
        methods(r#"[null, 7, {}, {"id": 7}, {"id": "a", "stored_instruments": 7}, {"id": "b"}]"#)
            .await;

    assert_eq!(found.methods.len(), 1);
    assert_eq!(found.methods[0].id, "b");
    let places: Vec<_> = found.unreadable.iter().map(|it| it.index).collect();
    assert_eq!(places, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_null_in_a_stored_instrument_hides_no_other() {
    let found = methods(
        r#"[{"id": "stripe.card", "name": null, "test_mode": "yes",
            "supported_instruments": [{"instrument_type": "VISA"}, {"instrument_type": null}],
            "stored_instruments": [
                {"type": "stored_card", "token": "t1", "last_4": null, "expiry_month": "12",
                 "expiry_year": null, "is_default": 1},
                {"type": "stored_card", "token": null},
                {"type": null, "token": "t2"},
                null]}]"#,
    )
    .await;

    let method = &found.methods[0];
    assert!(found.unreadable.is_empty());
    assert_eq!(method.supported_instruments.len(), 1);
    assert_eq!(method.stored_instruments.len(), 1);
    let stored = &method.stored_instruments[0];
    assert_eq!(stored.kind, InstrumentType::StoredCard);
    assert_eq!(stored.expiry_month, Some(12));
    assert_eq!(stored.last_4, None);
    assert_eq!(method.unreadable.len(), 4);
    assert!(Payment::stored(method, stored).is_ok());
    assert!(!format!("{found:?}").contains("t1"), "the token is secret");
}

#[tokio::test]
async fn a_whole_number_in_the_place_of_its_last_digits_is_not_kept() {
    let found = methods(
        r#"[{"id": "stripe.card", "stored_instruments": [
            {"type": "stored_card", "token": "t1", "last_4": "4242424242424242",
             "issuer_identification_number": "4242424242424242"},
            {"type": "stored_card", "token": "t2", "last_4": "4242",
             "issuer_identification_number": 424242}]}]"#,
    )
    .await;
    let [whole, parts] = &found.methods[0].stored_instruments[..] else {
        panic!("{found:?}");
    };

    assert_eq!(
        (&whole.last_4, &whole.issuer_identification_number),
        (&None, &None)
    );
    assert_eq!(parts.last_4.as_deref(), Some("4242"));
    assert_eq!(
        parts.issuer_identification_number.as_deref(),
        Some("424242")
    );
}

#[tokio::test]
async fn a_stored_card_carries_the_verification_value_that_its_method_asks_for() {
    let found = methods(
        r#"[{"id": "stripe.card",
            "supported_instruments": [
                {"instrument_type": "STORED_CARD", "verification_value_required": true}],
            "stored_instruments": [
                {"type": "stored_card", "token": "t1"},
                {"type": "stored_paypal_account", "token": "t2"}]}]"#,
    )
    .await;
    let method = &found.methods[0];
    let [card, account] = &method.stored_instruments[..] else {
        panic!("{found:?}");
    };

    let missing = Payment::stored(method, card).unwrap_err();
    assert_eq!(missing.field_errors()[0].field, "verification_value");
    let wrong = Payment::stored_with_verification_value(method, card, "12x").unwrap_err();
    assert_eq!(wrong.field_errors()[0].field, "verification_value");
    assert!(Payment::stored(method, account).is_ok());
    assert!(Payment::stored_with_verification_value(method, account, "123").is_err());

    let shop = Shop::open().await;
    let payment = Payment::stored_with_verification_value(method, card, "123").unwrap();
    let _ = shop.store.charge(shop.order(), &payment).await;
    let sent = &shop.requests(Endpoint::ProcessPayment)[0].body;
    let sent: serde_json::Value = serde_json::from_slice(sent).unwrap();
    assert!(sent["payment"]["instrument"]["verification_value"].is_string());
}
