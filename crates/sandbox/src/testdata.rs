//! Documented test data for every code of the error table.

use serde::Serialize;

/// How a code of the error table is reached. Orders are new and Incomplete, over 60.98 USD, and
/// of a guest, unless said otherwise; cards are otherwise valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Trigger {
    /// Ask for a payment access token for this order.
    AccessToken {
        /// An order of the built-in store, or none.
        order_id: u64,
    },
    /// Ask for a payment access token for an order that is paid.
    AccessTokenOfPaidOrder,
    /// Pay this order.
    PayOrder {
        /// An order of the built-in store.
        order_id: u64,
    },
    /// Pay with this card.
    Card {
        /// The card number.
        number: &'static str,
        /// The payment method.
        method: &'static str,
    },
    /// Pay with this card as customer 11, and ask to store it.
    SaveCard {
        /// The card number.
        number: &'static str,
        /// The payment method.
        method: &'static str,
    },
    /// Pay with a valid card whose expiry lies in the past.
    CardOfThePast,
    /// Pay with a stored instrument as customer 11.
    Stored {
        /// The instrument's type.
        instrument: &'static str,
        /// The stored token.
        token: &'static str,
        /// The payment method.
        method: &'static str,
    },
    /// Pay with a gift certificate.
    GiftCertificate {
        /// The certificate's code.
        code: &'static str,
    },
    /// Pay with store credit.
    StoreCredit {
        /// The order's customer; 0 is a guest.
        customer_id: u64,
    },
    /// Leave out the payment method.
    FieldMissing,
    /// Send the payment access token with the scheme `Bearer`.
    WrongScheme,
    /// Pay with a payment access token that the store did not make.
    WrongToken,
    /// Pay an order again, with a second payment access token made before the first payment.
    PayTwice,
}

/// A row of the table of test data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TestDatum {
    /// The code that is answered.
    pub code: u32,
    /// The status that is answered.
    pub status: u16,
    /// What brings it about.
    pub trigger: Trigger,
}

/// Test data for every code of the error table, with the built-in store.
pub const TEST_DATA: &[TestDatum] = &[
    row(3001, 422, visa_on("usaepay.card")),
    row(10000, 500, card("4000000000000119")),
    row(10001, 422, Trigger::FieldMissing),
    row(10001, 401, Trigger::WrongScheme),
    row(30000, 422, visa_on("nowhere.card")),
    row(30001, 422, visa_on("worldpay.card")),
    row(30002, 422, save(VISA, "cardconnect.card")),
    row(30003, 404, Trigger::AccessToken { order_id: 30003 }),
    row(30004, 422, Trigger::PayOrder { order_id: 30004 }),
    row(30050, 422, save("4000000000000341", "stripe.card")),
    row(
        30051,
        422,
        stored_card("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ),
    row(30100, 422, Trigger::AccessToken { order_id: 30100 }),
    row(30101, 409, Trigger::AccessToken { order_id: 30101 }),
    row(30101, 409, Trigger::AccessTokenOfPaidOrder),
    row(30102, 422, card("4000000000000127")),
    row(30102, 422, card("4242424242424241")),
    row(
        30102,
        422,
        Trigger::GiftCertificate {
            code: "ABC-DEF-NIL",
        },
    ),
    row(30102, 422, Trigger::StoreCredit { customer_id: 0 }),
    row(30102, 401, Trigger::WrongToken),
    row(30103, 422, card("4000000000000069")),
    row(30103, 422, Trigger::CardOfThePast),
    row(
        30103,
        422,
        stored_card("050a1e5c982e5905288ec5ec33f292772762033a0704f46fccb16bf19400e0ed"),
    ),
    row(30104, 422, card("4000000000000002")),
    row(30105, 422, Trigger::PayTwice),
    row(30106, 422, card("4000000000009995")),
    row(
        30106,
        422,
        Trigger::GiftCertificate {
            code: "ABC-DEF-OUT",
        },
    ),
    row(30106, 422, Trigger::StoreCredit { customer_id: 13 }),
    row(
        30107,
        422,
        Trigger::Stored {
            instrument: "stored_paypal_account",
            token: "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb0dead0",
            method: "braintree.paypal",
        },
    ),
];

const VISA: &str = "4242424242424242";

impl std::fmt::Display for Trigger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AccessToken { order_id } => {
                write!(f, "ask for an access token for order {order_id}")
            }
            Self::AccessTokenOfPaidOrder => write!(f, "ask for an access token for a paid order"),
            Self::PayOrder { order_id } => write!(f, "pay order {order_id}"),
            Self::Card { number, method } => write!(f, "pay with card {number} on `{method}`"),
            Self::SaveCard { number, method } => {
                write!(
                    f,
                    "pay with card {number} on `{method}` as customer 11, with `save_instrument`"
                )
            }
            Self::CardOfThePast => write!(f, "pay with any card whose expiry lies in the past"),
            Self::Stored {
                instrument,
                token,
                method,
            } => {
                write!(
                    f,
                    "pay with the `{instrument}` `{token}` on `{method}` as customer 11"
                )
            }
            Self::GiftCertificate { code } => write!(f, "pay with the gift certificate `{code}`"),
            Self::StoreCredit { customer_id: 0 } => write!(f, "pay with store credit as a guest"),
            Self::StoreCredit { customer_id } => {
                write!(f, "pay with store credit as customer {customer_id}")
            }
            Self::FieldMissing => write!(f, "leave out `payment_method_id`"),
            Self::WrongScheme => write!(f, "send `Authorization: Bearer …`"),
            Self::WrongToken => {
                write!(f, "send a payment access token that the store did not make")
            }
            Self::PayTwice => write!(f, "pay an order twice, with two access tokens"),
        }
    }
}

const fn row(code: u32, status: u16, trigger: Trigger) -> TestDatum {
    TestDatum {
        code,
        status,
        trigger,
    }
}

const fn card(number: &'static str) -> Trigger {
    Trigger::Card {
        number,
        method: "stripe.card",
    }
}

const fn visa_on(method: &'static str) -> Trigger {
    Trigger::Card {
        number: VISA,
        method,
    }
}

const fn save(number: &'static str, method: &'static str) -> Trigger {
    Trigger::SaveCard { number, method }
}

const fn stored_card(token: &'static str) -> Trigger {
    Trigger::Stored {
        instrument: "stored_card",
        token,
        method: "stripe.card",
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::gateway::cards::{CardOutcome, TEST_CARDS};

    const README: &str = include_str!("../README.md");

    fn assert_in_readme(table: &str) {
        assert!(
            README.contains(table),
            "README.md should have this table:\n\n{table}"
        );
    }

    #[test]
    fn the_readme_has_the_table_of_errors() {
        let mut table = "| code | status | to get it |\n|---|---|---|\n".to_owned();
        for TestDatum {
            code,
            status,
            trigger,
        } in TEST_DATA
        {
            writeln!(table, "| {code} | {status} | {trigger} |").unwrap();
        }
        assert_in_readme(&table);
    }

    #[test]
    fn the_readme_has_the_table_of_cards() {
        let mut table = "| card | stands for | result |\n|---|---|---|\n".to_owned();
        for card in TEST_CARDS {
            let result = match card.outcome {
                CardOutcome::Approved => "approved".to_owned(),
                CardOutcome::Pending => "pending".to_owned(),
                CardOutcome::Fails(code) => format!("{code}"),
                CardOutcome::CannotBeSaved(code) => {
                    format!("approved, but {code} with `save_instrument`")
                }
            };
            writeln!(table, "| {} | {} | {result} |", card.number, card.meaning).unwrap();
        }
        assert_in_readme(&table);
    }
}
