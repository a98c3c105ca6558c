//! The decision on a payment, made before any money moves.

use super::cards::{self, CardOutcome};
use crate::{
    clock::Timestamp,
    state::{
        definition::{Configuration, PaymentMethod, Settlement, StoredInstrument},
        order::Order,
        store::{Customer, StoreData},
    },
    wire::{
        payment::{CardDetails, Instrument, InstrumentDetails, InstrumentKind, PaymentRequest},
        problem::Problem,
    },
};

/// A payment that the gateway accepts.
#[derive(Debug)]
pub(crate) struct Approval {
    pub(crate) settlement: Settlement,
    pub(crate) debit: Debit,
}

/// A balance of the store that pays.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Debit {
    None,
    GiftCertificate(String),
    StoreCredit,
}

/// A payment that is not made.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    /// Whether the gateway was asked: the attempt is then among the order's transactions, and
    /// the payment access token is used up.
    pub(crate) reached_gateway: bool,
}

/// Decides on a payment for an order that may be paid.
pub(crate) fn decide(
    data: &StoreData,
    order: &Order,
    request: &PaymentRequest,
    now: Timestamp,
) -> Result<Approval, Refusal> {
    let method = data
        .method(&request.payment_method_id)
        .ok_or_else(|| refused(30000, "the store has no payment method of this id"))?;
    accepts(method, request)?;
    match method.configuration {
        Configuration::Valid => {}
        Configuration::Rejected => return Err(refused(30001, "check the gateway's settings")),
        Configuration::RejectedAsPrinted => {
            return Err(refused(3001, "check the gateway's settings"));
        }
    }
    let customer = data.customers.get(&order.customer_id);
    if request.save_instrument {
        saveable(method, customer)?;
    }
    let context = PaymentContext {
        data,
        order,
        method,
        customer,
        now,
    };
    context.decide(request)
}

/// Whether a card's last month lies behind.
pub(crate) fn has_expired(month: u8, year: i32, now: Timestamp) -> bool {
    (year, month) < now.year_and_month()
}

struct PaymentContext<'a> {
    data: &'a StoreData,
    order: &'a Order,
    method: &'a PaymentMethod,
    customer: Option<&'a Customer>,
    now: Timestamp,
}

impl PaymentContext<'_> {
    fn decide(&self, request: &PaymentRequest) -> Result<Approval, Refusal> {
        match &request.instrument.details {
            InstrumentDetails::Card(card) => self.card(card, request.save_instrument),
            InstrumentDetails::Token(_)
                if request.instrument.kind == InstrumentKind::TokenizedCard =>
            {
                Ok(self.approved())
            }
            InstrumentDetails::Token(token) => self.stored(request.instrument.kind, token),
            InstrumentDetails::GiftCertificate(code) => self.gift_certificate(code),
            InstrumentDetails::StoreCredit => self.store_credit(),
        }
    }

    fn card(&self, card: &CardDetails, save: bool) -> Result<Approval, Refusal> {
        if has_expired(card.expiry_month, card.expiry_year, self.now) {
            return Err(declined(30103));
        }
        match cards::outcome(&card.number) {
            CardOutcome::Fails(code) => Err(declined(code)),
            CardOutcome::CannotBeSaved(code) if save => Err(declined(code)),
            CardOutcome::Pending => Ok(Approval {
                settlement: Settlement::Pending,
                debit: Debit::None,
            }),
            CardOutcome::Approved | CardOutcome::CannotBeSaved(_) => Ok(self.approved()),
        }
    }

    fn stored(&self, kind: InstrumentKind, token: &str) -> Result<Approval, Refusal> {
        if !self.method.vaulting {
            return Err(refused(
                30002,
                "the payment method has no stored instruments",
            ));
        }
        let belongs = |it: &&StoredInstrument| {
            it.token == token && it.kind == kind && it.payment_method_id == self.method.id
        };
        let stored = self
            .customer
            .and_then(|customer| customer.stored_instruments.iter().find(belongs))
            .ok_or_else(|| refused(30051, "the order's customer has no such stored instrument"))?;
        if stored.revoked {
            return Err(declined(30107));
        }
        match &stored.card {
            Some(card) if has_expired(card.expiry_month, card.expiry_year, self.now) => {
                Err(declined(30103))
            }
            _ => Ok(self.approved()),
        }
    }

    fn gift_certificate(&self, code: &str) -> Result<Approval, Refusal> {
        match self.data.gift_certificates.get(code) {
            None => Err(declined(30102)),
            Some(&balance) if balance < self.order.total => Err(declined(30106)),
            Some(_) => Ok(self.debited(Debit::GiftCertificate(code.to_owned()))),
        }
    }

    fn store_credit(&self) -> Result<Approval, Refusal> {
        match self.customer {
            None => Err(Refusal {
                problem: Problem::coded(30102).with_detail("a guest has no store credit"),
                reached_gateway: true,
            }),
            Some(customer) if customer.store_credit < self.order.total => Err(declined(30106)),
            Some(_) => Ok(self.debited(Debit::StoreCredit)),
        }
    }

    fn approved(&self) -> Approval {
        self.debited(Debit::None)
    }

    fn debited(&self, debit: Debit) -> Approval {
        Approval {
            settlement: self.method.settlement,
            debit,
        }
    }
}

fn accepts(method: &PaymentMethod, request: &PaymentRequest) -> Result<(), Refusal> {
    let Instrument {
        kind,
        has_verification_value,
        ..
    } = request.instrument;
    if !method.instruments.contains(&kind) {
        return Err(wrong_field(
            "payment.instrument.type",
            format!("is not accepted by the payment method {}", method.id),
        ));
    }
    let takes_verification_value =
        matches!(kind, InstrumentKind::Card | InstrumentKind::StoredCard);
    if method.verification_value_required && takes_verification_value && !has_verification_value {
        return Err(wrong_field(
            "payment.instrument.verification_value",
            format!("is required by the payment method {}", method.id),
        ));
    }
    Ok(())
}

fn saveable(method: &PaymentMethod, customer: Option<&Customer>) -> Result<(), Refusal> {
    if !method.vaulting {
        return Err(refused(
            30002,
            "the payment method has no stored instruments",
        ));
    }
    match customer {
        Some(_) => Ok(()),
        None => Err(refused(30050, "a guest has nowhere to store an instrument")),
    }
}

fn wrong_field(name: &str, message: String) -> Refusal {
    Refusal {
        problem: Problem::fields(vec![(name.to_owned(), message)]),
        reached_gateway: false,
    }
}

fn refused(code: u32, detail: &'static str) -> Refusal {
    Refusal {
        problem: Problem::coded(code).with_detail(detail),
        reached_gateway: false,
    }
}

fn declined(code: u32) -> Refusal {
    Refusal {
        problem: Problem::coded(code),
        reached_gateway: true,
    }
}
