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
        order::Order,
        shared::SharedState,
        store::{Store, StoreData},
        transaction::{Event, GiftCertificateUse, PendingPayment, Source, Tender, Transaction},
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
    /// The correlation id of the request, where it is a UUID.
    pub(super) correlation_id: Option<Uuid>,
}

impl Posting<'_> {
    /// Posts a payment that the gateway accepted, and gives its id.
    pub(super) fn approve(&self, data: &mut StoreData, approval: &Approval) -> Uuid {
        let source = self.take_from_balance(data, approval);
        let event = match approval.settlement {
            Settlement::Purchase => Event::Purchase,
            Settlement::Authorization => Event::Authorization,
            Settlement::Pending => Event::Pending,
        };
        let transaction = self.transaction(data, event, true, approval.amount, source);
        let payment_id = self.store.payment_id(self.pat.order_id, &transaction);
        let saves = self.saved_instrument(transaction.attempt.into());
        if approval.settlement == Settlement::Pending {
            let settles_as = approval.settles_as;
            let pending = PendingPayment { settles_as, saves };
            data.pending.insert(transaction.id, pending);
        } else {
            self.save(data, saves);
        }
        data.post(self.pat.order_id, transaction);
        payment_id
    }

    /// Posts an attempt over this amount that the gateway declined.
    pub(super) fn decline(&self, data: &mut StoreData, amount: u64) {
        let source = self.stored_source();
        let transaction = self.transaction(data, Event::Purchase, false, amount, source);
        data.post(self.pat.order_id, transaction);
    }

    fn order<'b>(&self, data: &'b StoreData) -> &'b Order {
        let order = data.orders.get(&self.pat.order_id);
        order.expect("the order was found under this lock")
    }

    /// The transaction of an attempt. It uses up the token.
    fn transaction(
        &self,
        data: &mut StoreData,
        event: Event,
        succeeded: bool,
        amount: u64,
        source: Source,
    ) -> Transaction {
        let id = data.next_transaction_id();
        let attempt = self.order(data).transactions.len();
        let method = data.method(&self.request.payment_method_id);
        let payment_method_id = match method {
            Some(method) => method.id.clone(),
            None => self.request.payment_method_id.as_str().into(),
        };
        Transaction {
            id,
            event,
            succeeded,
            amount,
            tender: Tender {
                payment_method_id,
                instrument: self.request.instrument.kind,
                source,
            },
            attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
            token_id: Some(self.pat.id),
            correlation_id: self.correlation_id,
            reference: None,
            created: self.now,
        }
    }

    /// Takes the amount from the balance that pays, which the decision found large enough.
    fn take_from_balance(&self, data: &mut StoreData, approval: &Approval) -> Source {
        let take = |balance: &mut u64| {
            *balance = balance.saturating_sub(approval.amount);
            *balance
        };
        match &approval.debit {
            Debit::None => self.stored_source(),
            Debit::GiftCertificate(code) => {
                let balance = data.gift_certificates.get_mut(code);
                let remaining = balance.map_or(0, take);
                Source::GiftCertificate(Box::new(GiftCertificateUse {
                    code: code.clone(),
                    starting: remaining.saturating_add(approval.amount),
                    remaining,
                }))
            }
            Debit::StoreCredit => {
                let customer_id = self.order(data).customer_id;
                let customer = data.customers.get_mut(&customer_id);
                let remaining = customer.map_or(0, |it| take(&mut it.store_credit));
                Source::StoreCredit { remaining }
            }
        }
    }

    /// The stored instrument that pays, where one does.
    fn stored_source(&self) -> Source {
        match &self.request.instrument.details {
            InstrumentDetails::Token(token) => Source::Stored(token.as_str().into()),
            _ => Source::Gateway,
        }
    }

    fn save(&self, data: &mut StoreData, saves: Option<StoredInstrument>) {
        let customer_id = self.order(data).customer_id;
        if let Some(customer) = data.customers.get_mut(&customer_id) {
            customer.stored_instruments.extend(saves);
        }
    }

    /// The stored card that `save_instrument` asks for; each attempt has another token.
    fn saved_instrument(&self, attempt: u64) -> Option<StoredInstrument> {
        let InstrumentDetails::Card(card) = &self.request.instrument.details else {
            return None;
        };
        self.request.save_instrument.then(|| {
            let subject = self.store.subject(self.pat.order_id);
            let random = self.shared.random;
            let half = |n| random.uuid(Purpose::StoredToken, subject, n).simple();
            StoredInstrument {
                kind: InstrumentKind::StoredCard,
                token: format!("{}{}", half(2 * attempt), half(2 * attempt + 1)),
                payment_method_id: self.request.payment_method_id.clone(),
                is_default: false,
                revoked: false,
                card: Some(stored_details(card)),
            }
        })
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
