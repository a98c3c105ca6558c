//! The bodies of both requests and their answers, as someone would write them by hand.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::client::charge::Outcome;

pub(super) const NAME: &str = "Jane Doe";
pub(super) const NUMBER: &str = "4242424242424242";
pub(super) const MONTH: u32 = 12;
pub(super) const YEAR: i32 = 2040;
pub(super) const VERIFICATION_VALUE: &str = "123";
pub(super) const METHOD: &str = "stripe.card";

pub(super) const TOKENS_MEDIA_TYPE: &str = "application/json";
pub(super) const PAYMENTS_MEDIA_TYPE: &str = "application/vnd.bc.v1+json";
/// That of the facade, so that the requests are the same.
pub(super) const USER_AGENT: &str = concat!("bigcommerce-payments/", env!("CARGO_PKG_VERSION"));

pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const TOKEN_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const PAYMENT_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Serialize)]
pub(super) struct TokenRequest {
    order: Order,
}

#[derive(Serialize)]
struct Order {
    id: u32,
    is_recurring: bool,
}

impl TokenRequest {
    pub(super) fn new(id: u32) -> Self {
        let is_recurring = false;
        Self {
            order: Order { id, is_recurring },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct TokenResponse {
    pub(super) data: Token,
}

#[derive(Deserialize)]
pub(super) struct Token {
    pub(super) id: String,
}

#[derive(Serialize)]
pub(super) struct PaymentRequest {
    payment: Payment,
}

#[derive(Serialize)]
struct Payment {
    instrument: Card,
    payment_method_id: String,
}

#[derive(Serialize)]
struct Card {
    r#type: &'static str,
    cardholder_name: String,
    expiry_month: u32,
    expiry_year: i32,
    number: String,
    verification_value: String,
}

impl PaymentRequest {
    /// With strings of its own, as the card of a shopper has.
    pub(super) fn new() -> Self {
        Self {
            payment: Payment {
                instrument: Card {
                    r#type: "card",
                    cardholder_name: NAME.to_owned(),
                    expiry_month: MONTH,
                    expiry_year: YEAR,
                    number: NUMBER.to_owned(),
                    verification_value: VERIFICATION_VALUE.to_owned(),
                },
                payment_method_id: METHOD.to_owned(),
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct PaymentResponse {
    pub(super) data: PaymentResult,
}

#[derive(Deserialize)]
pub(super) struct PaymentResult {
    pub(super) id: String,
    pub(super) status: String,
}

/// A payment counts only if it is done.
pub(super) fn check(transaction: &str, status: &str) -> Outcome {
    if transaction.is_empty() || status != "success" {
        return Err(format!("the payment {transaction:?} has status {status:?}").into());
    }
    Ok(())
}
