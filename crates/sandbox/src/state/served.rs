//! What is served in place of, or beside, what the store would say by itself: for tests of
//! clients that must bear odd answers.

use std::collections::HashMap;

use crate::wire::forms::TransactionForm;

/// Texts that are served as they are, and forms that are not the sandbox's.
#[derive(Default)]
pub(crate) struct ServedInstead {
    /// Whole pages of an order's transactions, by order.
    pub(crate) transaction_pages: HashMap<u64, Vec<String>>,
    /// Items that follow an order's own transactions, by order.
    pub(crate) more_transactions: HashMap<u64, Vec<String>>,
    /// The form of an order's own transactions, by order.
    pub(crate) transaction_forms: HashMap<u64, TransactionForm>,
    /// The list of accepted payment methods.
    pub(crate) methods: Option<String>,
}

impl ServedInstead {
    /// Forgets what is served for an order.
    pub(crate) fn forget(&mut self, order_id: u64) {
        self.transaction_pages.remove(&order_id);
        self.more_transactions.remove(&order_id);
        self.transaction_forms.remove(&order_id);
    }
}
