//! Why something cannot be done to a store's orders.

/// Why an order could not be made, or its payments not be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The amount is no decimal number such as `60.98`.
    #[error("`{0}` is not an amount such as 60.98")]
    Amount(String),
    /// The store has no such customer.
    #[error("the store has no customer {0}")]
    UnknownCustomer(u64),
    /// The store has no such order.
    #[error("the store has no order {0}")]
    UnknownOrder(u64),
    /// The order has no such transaction, or not one to which this can be done.
    #[error("order {order_id} has no transaction {transaction_id} that this can be done to")]
    UnknownTransaction {
        /// The order.
        order_id: u64,
        /// The transaction.
        transaction_id: u64,
    },
    /// The order has no payment that is pending.
    #[error("order {0} has no pending payment")]
    NotPending(u64),
    /// The order has no authorization that is neither captured nor voided.
    #[error("order {0} has no authorization that could be captured")]
    NothingToCapture(u64),
    /// The order has no payment that could be voided.
    #[error("order {0} has no payment that could be voided")]
    NothingToVoid(u64),
    /// The order has no payment of which so much could be refunded.
    #[error("order {0} has no captured payment of which so much could be refunded")]
    NothingToRefund(u64),
    /// What is to be served in place of a transaction is no JSON.
    #[error("the transaction is not JSON: {0}")]
    Json(String),
}
