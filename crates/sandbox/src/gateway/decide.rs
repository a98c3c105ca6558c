//! The decision on a payment, made before any money moves.

use crate::{
    clock::Timestamp,
    gateway::cards::{self, CardOutcome},
    state::{
        currency::Currency,
        definition::{Configuration, PaymentMethod, Settlement, StoredInstrument},
        order::Order,
        store::{Customer, StoreData},
    },
    wire::{
        payment::{
            CardDetails, Instrument, InstrumentDetails, InstrumentKind, PaymentRequest,
            TokenizedCard,
        },
        problem::Problem,
    },
};

/// A payment that the gateway accepts.
#[derive(Debug)]
pub(crate) struct Approval {
    pub(crate) settlement: Settlement,
    /// What the payment becomes once it is decided, where it is pending.
    pub(crate) settles_as: Settlement,
    /// What is taken, in minor units.
    pub(crate) amount: u64,
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

/// Decides on a payment of this much for an order that may be paid.
pub(crate) fn decide(
    data: &StoreData,
    order: &Order,
    request: &PaymentRequest,
    due: u64,
    store_currency: Currency,
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
        due,
        in_default_currency: order.currency == store_currency,
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
    due: u64,
    in_default_currency: bool,
    method: &'a PaymentMethod,
    customer: Option<&'a Customer>,
    now: Timestamp,
}

impl PaymentContext<'_> {
    fn decide(&self, request: &PaymentRequest) -> Result<Approval, Refusal> {
        match &request.instrument.details {
            InstrumentDetails::Card(card) => self.card(card, request.save_instrument),
            InstrumentDetails::TokenizedCard(card) => self.tokenized(card),
            InstrumentDetails::Token(token) => self.stored(request.instrument.kind, token),
            InstrumentDetails::GiftCertificate(code) => self.gift_certificate(code),
            InstrumentDetails::StoreCredit => self.store_credit(),
        }
    }

    fn card(&self, card: &CardDetails, save: bool) -> Result<Approval, Refusal> {
        self.usable(
            Some((card.expiry_month, card.expiry_year)),
            Some(cards::brand(&card.number)),
        )?;
        match cards::outcome(&card.number) {
            CardOutcome::Fails(code) => Err(declined(code)),
            CardOutcome::CannotBeSaved(code) if save => Err(declined(code)),
            CardOutcome::Pending => Ok(Approval {
                settlement: Settlement::Pending,
                ..self.approved()
            }),
            CardOutcome::Approved | CardOutcome::CannotBeSaved(_) => Ok(self.approved()),
        }
    }

    fn tokenized(&self, card: &TokenizedCard) -> Result<Approval, Refusal> {
        self.usable(card.expiry, card.iin.as_deref().map(cards::brand))?;
        Ok(self.approved())
    }

    fn stored(&self, kind: InstrumentKind, token: &str) -> Result<Approval, Refusal> {
        if !self.method.vaulting {
            return Err(refused(
                30002,
                "the payment method has no stored instruments",
            ));
        }
        let belongs = |it: &&StoredInstrument| {
            it.token == token && it.kind == kind && *it.payment_method_id == *self.method.id
        };
        let stored = self
            .customer
            .and_then(|customer| customer.stored_instruments.iter().find(belongs))
            .ok_or_else(|| refused(30051, "the order's customer has no such stored instrument"))?;
        if stored.revoked {
            return Err(declined(30107));
        }
        if let Some(card) = &stored.card {
            let expiry = (card.expiry_month, card.expiry_year);
            self.usable(Some(expiry), Some(&card.brand))?;
        }
        Ok(self.approved())
    }

    /// Whether a card has not expired, and is of a brand that the method takes.
    fn usable(&self, expiry: Option<(u8, i32)>, brand: Option<&str>) -> Result<(), Refusal> {
        if expiry.is_some_and(|(month, year)| has_expired(month, year, self.now)) {
            return Err(declined(30103));
        }
        let brands = &self.method.brands;
        let takes = |brand: &str| brands.is_empty() || brands.iter().any(|it| it == brand);
        match brand.filter(|brand| !takes(brand)) {
            Some(brand) => Err(Refusal {
                problem: Problem::coded(30102).with_detail(format!(
                    "the payment method {} takes no {brand}",
                    self.method.id
                )),
                reached_gateway: true,
            }),
            None => Ok(()),
        }
    }

    fn gift_certificate(&self, code: &str) -> Result<Approval, Refusal> {
        match self.data.gift_certificates.get(code) {
            None => Err(declined(30102)),
            Some(&balance) => self.debited(balance, Debit::GiftCertificate(code.to_owned())),
        }
    }

    fn store_credit(&self) -> Result<Approval, Refusal> {
        match self.customer {
            None => Err(Refusal {
                problem: Problem::coded(30102).with_detail("a guest has no store credit"),
                reached_gateway: true,
            }),
            Some(customer) => self.debited(customer.store_credit, Debit::StoreCredit),
        }
    }

    fn approved(&self) -> Approval {
        Approval {
            settlement: self.method.settlement,
            settles_as: match self.method.settlement {
                Settlement::Authorization => Settlement::Authorization,
                Settlement::Purchase | Settlement::Pending => Settlement::Purchase,
            },
            amount: self.due,
            debit: Debit::None,
        }
    }

    /// A balance pays what it has, and leaves the rest to another payment.
    fn debited(&self, balance: u64, debit: Debit) -> Result<Approval, Refusal> {
        if !self.in_default_currency {
            return Err(Refusal {
                problem: Problem::coded(30102)
                    .with_detail("the balance is in the store's default currency"),
                reached_gateway: true,
            });
        }
        if balance == 0 && self.due > 0 {
            return Err(declined(30106));
        }
        Ok(Approval {
            amount: balance.min(self.due),
            debit,
            ..self.approved()
        })
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
