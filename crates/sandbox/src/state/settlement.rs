//! What becomes of a payment after it was made: decided, captured, voided, refunded.

use crate::{
    clock::Timestamp,
    state::{
        definition::Settlement,
        error::ControlError,
        order::Order,
        store::StoreData,
        transaction::{Event, Source, Transaction},
    },
};

impl StoreData {
    /// Decides a pending payment, and gives the id of the transaction that says so.
    pub(crate) fn resolve_pending(
        &mut self,
        order_id: u64,
        succeeds: bool,
        now: Timestamp,
    ) -> Result<u64, ControlError> {
        let order = self.order(order_id)?;
        let is_open = |it: &&Transaction| it.event == Event::Pending && !is_referred_to(order, it);
        let pending = order.transactions.iter().rfind(is_open);
        let pending = pending.ok_or(ControlError::NotPending(order_id))?.id;
        let remembered = self.pending.remove(&pending);
        let settles_as = remembered.as_ref().map(|it| it.settles_as);
        let event = match settles_as {
            Some(Settlement::Authorization) => Event::Authorization,
            _ => Event::Purchase,
        };
        let customer_id = self.order(order_id)?.customer_id;
        let saves = remembered.and_then(|it| it.saves).filter(|_| succeeds);
        if let Some(customer) = self.customers.get_mut(&customer_id) {
            customer.stored_instruments.extend(saves);
        }
        self.follow_up(order_id, pending, event, succeeds, None, now)
    }

    /// Captures what an authorization reserved: this one, or the last that is open.
    pub(crate) fn capture(
        &mut self,
        order_id: u64,
        authorization: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, ControlError> {
        let order = self.order(order_id)?;
        let is_open = |it: &Transaction| {
            it.succeeded && it.event == Event::Authorization && !is_referred_to(order, it)
        };
        let found = find(order, authorization, is_open)?;
        let found = found.ok_or(ControlError::NothingToCapture(order_id))?;
        self.follow_up(order_id, found, Event::Capture, true, None, now)
    }

    /// Voids a payment that is authorized, captured or pending: this one, or the last that can be.
    pub(crate) fn void(
        &mut self,
        order_id: u64,
        transaction: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, ControlError> {
        let order = self.order(order_id)?;
        let is_open = |it: &Transaction| {
            let takes_money = matches!(
                it.event,
                Event::Purchase | Event::Authorization | Event::Capture | Event::Pending
            );
            it.succeeded && takes_money && !is_referred_to(order, it)
        };
        let found = find(order, transaction, is_open)?;
        let found = found.ok_or(ControlError::NothingToVoid(order_id))?;
        self.pending.remove(&found);
        let void = self.follow_up(order_id, found, Event::Void, true, None, now)?;
        self.give_back(order_id, void);
        Ok(void)
    }

    /// Refunds a captured payment, or a part of it: this one, or the last of which there is so much left.
    pub(crate) fn refund(
        &mut self,
        order_id: u64,
        transaction: Option<u64>,
        amount: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, ControlError> {
        let order = self.order(order_id)?;
        let is_open = |it: &Transaction| {
            let left = refundable(order, it);
            left > 0 && amount.is_none_or(|amount| amount > 0 && amount <= left)
        };
        let found = find(order, transaction, is_open)?;
        let found = found.ok_or(ControlError::NothingToRefund(order_id))?;
        let left = order.transaction(found).map(|it| refundable(order, it));
        let amount = amount.or(left);
        let refund = self.follow_up(order_id, found, Event::Refund, true, amount, now)?;
        self.give_back(order_id, refund);
        Ok(refund)
    }

    /// Adds a transaction that goes on with an earlier one of the order.
    fn follow_up(
        &mut self,
        order_id: u64,
        reference: u64,
        event: Event,
        succeeded: bool,
        amount: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, ControlError> {
        let unknown = ControlError::UnknownTransaction {
            order_id,
            transaction_id: reference,
        };
        let earlier = self.order(order_id)?.transaction(reference);
        let earlier = earlier.ok_or(unknown)?.clone();
        let id = self.next_transaction_id();
        let transaction = Transaction {
            id,
            event,
            succeeded,
            amount: amount.unwrap_or(earlier.amount),
            token_id: None,
            reference: Some(reference),
            created: now,
            ..earlier
        };
        self.post(order_id, transaction);
        Ok(id)
    }

    /// Gives a gift certificate or store credit back what was taken of it.
    fn give_back(&mut self, order_id: u64, transaction: u64) {
        let Some(order) = self.orders.get(&order_id) else {
            return;
        };
        let Some(transaction) = order.transaction(transaction) else {
            return;
        };
        let balance = match &transaction.tender.source {
            Source::GiftCertificate(used) => self.gift_certificates.get_mut(&used.code),
            Source::StoreCredit { .. } => {
                let customer = self.customers.get_mut(&order.customer_id);
                customer.map(|customer| &mut customer.store_credit)
            }
            Source::Gateway | Source::Stored(_) => None,
        };
        if let Some(balance) = balance {
            *balance = balance.saturating_add(transaction.amount);
        }
    }

    fn order(&self, order_id: u64) -> Result<&Order, ControlError> {
        let order = self.orders.get(&order_id).map(AsRef::as_ref);
        order.ok_or(ControlError::UnknownOrder(order_id))
    }
}

/// The transaction that was asked for, if it will do, or the last one that will.
fn find(
    order: &Order,
    wanted: Option<u64>,
    will_do: impl Fn(&Transaction) -> bool,
) -> Result<Option<u64>, ControlError> {
    match wanted {
        None => Ok(order
            .transactions
            .iter()
            .rfind(|it| will_do(it))
            .map(|it| it.id)),
        Some(id) => match order.transaction(id).filter(|it| will_do(it)) {
            Some(found) => Ok(Some(found.id)),
            None => Err(ControlError::UnknownTransaction {
                order_id: order.id,
                transaction_id: id,
            }),
        },
    }
}

/// Whether a later transaction goes on with this one, or takes it back.
fn is_referred_to(order: &Order, transaction: &Transaction) -> bool {
    let refers = |it: &Transaction| it.reference == Some(transaction.id);
    order.transactions.iter().any(refers)
}

/// What can still be refunded of a transaction, in minor units.
fn refundable(order: &Order, transaction: &Transaction) -> u64 {
    let captures = matches!(transaction.event, Event::Purchase | Event::Capture);
    if !transaction.succeeded || !captures {
        return 0;
    }
    let given_back = order
        .transactions
        .iter()
        .filter(|it| it.reference == Some(transaction.id) && it.succeeded)
        .map(|it| it.amount)
        .sum();
    transaction.amount.saturating_sub(given_back)
}
