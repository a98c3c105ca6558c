//! One submission of a charge, which is what a look-up is about.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::model::{instrument::InstrumentType, money::Money, order::OrderId, time::rfc3339};

/// One submission of a charge: all that a look-up needs to find out what became of it, from any
/// process, at any time. It holds no secret.
///
/// It comes with a [`Receipt`](crate::Receipt) and with an
/// [`UnknownOutcome`](crate::UnknownOutcome), and can be made by hand:
///
/// ```
/// use bigcommerce_payments::{ChargeAttempt, InstrumentType, OrderId};
///
/// let order = OrderId::new(215)?;
/// let mut attempt = ChargeAttempt::new(
///     "abc123",
///     order,
///     "stripe.card",
///     InstrumentType::Card,
///     "5b1c0d6e-8f0a-4f0e-9d55-4a2a4c1b7b11",
/// );
/// attempt.sent_at = Some(std::time::SystemTime::now());
/// let json = serde_json::to_string(&attempt)?;
/// assert_eq!(serde_json::from_str::<ChargeAttempt>(&json)?, attempt);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// As JSON it has these fields; what is none may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChargeAttempt {
    /// The store's hash.
    pub store_hash: String,
    /// The order that is to be paid.
    pub order: OrderId,
    /// The payment method, such as `stripe.card`.
    pub payment_method_id: String,
    /// The type of the instrument.
    pub instrument_type: InstrumentType,
    /// What the charge is expected to take. It is a hint, from the payment access token or from
    /// the caller: the request itself holds no amount. An amount that differs makes the answer
    /// [`CannotTell`](crate::ChargeStatus::CannotTell).
    pub expected: Option<Money>,
    /// The `X-Correlation-Id` of the requests.
    pub correlation_id: String,
    /// When the attempt began, by the clock of the machine that made it: it was not sent before.
    /// None counts nothing as too early.
    #[serde(with = "rfc3339::option", default)]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub began_at: Option<SystemTime>,
    /// When it was sent; where that is not known, the last moment at which it may have been. None
    /// where it is not known whether and when it was sent: then no time makes *nothing seen*
    /// final.
    #[serde(with = "rfc3339::option", default)]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub sent_at: Option<SystemTime>,
    /// The transaction that the service answered with, where it did.
    pub transaction_id: Option<String>,
    /// Transactions that are known to be of other attempts, such as that of the gift certificate
    /// that paid a part of the order: the [`Receipt::transaction_id`](crate::Receipt) of each, or
    /// the `id` of one in the order's [`OrderPayments`](crate::OrderPayments).
    #[serde(default)]
    pub other_transaction_ids: Vec<String>,
}

impl ChargeAttempt {
    /// An attempt that is not known to have been sent.
    pub fn new(
        store_hash: impl Into<String>,
        order: OrderId,
        payment_method_id: impl Into<String>,
        instrument_type: InstrumentType,
        correlation_id: impl Into<String>,
    ) -> Self {
        Self {
            store_hash: store_hash.into(),
            order,
            payment_method_id: payment_method_id.into(),
            instrument_type,
            expected: None,
            correlation_id: correlation_id.into(),
            began_at: None,
            sent_at: None,
            transaction_id: None,
            other_transaction_ids: Vec::new(),
        }
    }
}
