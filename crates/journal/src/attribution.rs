//! Which of an order's charges are of which attempts.
//!
//! The id of a receipt need not be one of those in the order's transactions. So what the known
//! attempts have made is told by its id where that can be, and else counted: each of them has made
//! one charge, with an instrument of its kind.

use bigcommerce_payments::{InstrumentType, OrderPayments, Tender, TenderState, TransactionMethod};

use crate::{answer::made_transaction, attempt_state::AttemptState, database::AttemptRow};

/// The charges of an order, as far as attempts have made them.
#[derive(Debug)]
pub(crate) struct Attribution<'a> {
    /// What the attempts have made.
    pub(crate) made: Vec<&'a Tender>,
    /// Charged attempts that no charge is seen of.
    pub(crate) missing: Vec<&'a AttemptRow>,
    /// Charges that none of the attempts has made, among them those that were reversed.
    pub(crate) unknown: Vec<&'a Tender>,
}

impl<'a> Attribution<'a> {
    /// Of the attempts, only those count that have moved money.
    pub(crate) fn of(attempts: &'a [AttemptRow], order: &'a OrderPayments) -> Self {
        let mut left: Vec<_> = order.tenders.iter().filter(|it| moved_money(it)).collect();
        let mut made = Vec::new();
        let mut rows: Vec<_> = attempts
            .iter()
            .filter(|it| it.state.moved_money())
            .collect();
        let rules: [fn(&AttemptRow, &Tender) -> bool; 4] = [
            has_made,
            |row, tender| is_in_state(row, tender) && kinds(row, tender).is_some_and(|same| same),
            |row, tender| is_in_state(row, tender) && kinds(row, tender).is_none(),
            |row, tender| {
                row.state == AttemptState::Charged && kinds(row, tender).is_none_or(|same| same)
            },
        ];
        for rule in rules {
            rows.retain(|row| {
                let found = left.iter().position(|tender| rule(row, tender));
                made.extend(found.map(|index| left.remove(index)));
                found.is_none()
            });
        }
        rows.retain(|row| row.state == AttemptState::Charged);
        Self {
            made,
            missing: rows,
            unknown: left,
        }
    }
}

/// Whether the order shows a charge, or one that is being decided, that can be of that instrument
/// and that none of the attempts has made.
pub(crate) fn shows_unknown_charge(
    instrument_type: &str,
    attempts: &[AttemptRow],
    order: &OrderPayments,
) -> bool {
    let unknown = Attribution::of(attempts, order).unknown;
    let pending = |it: &&Tender| it.state == TenderState::Pending;
    let mut charges = unknown.into_iter().filter(|it| it.is_charged());
    let mut pending = order.tenders.iter().filter(pending);
    charges.any(|it| can_be_of(instrument_type, it))
        || pending.any(|it| can_be_of(instrument_type, it))
}

/// Whether a charge holds the id that the attempt is known to have made.
pub(crate) fn has_made(row: &AttemptRow, tender: &Tender) -> bool {
    made_transaction(row).is_some_and(|made| ids(tender).any(|id| id == made))
}

/// The ids of a charge in the order's transactions.
pub(crate) fn ids(tender: &Tender) -> impl Iterator<Item = String> + '_ {
    tender.transactions.iter().flat_map(|it| {
        let own = it.id.map(|id| id.to_string());
        own.into_iter().chain(it.gateway_transaction_id.clone())
    })
}

/// Whether a charge can be of that instrument: a gift certificate and store credit are told apart
/// from all others.
pub(crate) fn can_be_of(instrument_type: &str, tender: &Tender) -> bool {
    same_kind(instrument_type, tender).is_none_or(|same| same)
}

fn moved_money(tender: &Tender) -> bool {
    tender.is_charged() || tender.state == TenderState::Reversed
}

fn is_in_state(row: &AttemptRow, tender: &Tender) -> bool {
    tender.is_charged() == (row.state == AttemptState::Charged)
}

fn kinds(row: &AttemptRow, tender: &Tender) -> Option<bool> {
    same_kind(&row.instrument_type, tender)
}

/// None where one of both is not known.
fn same_kind(instrument_type: &str, tender: &Tender) -> Option<bool> {
    let instrument = match InstrumentType::from(instrument_type.to_owned()) {
        InstrumentType::GiftCertificate => Kind::GiftCertificate,
        InstrumentType::StoreCredit => Kind::StoreCredit,
        InstrumentType::Other(_) => return None,
        _ => Kind::Other,
    };
    let method = match tender.method()? {
        TransactionMethod::GiftCertificate => Kind::GiftCertificate,
        TransactionMethod::StoreCredit => Kind::StoreCredit,
        TransactionMethod::Other(_) => return None,
        _ => Kind::Other,
    };
    Some(instrument == method)
}

#[derive(PartialEq, Eq)]
enum Kind {
    GiftCertificate,
    StoreCredit,
    Other,
}
