//! What the ledger says of each charge.

use std::collections::HashMap;

use bigcommerce_sandbox::{LedgerEntry, LedgerKind, TestStore};

/// What the ledger says of an order's charges. Times are in milliseconds since the Unix epoch,
/// amounts in minor units.
#[derive(Debug, Default)]
pub(crate) struct OrderFacts {
    by_payment_method: HashMap<String, ChargeFacts>,
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

impl OrderFacts {
    /// Reads the ledger of a store, by order.
    pub(crate) fn of_store(store: &TestStore) -> HashMap<u64, Self> {
        let ledger = store.ledger();
        let mut facts = HashMap::<u64, Self>::new();
        for entry in &ledger {
            facts.entry(entry.order_id).or_default().add(entry);
        }
        facts
    }

    pub(crate) fn of(&self, payment_method_id: &str) -> ChargeFacts {
        let facts = self.by_payment_method.get(payment_method_id);
        facts.cloned().unwrap_or_default()
    }

    /// The payment methods that moved its money.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &str> {
        self.by_payment_method.keys().map(String::as_str)
    }

    /// What the order has of the shopper's money at the end.
    pub(crate) fn balance(&self) -> i128 {
        self.balance
    }

    /// The most that the order had of the shopper's money at any time.
    pub(crate) fn highest_balance(&self) -> i128 {
        self.highest_balance
    }

    fn add(&mut self, entry: &LedgerEntry) {
        let amount = i128::from(entry.amount);
        // No run captures what it only reserved.
        self.balance += match entry.kind {
            LedgerKind::Capture | LedgerKind::Authorization => amount,
            _ => -amount,
        };
        self.highest_balance = self.highest_balance.max(self.balance);
        let method = entry.payment_method_id.clone();
        self.by_payment_method.entry(method).or_default().add(entry);
    }
}

impl ChargeFacts {
    fn add(&mut self, entry: &LedgerEntry) {
        match entry.kind {
            LedgerKind::Capture | LedgerKind::Authorization => {
                self.charged_at.push(entry.at_unix_ms);
                self.payment_ids.push(entry.payment_id.clone());
                self.charged += entry.amount;
            }
            _ => {
                self.reversed += entry.amount;
                self.last_reversed_at = entry.at_unix_ms;
            }
        }
    }

    /// Whether some of it was given back.
    pub(crate) fn has_reversal(&self) -> bool {
        self.reversed > 0
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
