//! The seven instruments on the wire, as the guide and the documents show them.

use bigcommerce_payments::{
    GiftCertificate, Instrument, Payment, StoredAccount, StoredCard, TokenizedCard, TransactionType,
};
use bigcommerce_sandbox::Endpoint;
use serde_json::{Value, json};

use super::{Shop, visa};

/// Stored instruments of the sandbox's customer.
const STORED_CARD: &str = "050a1e5c982e5905288ec5ec33f292772762033a0704f46fccb16bf1940b51ef";
const STORED_PAYPAL: &str = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ad91";
const STORED_BANK: &str = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ac40";

/// Charges an order with the instrument, and gives the request body that arrived.
async fn body_of(instrument: impl Into<Instrument>, method: &str) -> Value {
    let shop = Shop::open().await;
    let payment = Payment::new(instrument, method).unwrap();
    let receipt = shop
        .store
        .charge(shop.customer_order(), &payment)
        .await
        .unwrap();

    assert!(!receipt.transaction_id.is_empty());
    assert_eq!(receipt.transaction_type, Some(TransactionType::Purchase));
    let [request] = &shop.requests(Endpoint::ProcessPayment)[..] else {
        panic!("one payment request");
    };
    serde_json::from_slice(&request.body).unwrap()
}

#[tokio::test]
async fn card() {
    let card = visa().issued(1, 2020).issue_number(3);

    assert_eq!(
        body_of(card, "stripe.card").await,
        json!({"payment": {
            "instrument": {
                "type": "card",
                "number": "4242424242424242",
                "cardholder_name": "Jane Doe",
                "expiry_month": 12,
                "expiry_year": 2039,
                "verification_value": "422",
                "issue_month": 1,
                "issue_year": 2020,
                "issue_number": 3
            },
            "payment_method_id": "stripe.card"
        }})
    );
}

#[tokio::test]
async fn card_to_be_stored() {
    let shop = Shop::open().await;
    let payment = Payment::new(visa(), "stripe.card")
        .unwrap()
        .save_instrument(true);
    let order = shop.customer_order();
    let before = stored_instruments(&shop, order).await;
    shop.store.charge(order, &payment).await.unwrap();

    let body: Value =
        serde_json::from_slice(&shop.requests(Endpoint::ProcessPayment)[0].body).unwrap();
    assert_eq!(body["payment"]["save_instrument"], json!(true));
    assert_eq!(
        stored_instruments(&shop, shop.customer_order()).await,
        before + 1
    );
}

#[tokio::test]
async fn stored_card() {
    let card = StoredCard::new(STORED_CARD).verification_value("4242");

    assert_eq!(
        body_of(card, "stripe.card").await,
        json!({"payment": {
            "instrument": {
                "type": "stored_card",
                "token": STORED_CARD,
                "verification_value": "4242"
            },
            "payment_method_id": "stripe.card"
        }})
    );
}

#[tokio::test]
async fn stored_paypal_account() {
    let account = Instrument::StoredPayPalAccount(StoredAccount::new(STORED_PAYPAL));

    assert_eq!(
        body_of(account, "braintree.paypal").await,
        json!({"payment": {
            "instrument": {"type": "stored_paypal_account", "token": STORED_PAYPAL},
            "payment_method_id": "braintree.paypal"
        }})
    );
}

#[tokio::test]
async fn stored_bank_account() {
    let account = Instrument::StoredBankAccount(StoredAccount::new(STORED_BANK));

    assert_eq!(
        body_of(account, "braintree.ach").await,
        json!({"payment": {
            "instrument": {"type": "stored_bank_account", "token": STORED_BANK},
            "payment_method_id": "braintree.ach"
        }})
    );
}

#[tokio::test]
async fn gift_certificate() {
    let certificate = GiftCertificate::new("ABC-DEF-GXX");

    assert_eq!(
        body_of(certificate, "bigcommerce.gift_certificate").await,
        json!({"payment": {
            "instrument": {
                "type": "gift_certificate",
                "gift_certificate_code": "ABC-DEF-GXX"
            },
            "payment_method_id": "bigcommerce.gift_certificate"
        }})
    );
}

#[tokio::test]
async fn store_credit() {
    assert_eq!(
        body_of(Instrument::StoreCredit, "bigcommerce.store_credit").await,
        json!({"payment": {
            "instrument": {"type": "store_credit"},
            "payment_method_id": "bigcommerce.store_credit"
        }})
    );
}

#[tokio::test]
async fn tokenized_card() {
    let card = TokenizedCard::new("K7KW-M9GX-6PQ3")
        .iin("411111")
        .last_four_digits("1111")
        .expires(12, 2039);

    assert_eq!(
        body_of(card, "bolt.card").await,
        json!({"payment": {
            "instrument": {
                "type": "tokenized_card",
                "token": "K7KW-M9GX-6PQ3",
                "iin": "411111",
                "last_four_digits": "1111",
                "expiration_month": "12",
                "expiration_year": "2039"
            },
            "payment_method_id": "bolt.card"
        }})
    );
}

#[tokio::test]
async fn a_stored_instrument_of_the_accepted_methods_is_charged_directly() {
    let shop = Shop::open().await;
    let order = shop.customer_order();
    let methods = shop
        .store
        .account()
        .accepted_methods(order)
        .await
        .unwrap()
        .methods;
    let stripe = methods
        .iter()
        .find(|method| method.id == "stripe.card")
        .unwrap();
    let stored = &stripe.stored_instruments;
    let default = stored
        .iter()
        .find(|each| each.is_default == Some(true))
        .unwrap();

    let payment = Payment::stored(stripe, default).unwrap();
    shop.store.charge(order, &payment).await.unwrap();

    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn leading_zeros_of_a_verification_value_arrive() {
    let card = StoredCard::new(STORED_CARD).verification_value("007");

    let body = body_of(card, "stripe.card").await;
    assert_eq!(
        body["payment"]["instrument"]["verification_value"],
        json!("007")
    );
}

async fn stored_instruments(shop: &Shop, order: bigcommerce_payments::OrderId) -> usize {
    let methods = shop
        .store
        .account()
        .accepted_methods(order)
        .await
        .unwrap()
        .methods;
    methods
        .iter()
        .map(|method| method.stored_instruments.len())
        .sum()
}
