//! The stores that a run plays.

use serde_json::{Value, json};

use crate::{
    chaos::plan::{OrderPlan, PlannedInstrument},
    stores::{self, tokens},
};

/// The stores of a run, each of which has a limit of its own: so few that the limit is felt.
pub(crate) fn store_count(orders: u32) -> u32 {
    (orders / 12_500).max(1)
}

/// What the part is worth that a gift certificate or store credit covers.
const PART: &str = "20.00";

/// No order is charged as often. Each charge has a payment method of its own, by which the ledger
/// tells what became of it.
pub(crate) const METHODS: u32 = 24;

/// The hash of the store that an order belongs to, of so many.
pub(crate) fn store_of(plan: &OrderPlan, count: u32) -> String {
    store_hash(plan.index % count)
}

/// The hashes of so many stores.
pub(crate) fn store_hashes(count: u32) -> impl Iterator<Item = String> {
    (0..count).map(store_hash)
}

fn store_hash(number: u32) -> String {
    format!("chaos{number}")
}

/// The payment method of an order's charge, counted from 0.
pub(crate) fn payment_method(instrument: PlannedInstrument, charge: u32) -> String {
    let kind = match instrument {
        PlannedInstrument::Card(_) => "card",
        PlannedInstrument::AuthorizedCard(_) => "authorized_card",
        PlannedInstrument::GiftCertificate => "gift_certificate",
        PlannedInstrument::StoreCredit => "store_credit",
    };
    format!("{kind}.{charge}")
}

/// The code of an order's gift certificate.
pub(crate) fn gift_certificate_code(index: u32) -> String {
    format!("GIFT-{index:08}")
}

/// The customer whose order it is, who has store credit, or 0 for a guest.
pub(crate) fn customer_of(plan: &OrderPlan) -> u64 {
    if plan.pays_with(PlannedInstrument::StoreCredit) {
        u64::from(plan.index) + 1
    } else {
        0
    }
}

/// So many stores, with what the orders of these plans need.
pub(crate) fn definition(plans: &[OrderPlan], count: u32) -> Value {
    let stores = store_hashes(count).enumerate().map(|(index, hash)| {
        let own = plans.iter().filter(|plan| store_of(plan, count) == hash);
        let (mut customers, mut certificates) = (Vec::new(), Vec::new());
        for plan in own {
            if plan.pays_with(PlannedInstrument::StoreCredit) {
                customers.push(json!({"id": customer_of(plan), "store_credit": PART}));
            }
            if plan.pays_with(PlannedInstrument::GiftCertificate) {
                let code = gift_certificate_code(plan.index);
                certificates.push(json!({"code": code, "balance": PART}));
            }
        }
        json!({
            "hash": hash,
            "id": index + 1,
            "tokens": tokens(&hash),
            "payment_methods": payment_methods(),
            "customers": customers,
            "gift_certificates": certificates,
        })
    });
    json!({"stores": stores.collect::<Vec<_>>()})
}

fn payment_methods() -> Vec<Value> {
    let kinds = [
        (PlannedInstrument::Card(""), "card", "purchase"),
        (
            PlannedInstrument::AuthorizedCard(""),
            "card",
            "authorization",
        ),
        (
            PlannedInstrument::GiftCertificate,
            "gift_certificate",
            "purchase",
        ),
        (PlannedInstrument::StoreCredit, "store_credit", "purchase"),
    ];
    let methods = kinds.iter().flat_map(|(kind, instrument, settlement)| {
        (0..METHODS).map(move |charge| {
            stores::payment_method(&payment_method(*kind, charge), instrument, settlement)
        })
    });
    methods.collect()
}
