//! What happened to the money of an order, and whether that means that it is paid.

use bigcommerce_tokens_api::types as wire;
use serde::Serialize;

use crate::model::open_enum::open_enum;

/// Something that happened to the money of an order (Order Transactions reference).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Transaction {
    /// Identifier of the transaction.
    pub id: i64,
    /// What happened.
    pub event: TransactionEvent,
    /// Whether it went well.
    pub status: TransactionStatus,
    /// The amount in major units of the currency, to show and not to calculate with.
    pub amount: Option<f64>,
    /// The currency, an ISO 4217 code.
    pub currency: Option<String>,
    /// How it was paid, such as `credit_card`.
    pub method: Option<String>,
    /// The payment gateway.
    pub gateway: Option<String>,
    /// The gateway's own identifier.
    pub gateway_transaction_id: Option<String>,
    /// The payment method, such as `stripe.card`.
    pub payment_method_id: Option<String>,
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

/// What the transactions of an order say about a payment whose outcome was unknown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "result", content = "transaction", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reconciliation {
    /// The shopper was charged, or the money is reserved: do not charge again. A refund or a
    /// void since then does not change that the charge was made.
    Paid(Box<Transaction>),
    /// No charge was made, and the service had time to make one that was on its way.
    NotPaid,
    /// The payment is still being decided: ask again later.
    StillPending,
    /// The transactions have an event or a status that this version does not know.
    CannotTell,
}

/// The rule of [`AccountClient::reconcile`](crate::AccountClient::reconcile), first match first:
///
/// 1. `purchase`, `authorization`, `capture` or `settled` with status `ok`: paid.
/// 2. `pending` that did not fail: still pending.
/// 3. An event or a status that is unknown: cannot tell. So is a refund or a void that went well
///    with nothing before it.
/// 4. Otherwise, that is without transactions, or with failed ones only: not paid.
pub(crate) fn reconciliation(transactions: Vec<Transaction>) -> Reconciliation {
    use {TransactionEvent as Event, TransactionStatus as Status};

    let pending = transactions
        .iter()
        .any(|each| each.event == Event::Pending && each.status != Status::Error);
    let unclear = transactions
        .iter()
        .any(|each| match (&each.event, &each.status) {
            (_, Status::Error) => false,
            (Event::Other(_), _) | (_, Status::Other(_)) => true,
            (Event::Refund | Event::Void, Status::Ok) => true,
            _ => false,
        });
    let charge = transactions.into_iter().find(|each| {
        matches!(
            each.event,
            Event::Purchase | Event::Authorization | Event::Capture | Event::Settled
        ) && each.status == Status::Ok
    });
    match charge {
        Some(transaction) => Reconciliation::Paid(Box::new(transaction)),
        None if pending => Reconciliation::StillPending,
        None if unclear => Reconciliation::CannotTell,
        None => Reconciliation::NotPaid,
    }
}

impl Transaction {
    /// A function and not `From`: an impl would make a generated type part of the API.
    pub(crate) fn from_wire(transaction: wire::OrderTransaction) -> Self {
        Self {
            id: transaction.id,
            event: transaction.event.into(),
            status: transaction.status.into(),
            amount: transaction.amount,
            currency: transaction.currency,
            method: transaction.method,
            gateway: transaction.gateway,
            gateway_transaction_id: transaction.gateway_transaction_id,
            payment_method_id: transaction.payment_method_id,
            test: transaction.test,
            date_created: transaction.date_created,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reconciliation, Transaction, reconciliation};

    fn transactions(list: &[(&str, &str)]) -> Vec<Transaction> {
        let one = |(id, (event, status)): (i64, &(&str, &str))| Transaction {
            id,
            event: (*event).to_owned().into(),
            status: (*status).to_owned().into(),
            amount: None,
            currency: None,
            method: None,
            gateway: None,
            gateway_transaction_id: None,
            payment_method_id: None,
            test: None,
            date_created: None,
        };
        (1..).zip(list).map(one).collect()
    }

    fn is_paid(list: &[(&str, &str)]) -> bool {
        matches!(reconciliation(transactions(list)), Reconciliation::Paid(_))
    }

    #[test]
    fn a_charge_that_went_well_is_paid() {
        for event in ["purchase", "authorization", "capture", "settled"] {
            assert!(is_paid(&[(event, "ok")]), "{event}");
            assert!(is_paid(&[("purchase", "error"), (event, "ok")]), "{event}");
            assert!(
                is_paid(&[(event, "ok"), ("refund", "ok")]),
                "{event}, refunded"
            );
            assert!(is_paid(&[("unheard_of", "ok"), (event, "ok")]), "{event}");
        }
    }

    #[test]
    fn nothing_or_failures_only_are_not_paid() {
        for list in [
            &[][..],
            &[("purchase", "error")],
            &[("pending", "error"), ("odd", "error")],
        ] {
            assert_eq!(
                reconciliation(transactions(list)),
                Reconciliation::NotPaid,
                "{list:?}"
            );
        }
    }

    #[test]
    fn pending_is_still_pending() {
        for status in ["ok", "unheard_of"] {
            let list = transactions(&[("pending", status)]);
            assert_eq!(reconciliation(list), Reconciliation::StillPending);
        }
    }

    #[test]
    fn what_is_unknown_cannot_be_told() {
        for one in [
            ("unheard_of", "ok"),
            ("purchase", "unheard_of"),
            ("void", "ok"),
        ] {
            assert_eq!(
                reconciliation(transactions(&[one])),
                Reconciliation::CannotTell,
                "{one:?}"
            );
        }
    }
}
