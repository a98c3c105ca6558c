//! What the service says of a payment that it took.

use bigcommerce_processing_api::types as wire;
use serde::{Deserialize, Serialize};

use crate::model::{attempt::ChargeAttempt, open_enum::open_enum};

/// A payment that the service took.
///
/// Ask [`is_final`](Self::is_final) before shipping: a payment can be pending.
///
/// ```no_run
/// use bigcommerce_payments::{Error, OrderId, Payment, StoreClient, TransactionType};
///
/// # async fn pay(store: StoreClient, order: OrderId, payment: Payment) -> Result<(), Error> {
/// let receipt = store.charge(order, &payment).await?;
/// match (receipt.is_final(), &receipt.transaction_type) {
///     (true, Some(TransactionType::Authorization)) => println!("reserved: capture it later"),
///     (true, _) => println!("paid by transaction {}", receipt.transaction_id),
///     (false, _) => {
///         let found = store.look_up(&receipt.attempt).await?;
///         println!("{:?}", found.status);
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Without a receipt, see [what to do on each error](crate#what-to-do-on-each-error).
///
/// It holds no secret: what the service echoes of the payment's in the place of a status or a type
/// is taken out, and a success with one in the place of its id has an
/// [unknown outcome](crate::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Receipt {
    /// Identifier of the transaction.
    pub transaction_id: String,
    /// Whether the payment is done.
    pub status: PaymentStatus,
    /// Whether the money was captured or only reserved, where the service says so.
    pub transaction_type: Option<TransactionType>,
    /// What was sent: the order, the correlation id, and all that a look-up of a pending payment
    /// needs.
    pub attempt: ChargeAttempt,
}

impl Receipt {
    /// Whether the payment is done. If not, it is pending, or has a status that this version does
    /// not know: look its [`attempt`](Self::attempt) up, and do not ship before.
    pub fn is_final(&self) -> bool {
        self.status == PaymentStatus::Success
    }

    pub(crate) fn new(attempt: ChargeAttempt, answer: ChargeAnswer) -> Self {
        Self {
            attempt: ChargeAttempt {
                transaction_id: Some(answer.transaction_id.clone()),
                ..attempt
            },
            transaction_id: answer.transaction_id,
            status: answer.status,
            transaction_type: answer.transaction_type,
        }
    }
}

/// What the service answers to a charge that it took.
pub(crate) struct ChargeAnswer {
    pub(crate) transaction_id: String,
    pub(crate) status: PaymentStatus,
    pub(crate) transaction_type: Option<TransactionType>,
}

impl ChargeAnswer {
    /// Reads the flat and the enveloped form; none without an id and a status.
    pub(crate) fn read(response: wire::PaymentResponse) -> Option<Self> {
        let flat = wire::PaymentResult {
            id: response.id,
            status: response.status,
            transaction_type: response.transaction_type,
        };
        let result = response.data.unwrap_or(flat);
        Some(Self {
            transaction_id: result.id.filter(|id| !id.is_empty())?,
            status: result.status.filter(|status| !status.is_empty())?.into(),
            transaction_type: result.transaction_type.map(Into::into),
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
