//! Orders and their transactions.

use serde_json::Value;
use uuid::Uuid;

use super::{definition::OrderDefinition, money};
use crate::clock::Timestamp;

/// Order status ids, as in the V2 Orders API.
pub(crate) mod status {
    pub(crate) const INCOMPLETE: u8 = 0;
    pub(crate) const AWAITING_PAYMENT: u8 = 7;
    pub(crate) const AWAITING_FULFILLMENT: u8 = 11;

    /// The platform's name for a status id.
    pub(crate) fn name(id: u8) -> Option<&'static str> {
        const NAMES: [&str; 15] = [
            "Incomplete",
            "Pending",
            "Shipped",
            "Partially Shipped",
            "Refunded",
            "Cancelled",
            "Declined",
            "Awaiting Payment",
            "Awaiting Pickup",
            "Awaiting Shipment",
            "Completed",
            "Awaiting Fulfillment",
            "Manual Verification Required",
            "Disputed",
            "Partially Refunded",
        ];
        NAMES.get(usize::from(id)).copied()
    }
}

/// How far an order's payment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentState {
    Unpaid,
    Pending,
    Authorized,
    Captured,
}

pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) status_id: u8,
    pub(crate) customer_id: u64,
    pub(crate) currency: String,
    /// The grand total in minor units.
    pub(crate) total: u64,
    /// What the line items add up to, in minor units.
    pub(crate) line_items_total: u64,
    pub(crate) made_in_control_panel: bool,
    pub(crate) refuses_access_tokens: bool,
    pub(crate) created: Timestamp,
    pub(crate) checkout_id: Uuid,
    pub(crate) billing_address: Value,
    pub(crate) products: Value,
    pub(crate) payment: PaymentState,
    /// Payment access tokens that were made for the order.
    pub(crate) pats_made: u64,
    /// Those that have been used up.
    pub(crate) pats_spent: Vec<Uuid>,
    /// Attempts that reached the gateway, declines among them.
    pub(crate) transactions: Vec<Transaction>,
}

impl Order {
    /// An unpaid order with these figures and nothing else.
    pub(crate) fn new(
        id: u64,
        total: u64,
        currency: &str,
        created: Timestamp,
        checkout: Uuid,
    ) -> Self {
        Self {
            id,
            status_id: status::INCOMPLETE,
            customer_id: 0,
            currency: currency.to_owned(),
            total,
            line_items_total: total,
            made_in_control_panel: false,
            refuses_access_tokens: false,
            created,
            checkout_id: checkout,
            billing_address: Value::Null,
            products: Value::Null,
            payment: PaymentState::Unpaid,
            pats_made: 0,
            pats_spent: Vec::new(),
            transactions: Vec::new(),
        }
    }

    pub(crate) fn from_definition(
        definition: &OrderDefinition,
        currency: &str,
        created: Timestamp,
        checkout: Uuid,
    ) -> Self {
        // The definition was checked: its amounts can be read.
        let amount = |value: &Value| money::from_json(value, currency).unwrap_or_default();
        let total = amount(&definition.total);
        Self {
            status_id: definition.status_id,
            customer_id: definition.customer_id,
            line_items_total: definition.line_items_total.as_ref().map_or(total, amount),
            made_in_control_panel: definition.made_in_control_panel,
            refuses_access_tokens: definition.refuses_access_tokens,
            ..Self::new(definition.id, total, currency, created, checkout)
        }
    }

    /// Whether a payment access token may be made for the order.
    pub(crate) fn is_payable(&self) -> bool {
        self.status_id == status::INCOMPLETE
            && self.payment == PaymentState::Unpaid
            && !self.made_in_control_panel
    }

    /// Whether money was taken or reserved for the order.
    pub(crate) fn is_paid(&self) -> bool {
        matches!(
            self.payment,
            PaymentState::Captured | PaymentState::Authorized
        )
    }
}

/// An entry of an order's transactions.
#[derive(Clone)]
pub(crate) struct Transaction {
    pub(crate) id: u64,
    pub(crate) event: &'static str,
    pub(crate) succeeded: bool,
    pub(crate) amount: u64,
    pub(crate) payment_method_id: String,
    pub(crate) instrument_type: &'static str,
    pub(crate) instrument_token: Option<String>,
    pub(crate) payment_id: Uuid,
    pub(crate) gateway_transaction_id: Uuid,
    pub(crate) created: Timestamp,
}
