//! What the service says of a payment that it took.

use bigcommerce_processing_api::types as wire;
use serde::Serialize;

use crate::model::{open_enum::open_enum, order::OrderId};

/// A payment that the service took.
///
/// Look at [`status`](Self::status) before shipping: a payment can be pending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Receipt {
    /// The order that was paid.
    pub order: OrderId,
    /// Identifier of the transaction.
    pub transaction_id: String,
    /// Whether the payment is done.
    pub status: PaymentStatus,
    /// Whether the money was captured or only reserved, where the service says so.
    pub transaction_type: Option<TransactionType>,
    /// The `X-Correlation-Id` of the charge.
    pub correlation_id: String,
}

impl Receipt {
    /// Reads the flat and the enveloped form; none without an id and a status.
    pub(crate) fn read(
        order: OrderId,
        correlation_id: &str,
        response: wire::PaymentResponse,
    ) -> Option<Self> {
        let flat = wire::PaymentResult {
            id: response.id,
            status: response.status,
            transaction_type: response.transaction_type,
        };
        let result = response.data.unwrap_or(flat);
        Some(Self {
            order,
            transaction_id: result.id.filter(|id| !id.is_empty())?,
            status: result.status.filter(|status| !status.is_empty())?.into(),
            transaction_type: result.transaction_type.map(Into::into),
            correlation_id: correlation_id.to_owned(),
        })
    }
}

open_enum! {
    /// Whether a payment is done (processing document, schema `PaymentResult`).
    PaymentStatus {
        /// The payment is done.
        Success = "success",
        /// The payment is still being decided.
        Pending = "pending",
    }
}

open_enum! {
    /// What was done with the money (processing document, schema `PaymentResult`).
    TransactionType {
        /// The money is reserved; the merchant captures it later in the control panel.
        Authorization = "authorization",
        /// The money is reserved and captured.
        Purchase = "purchase",
    }
}
