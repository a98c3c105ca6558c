//! Orders, and what is owed and paid for them.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    state::{
        currency::Currency,
        definition::OrderDefinition,
        money,
        transaction::{Event, Transaction},
    },
    wire::payment::InstrumentKind,
};

/// Order status ids, as in the V2 Orders API.
pub(crate) mod status {
    pub(crate) const INCOMPLETE: u8 = 0;
    pub(crate) const PENDING: u8 = 1;
    pub(crate) const REFUNDED: u8 = 4;
    pub(crate) const CANCELLED: u8 = 5;
    pub(crate) const AWAITING_PAYMENT: u8 = 7;
    pub(crate) const AWAITING_FULFILLMENT: u8 = 11;
    pub(crate) const PARTIALLY_REFUNDED: u8 = 14;

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

pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) status_id: u8,
    pub(crate) customer_id: u64,
    pub(crate) currency: Currency,
    /// The grand total in minor units.
    pub(crate) total: u64,
    /// What the grand total should be by the order's lines, in minor units.
    pub(crate) expected_total: u64,
    pub(crate) made_in_control_panel: bool,
    pub(crate) refuses_access_tokens: bool,
    pub(crate) created: Timestamp,
    /// What was given when the order was made through the API.
    pub(crate) details: Option<Box<OrderDetails>>,
    /// Payment access tokens that were made for the order.
    pub(crate) tokens_made: u64,
    /// Attempts that reached the gateway, declines among them, and what became of them later.
    pub(crate) transactions: Vec<Transaction>,
}

/// What a V2 order holds besides what its payment needs. There may be a million of them, so that
/// JSON is kept as its text, which takes a fraction of what its values take.
#[derive(Clone, Default)]
pub(crate) struct OrderDetails {
    /// JSON, or nothing.
    pub(crate) billing_address: Box<str>,
    /// JSON, or nothing.
    pub(crate) products: Box<str>,
    /// What the lines add up to, and what is added and taken off, in minor units.
    pub(crate) lines_total: u64,
    pub(crate) shipping: u64,
    pub(crate) handling: u64,
    pub(crate) discount: u64,
    pub(crate) staff_notes: Box<str>,
    pub(crate) customer_message: Box<str>,
}

impl OrderDetails {
    /// What the order should cost, or `None` where more is taken off than there is.
    pub(crate) fn total(&self) -> Option<u64> {
        let costs = self.lines_total.checked_add(self.shipping)?;
        costs.checked_add(self.handling)?.checked_sub(self.discount)
    }
}

/// What was done with an order's money, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    /// Reserved, and neither captured nor given back.
    pub(crate) authorized: u64,
    /// Taken, and not given back.
    pub(crate) captured: u64,
    pub(crate) refunded: u64,
    pub(crate) voided: u64,
    /// Accepted, and not decided yet.
    pub(crate) pending: u64,
}

impl Balance {
    /// What is taken or reserved.
    pub(crate) fn paid(self) -> u64 {
        self.captured.saturating_add(self.authorized)
    }
}

impl Order {
    /// An unpaid order with these figures and nothing else.
    pub(crate) fn new(id: u64, total: u64, currency: Currency, created: Timestamp) -> Self {
        Self {
            id,
            status_id: status::INCOMPLETE,
            customer_id: 0,
            currency,
            total,
            expected_total: total,
            made_in_control_panel: false,
            refuses_access_tokens: false,
            created,
            details: None,
            tokens_made: 0,
            transactions: Vec::new(),
        }
    }

    pub(crate) fn from_definition(
        definition: &OrderDefinition,
        currency: Currency,
        created: Timestamp,
    ) -> Self {
        // The definition was checked: its amounts can be read.
        let amount = |value: &Value| money::from_json(value, currency).unwrap_or_default();
        let total = amount(&definition.total);
        Self {
            status_id: definition.status_id,
            customer_id: definition.customer_id,
            expected_total: definition.line_items_total.as_ref().map_or(total, amount),
            made_in_control_panel: definition.made_in_control_panel,
            refuses_access_tokens: definition.refuses_access_tokens,
            ..Self::new(definition.id, total, currency, created)
        }
    }

    /// Whether nothing is peculiar about it: it can be paid as it is.
    pub(crate) fn is_plain(&self) -> bool {
        let is_allowed = !self.made_in_control_panel && !self.refuses_access_tokens;
        is_allowed && self.total == self.expected_total && self.transactions.is_empty()
    }

    /// Whether nothing more is expected to happen to it.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(
            self.status_id,
            status::AWAITING_FULFILLMENT
                | status::REFUNDED
                | status::PARTIALLY_REFUNDED
                | status::CANCELLED
        )
    }

    /// The transaction of this id.
    pub(crate) fn transaction(&self, id: u64) -> Option<&Transaction> {
        self.transactions.iter().find(|it| it.id == id)
    }

    /// Whether this payment access token was used up by an attempt.
    pub(crate) fn has_used(&self, token_id: Uuid) -> bool {
        let used = |it: &Transaction| it.token_id == Some(token_id);
        self.transactions.iter().any(used)
    }

    pub(crate) fn balance(&self) -> Balance {
        let mut balance = Balance::default();
        for transaction in &self.transactions {
            let amount = transaction.amount;
            let reference = transaction.reference.and_then(|id| self.transaction(id));
            // What was pending ends with whatever refers to it, good or bad.
            if reference.is_some_and(|it| it.event == Event::Pending) {
                balance.pending = balance.pending.saturating_sub(amount);
            }
            if !transaction.succeeded {
                continue;
            }
            match transaction.event {
                Event::Purchase => balance.captured += amount,
                Event::Authorization => balance.authorized += amount,
                Event::Pending => balance.pending += amount,
                Event::Capture => {
                    balance.authorized = balance.authorized.saturating_sub(amount);
                    balance.captured += amount;
                }
                Event::Refund => {
                    balance.captured = balance.captured.saturating_sub(amount);
                    balance.refunded += amount;
                }
                Event::Void => {
                    match reference.map(|it| it.event) {
                        Some(Event::Authorization) => {
                            balance.authorized = balance.authorized.saturating_sub(amount);
                        }
                        Some(Event::Purchase | Event::Capture) => {
                            balance.captured = balance.captured.saturating_sub(amount);
                        }
                        _ => {}
                    }
                    balance.voided += amount;
                }
            }
        }
        balance
    }

    /// What was taken with instruments of a kind, in minor units.
    pub(crate) fn paid_with(&self, kind: InstrumentKind) -> u64 {
        let taken = self.transactions.iter().filter(|it| {
            it.succeeded && it.event == Event::Purchase && it.tender.instrument == kind
        });
        taken.map(|it| it.amount).sum()
    }

    /// What remains to be paid, in minor units.
    pub(crate) fn owed(&self) -> u64 {
        self.total.saturating_sub(self.balance().paid())
    }

    /// What a payment access token asks for: what is owed, or all of it again where nothing is.
    pub(crate) fn owed_or_total(&self) -> u64 {
        match self.owed() {
            0 => self.total,
            owed => owed,
        }
    }

    /// Whether money was ever taken or reserved for the order.
    pub(crate) fn was_charged(&self) -> bool {
        self.transactions
            .iter()
            .any(|it| it.succeeded && matches!(it.event, Event::Purchase | Event::Authorization))
    }

    /// Whether all that the order costs is taken or reserved.
    pub(crate) fn is_paid(&self) -> bool {
        self.was_charged() && self.owed() == 0
    }

    /// Whether a part of what the order costs is taken or reserved.
    pub(crate) fn is_partly_paid(&self) -> bool {
        self.balance().paid() > 0 && self.owed() > 0
    }

    /// Gives the order the status that its transactions amount to.
    pub(crate) fn update_status(&mut self) {
        let balance = self.balance();
        self.status_id = match () {
            () if balance.pending > 0 => status::AWAITING_PAYMENT,
            () if balance.refunded > 0 && balance.paid() == 0 => status::REFUNDED,
            () if balance.refunded > 0 => status::PARTIALLY_REFUNDED,
            () if !self.was_charged() => status::INCOMPLETE,
            () if balance.voided > 0 && balance.paid() == 0 => status::CANCELLED,
            () if balance.paid() < self.total => status::PENDING,
            () if balance.authorized > 0 => status::AWAITING_PAYMENT,
            () => status::AWAITING_FULFILLMENT,
        };
    }
}
