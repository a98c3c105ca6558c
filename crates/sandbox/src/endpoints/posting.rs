//! Writing a decided payment into a store's data.

use uuid::Uuid;

use crate::{
    clock::Timestamp,
    gateway::{
        cards,
        decide::{Approval, Debit},
    },
    pat::Pat,
    random::Purpose,
    state::{
        definition::{Settlement, StoredCardDetails, StoredInstrument},
        ledger::{LedgerEntry, LedgerKind},
        order::{Order, PaymentState, Transaction, status},
        shared::SharedState,
        store::{Store, StoreData},
    },
    wire::payment::{CardDetails, InstrumentDetails, InstrumentKind, PaymentRequest},
};

/// A payment whose order was found under the lock that is still held.
pub(super) struct Posting<'a> {
    pub(super) shared: &'a SharedState,
    pub(super) store: &'a Store,
    /// When the money moves.
    pub(super) now: Timestamp,
    pub(super) pat: &'a Pat,
    pub(super) request: &'a PaymentRequest,
}

impl Posting<'_> {
    /// Posts a payment that the gateway accepted, and gives its id.
    pub(super) fn approve(&self, data: &mut StoreData, approval: &Approval) -> Uuid {
        let effect = Effect::of(approval.settlement);
        let payment_id = self.add_transaction(data, effect.event, true);
        self.take_from_balance(data, &approval.debit);
        self.save_instrument(data);
        let order = self.order(data);
        order.payment = effect.payment;
        order.status_id = effect.status_id;
        let entry = effect.ledger.map(|kind| LedgerEntry {
            order_id: order.id,
            kind,
            amount: order.total,
            currency: order.currency.clone(),
            payment_id: payment_id.to_string(),
            payment_method_id: self.request.payment_method_id.clone(),
            at_unix_ms: self.now.unix_millis(),
        });
        data.ledger.extend(entry);
        payment_id
    }

    /// Posts an attempt that the gateway declined.
    pub(super) fn decline(&self, data: &mut StoreData) {
        self.add_transaction(data, "purchase", false);
    }

    fn order<'b>(&self, data: &'b mut StoreData) -> &'b mut Order {
        let order = data.orders.get_mut(&self.pat.order_id);
        order.expect("orders are never removed")
    }

    /// Uses up the token and writes the attempt into the order's transactions.
    fn add_transaction(&self, data: &mut StoreData, event: &'static str, succeeded: bool) -> Uuid {
        let random = self.shared.random;
        let subject = self.store.subject(self.pat.order_id);
        let id = data.next_transaction_id();
        let order = self.order(data);
        let serial = order.transactions.len() as u64;
        let payment_id = random.uuid(Purpose::PaymentId, subject, serial);
        order.pats_spent.push(self.pat.id);
        order.transactions.push(Transaction {
            id,
            event,
            succeeded,
            amount: order.total,
            payment_method_id: self.request.payment_method_id.clone(),
            instrument_type: self.request.instrument.kind.name(),
            instrument_token: stored_token(self.request),
            payment_id,
            gateway_transaction_id: random.uuid(Purpose::GatewayReference, subject, serial),
            created: self.now,
        });
        payment_id
    }

    /// The decision found the balance large enough.
    fn take_from_balance(&self, data: &mut StoreData, debit: &Debit) {
        let order = self.order(data);
        let (amount, customer_id) = (order.total, order.customer_id);
        let balance = match debit {
            Debit::None => None,
            Debit::GiftCertificate(code) => data.gift_certificates.get_mut(code),
            Debit::StoreCredit => {
                let customer = data.customers.get_mut(&customer_id);
                customer.map(|customer| &mut customer.store_credit)
            }
        };
        if let Some(balance) = balance {
            *balance = balance.saturating_sub(amount);
        }
    }

    fn save_instrument(&self, data: &mut StoreData) {
        let customer_id = self.order(data).customer_id;
        let saved = self.saved_instrument();
        if let Some(customer) = data.customers.get_mut(&customer_id) {
            customer.stored_instruments.extend(saved);
        }
    }

    /// The stored card that `save_instrument` asks for.
    fn saved_instrument(&self) -> Option<StoredInstrument> {
        let InstrumentDetails::Card(card) = &self.request.instrument.details else {
            return None;
        };
        self.request.save_instrument.then(|| {
            let subject = self.store.subject(self.pat.order_id);
            let random = self.shared.random;
            let half = |n| random.uuid(Purpose::StoredToken, subject, n).simple();
            StoredInstrument {
                kind: InstrumentKind::StoredCard,
                token: format!("{}{}", half(0), half(1)),
                payment_method_id: self.request.payment_method_id.clone(),
                is_default: false,
                revoked: false,
                card: Some(stored_details(card)),
            }
        })
    }
}

/// What a settlement does to an order.
struct Effect {
    event: &'static str,
    payment: PaymentState,
    status_id: u8,
    ledger: Option<LedgerKind>,
}

impl Effect {
    fn of(settlement: Settlement) -> Self {
        match settlement {
            Settlement::Purchase => Self {
                event: "purchase",
                payment: PaymentState::Captured,
                status_id: status::AWAITING_FULFILLMENT,
                ledger: Some(LedgerKind::Capture),
            },
            Settlement::Authorization => Self {
                event: "authorization",
                payment: PaymentState::Authorized,
                status_id: status::AWAITING_FULFILLMENT,
                ledger: Some(LedgerKind::Authorization),
            },
            Settlement::Pending => Self {
                event: "pending",
                payment: PaymentState::Pending,
                status_id: status::AWAITING_PAYMENT,
                ledger: None,
            },
        }
    }
}

fn stored_token(request: &PaymentRequest) -> Option<String> {
    match (&request.instrument.details, request.instrument.kind) {
        (_, InstrumentKind::TokenizedCard) => None,
        (InstrumentDetails::Token(token), _) => Some(token.clone()),
        _ => None,
    }
}

fn stored_details(card: &CardDetails) -> StoredCardDetails {
    let number = card.number.as_str();
    StoredCardDetails {
        brand: cards::brand(number).to_owned(),
        expiry_month: card.expiry_month,
        expiry_year: card.expiry_year,
        issuer_identification_number: number.chars().take(6).collect(),
        last_4: number
            .chars()
            .skip(number.len().saturating_sub(4))
            .collect(),
    }
}
