//! What happened to the money of an order, charge by charge.

use std::collections::HashSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{
    item::UnreadableItem,
    matching,
    money::Money,
    order::OrderId,
    tender::{Amounts, Tender, TenderState},
    transaction::{
        Transaction,
        TransactionEvent::{Authorization, Purchase},
    },
};

/// What happened to the money of an order: each charge with its captures and reversals, and what
/// could not be read or matched.
///
/// One order can take several payments: a gift certificate or store credit that covers a part,
/// and another method for the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OrderPayments {
    /// The order.
    pub order: OrderId,
    /// Its charges, in the order of the service's list.
    pub tenders: Vec<Tender>,
    /// Captures, voids and refunds of which it cannot be told what they are of.
    pub unmatched: Vec<Transaction>,
    /// What could not be read.
    pub unreadable: Vec<UnreadableItem>,
    /// Whether the whole list was read. `false` when the service does not say where it ends.
    pub complete: bool,
    /// The sums of the charges whose amounts are known, by currency.
    pub totals: Vec<Amounts>,
}

impl OrderPayments {
    /// `complete` tells whether these are all of the order's transactions. One that two pages hold
    /// is one: the list may have moved between them.
    pub(crate) fn of(
        order: OrderId,
        mut transactions: Vec<Transaction>,
        unreadable: Vec<UnreadableItem>,
        complete: bool,
    ) -> Self {
        let mut seen = HashSet::new();
        transactions.retain(|it| it.id.is_none() || seen.insert(it.clone()));
        let all = complete && unreadable.is_empty();
        let (tenders, unmatched) = matching::tenders(&transactions, all);
        let totals = totals(&tenders);
        Self {
            order,
            tenders,
            unmatched,
            unreadable,
            complete,
            totals,
        }
    }

    /// Whether everything could be read and matched, so that the totals are the order's.
    pub fn is_clear(&self) -> bool {
        let is_clear =
            |tender: &Tender| tender.amounts.is_some() && tender.state != TenderState::Unclear;
        self.complete
            && self.unreadable.is_empty()
            && self.unmatched.iter().all(Transaction::is_error)
            && self.tenders.iter().all(is_clear)
            && !self.tells_a_charge_twice()
    }

    /// What of a total is still owed; none when that is not known, because something could not be
    /// read or matched, or was paid in another currency. What is pending is owed.
    ///
    /// Transactions do not hold the total of their order: it is the caller's to give.
    pub fn owed(&self, total: &Money) -> Option<Money> {
        if !self.is_clear() {
            return None;
        }
        let (same, other): (Vec<_>, Vec<_>) = self
            .totals
            .iter()
            .partition(|it| it.currency.eq_ignore_ascii_case(&total.currency));
        if other.iter().any(|it| !it.paid.is_zero()) {
            return None;
        }
        let mut paid = same.iter().map(|it| it.paid);
        let paid = paid.try_fold(Decimal::ZERO, Decimal::checked_add)?;
        let owed = total.amount.checked_sub(paid)?.max(Decimal::ZERO);
        Some(Money::new(owed, &total.currency))
    }

    /// Whether one charge says that it is of another, so that both may be of the same money.
    fn tells_a_charge_twice(&self) -> bool {
        let charges = || {
            let transactions = self.tenders.iter().flat_map(|it| &it.transactions);
            transactions.filter(|it| it.is_ok() && matches!(it.event, Purchase | Authorization))
        };
        let ids: HashSet<_> = charges().filter_map(|it| it.id).collect();
        let mut references = charges().filter_map(|it| it.reference_transaction_id);
        references.any(|it| ids.contains(&it))
    }
}

fn totals(tenders: &[Tender]) -> Vec<Amounts> {
    let mut totals: Vec<Amounts> = Vec::new();
    for amounts in tenders.iter().filter_map(|it| it.amounts.as_ref()) {
        let currency = |it: &&mut Amounts| it.currency == amounts.currency;
        match totals.iter_mut().find(currency) {
            Some(total) => total.add(amounts),
            None => totals.push(amounts.clone()),
        }
    }
    totals
}
