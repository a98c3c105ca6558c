//! Something that happened to the money of an order.

use std::time::SystemTime;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{
    item::Fields, money::optional_amount, open_enum::open_enum, order::OrderId, time,
};

/// Something that happened to the money of an order (Order Transactions reference).
///
/// The service leaves fields out, and writes some in several forms: what it does not say, or not
/// in a form that can be read, is none. As JSON it has these fields, with the amount as a string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Transaction {
    /// Identifier of the transaction.
    pub id: Option<i64>,
    /// What happened.
    pub event: TransactionEvent,
    /// Whether it went well.
    pub status: Option<TransactionStatus>,
    /// The exact amount, in major units of the currency.
    #[serde(with = "optional_amount", default)]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub amount: Option<Decimal>,
    /// The currency, an ISO 4217 code.
    pub currency: Option<String>,
    /// How it was paid.
    pub method: Option<TransactionMethod>,
    /// The payment gateway.
    pub gateway: Option<String>,
    /// The gateway's own identifier.
    pub gateway_transaction_id: Option<String>,
    /// The transaction that a capture, a void or a refund is of.
    pub reference_transaction_id: Option<i64>,
    /// The payment method, such as `stripe.card`.
    pub payment_method_id: Option<String>,
    /// Whether the gateway holds it for review.
    pub fraud_review: Option<bool>,
    /// Whether the gateway was in test mode.
    pub test: Option<bool>,
    /// When it happened, as the service writes it.
    pub date_created: Option<String>,
}

open_enum! {
    /// What happened to the money of an order.
    TransactionEvent {
        /// Reserved and captured.
        Purchase = "purchase",
        /// Reserved.
        Authorization = "authorization",
        /// Captured after it was reserved.
        Capture = "capture",
        /// Given back.
        Refund = "refund",
        /// Released without being captured.
        Void = "void",
        /// Being decided.
        Pending = "pending",
        /// Settled by the gateway.
        Settled = "settled",
    }
}

open_enum! {
    /// Whether a transaction went well.
    TransactionStatus {
        /// It went well.
        Ok = "ok",
        /// It failed.
        Error = "error",
    }
}

open_enum! {
    /// How a transaction was paid.
    TransactionMethod {
        /// A card.
        CreditCard = "credit_card",
        /// An electronic wallet.
        ElectronicWallet = "electronic_wallet",
        /// A gift certificate of the store.
        GiftCertificate = "gift_certificate",
        /// The shopper's credit with the store.
        StoreCredit = "store_credit",
        /// A card in Apple Pay.
        ApplePayCard = "apple_pay_card",
        /// A card that the store keeps.
        BigpayToken = "bigpay_token",
        /// A token of Apple Pay.
        ApplePayToken = "apple_pay_token",
        /// A token of a provider.
        Token = "token",
        /// A method of the store's own.
        Custom = "custom",
        /// A page of the provider's.
        Offsite = "offsite",
        /// A payment that the store takes by itself.
        Offline = "offline",
        /// A nonce of a provider.
        Nonce = "nonce",
    }
}

impl Transaction {
    /// Reads a transaction of an order.
    pub(crate) fn read(fields: &Fields<'_>, order: OrderId) -> Result<Self, &'static str> {
        let event: String = fields.get("event").ok_or("does not say what happened")?;
        let of = fields.integer("order_id");
        if of.is_some_and(|id| id != i64::from(order)) {
            return Err("is of another order");
        }
        Ok(Self {
            id: fields.integer("id").filter(|id| *id > 0),
            event: event.into(),
            status: fields.get::<String>("status").map(Into::into),
            amount: fields.amount("amount"),
            currency: fields.text("currency"),
            method: fields.get::<String>("method").map(Into::into),
            gateway: fields.text("gateway"),
            gateway_transaction_id: fields.text("gateway_transaction_id"),
            reference_transaction_id: fields
                .integer("reference_transaction_id")
                .filter(|id| *id > 0),
            payment_method_id: fields.text("payment_method_id"),
            fraud_review: fields.get("fraud_review"),
            test: fields.get("test"),
            date_created: fields.text("date_created"),
        })
    }

    /// When it happened, if that can be read.
    pub fn created(&self) -> Option<SystemTime> {
        time::read(self.date_created.as_deref()?)
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.status == Some(TransactionStatus::Ok)
    }

    pub(crate) fn is_error(&self) -> bool {
        self.status == Some(TransactionStatus::Error)
    }
}
