//! What the ledger says of each charge.

use std::collections::HashMap;

use bigcommerce_sandbox::{LedgerEntry, LedgerKind, TestStore};

/// What the ledger says of an order's charges. Times are in milliseconds since the Unix epoch,
/// amounts in minor units.
#[derive(Debug, Default)]
pub(crate) struct OrderFacts {
    by_payment_method: HashMap<String, ChargeFacts>,
    /// None for those whose request had none.
    by_correlation_id: HashMap<Option<String>, ChargeFacts>,
    /// What was taken or reserved and not given back.
    balance: i128,
    highest_balance: i128,
}

/// What the ledger says of one charge.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChargeFacts {
    /// When the money was taken or reserved, each time.
    pub(crate) charged_at: Vec<i64>,
    /// The ids of these payments, as the payments host gave them.
    pub(crate) payment_ids: Vec<String>,
    charged: u64,
    reversed: u64,
    last_reversed_at: i64,
}

/// One movement of an order's money.
#[derive(Clone, Debug)]
pub(crate) struct Movement {
    pub(crate) payment_method_id: String,
    /// That of the request that made the payment.
    pub(crate) correlation_id: Option<String>,
    pub(crate) payment_id: String,
    pub(crate) amount: u64,
    /// Whether the money was given back.
    pub(crate) is_reversal: bool,
    pub(crate) at: i64,
}

impl From<LedgerEntry> for Movement {
    fn from(entry: LedgerEntry) -> Self {
        Self {
            payment_method_id: entry.payment_method_id,
            correlation_id: entry.correlation_id,
            payment_id: entry.payment_id,
            amount: entry.amount,
            // No run captures what it only reserved.
            is_reversal: !matches!(entry.kind, LedgerKind::Capture | LedgerKind::Authorization),
            at: entry.at_unix_ms,
        }
    }
}

impl OrderFacts {
    /// Reads the ledger of a store, by order.
    pub(crate) fn of_store(store: &TestStore) -> HashMap<u64, Self> {
        let mut facts = HashMap::<u64, Self>::new();
        for entry in store.ledger() {
            let order = facts.entry(entry.order_id).or_default();
            order.add(&entry.into());
        }
        facts
    }

    /// What was charged by a payment method.
    pub(crate) fn of(&self, payment_method_id: &str) -> ChargeFacts {
        let facts = self.by_payment_method.get(payment_method_id);
        facts.cloned().unwrap_or_default()
    }

    /// What was charged by the requests of this correlation id.
    pub(crate) fn of_call(&self, correlation_id: &str) -> ChargeFacts {
        let facts = self.by_correlation_id.get(&Some(correlation_id.to_owned()));
        facts.cloned().unwrap_or_default()
    }

    /// All that was charged, by the correlation ids of the requests, which may have none.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (Option<&str>, &ChargeFacts)> {
        let calls = self.by_correlation_id.iter();
        calls.map(|(id, facts)| (id.as_deref(), facts))
    }

    /// What the order has of the shopper's money at the end.
    pub(crate) fn balance(&self) -> i128 {
        self.balance
    }

    /// The most that the order had of the shopper's money at any time.
    pub(crate) fn highest_balance(&self) -> i128 {
        self.highest_balance
    }

    pub(crate) fn add(&mut self, movement: &Movement) {
        let amount = i128::from(movement.amount);
        self.balance += if movement.is_reversal {
            -amount
        } else {
            amount
        };
        self.highest_balance = self.highest_balance.max(self.balance);
        let method = movement.payment_method_id.clone();
        self.by_payment_method
            .entry(method)
            .or_default()
            .add(movement);
        let call = movement.correlation_id.clone();
        self.by_correlation_id
            .entry(call)
            .or_default()
            .add(movement);
    }
}

impl ChargeFacts {
    fn add(&mut self, movement: &Movement) {
        if movement.is_reversal {
            self.reversed += movement.amount;
            self.last_reversed_at = movement.at;
        } else {
            self.charged_at.push(movement.at);
            self.payment_ids.push(movement.payment_id.clone());
            self.charged += movement.amount;
        }
    }

    /// When all of it was given back, if it was.
    pub(crate) fn reversed_at(&self) -> Option<i64> {
        (self.charged > 0 && self.reversed >= self.charged).then_some(self.last_reversed_at)
    }
}

#[cfg(test)]
impl ChargeFacts {
    /// Charges of one cent each, of which so much was given back at a time.
    pub(crate) fn new(charged_at: &[i64], reversed: u64, last_reversed_at: i64) -> Self {
        Self {
            charged_at: charged_at.to_vec(),
            payment_ids: vec![String::new(); charged_at.len()],
            charged: charged_at.len() as u64,
            reversed,
            last_reversed_at,
        }
    }
}
