//! Which transactions of an order are of one charge.

use std::collections::HashMap;

use crate::model::{
    tender::{Funds, Tender, TenderState, is_charge, is_reversal},
    transaction::{Transaction, TransactionEvent as Event},
};

/// Puts each transaction to the charge that it is of: by its reference, or else by the gateway's
/// identifier, or else because there is only one charge that it can be of, where `all` of the
/// order's transactions are here. Gives the charges, and what could not be matched.
pub(crate) fn tenders(transactions: &[Transaction], all: bool) -> (Vec<Tender>, Vec<Transaction>) {
    let parents = parents(transactions);
    let mut charges: Vec<Vec<Transaction>> = Vec::new();
    let mut charge_of_root = HashMap::new();
    for (index, transaction) in transactions.iter().enumerate() {
        if root(index, &parents) == index && begins_a_charge(&transaction.event) {
            charge_of_root.insert(index, charges.len());
            charges.push(vec![transaction.clone()]);
        }
    }
    let mut left = Vec::new();
    for (index, transaction) in transactions.iter().enumerate() {
        match charge_of_root.get(&root(index, &parents)) {
            Some(_) if charge_of_root.contains_key(&index) => {}
            Some(&charge) => charges[charge].push(transaction.clone()),
            None => left.push(transaction.clone()),
        }
    }
    let unmatched = put_to_the_only_charge(&mut charges, left, all);
    (charges.into_iter().map(Tender::of).collect(), unmatched)
}

fn begins_a_charge(event: &Event) -> bool {
    matches!(
        event,
        Event::Purchase | Event::Authorization | Event::Pending
    )
}

/// The transaction that each is of, by its index.
fn parents(transactions: &[Transaction]) -> Vec<Option<usize>> {
    let ids = unique(transactions, |it| it.id);
    let of_gateway = |wanted: fn(&Event) -> bool| {
        unique(transactions, move |it| {
            it.gateway_transaction_id
                .clone()
                .filter(|_| wanted(&it.event))
        })
    };
    let charges = of_gateway(|event| matches!(event, Event::Purchase | Event::Authorization));
    let pending = of_gateway(|event| *event == Event::Pending);
    let parent = |(index, it): (usize, &Transaction)| {
        // Two purchases are two charges, whatever the one says of the other.
        let can_be_of = |parent: &usize| {
            let pending = transactions[*parent].event == Event::Pending;
            *parent != index && (pending || !begins_a_charge(&it.event))
        };
        if let Some(reference) = it.reference_transaction_id {
            return ids.get(&reference).copied().filter(can_be_of);
        }
        let gateway_id = it.gateway_transaction_id.as_ref()?;
        match it.event {
            Event::Pending => None,
            Event::Purchase | Event::Authorization => pending.get(gateway_id).copied(),
            _ => charges
                .get(gateway_id)
                .or_else(|| pending.get(gateway_id))
                .copied(),
        }
    };
    transactions.iter().enumerate().map(parent).collect()
}

/// The index of each key that only one transaction has.
fn unique<K: Eq + std::hash::Hash>(
    transactions: &[Transaction],
    key: impl Fn(&Transaction) -> Option<K>,
) -> HashMap<K, usize> {
    let mut found: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, transaction) in transactions.iter().enumerate() {
        if let Some(key) = key(transaction) {
            found.entry(key).or_default().push(index);
        }
    }
    let only = |(key, indices): (K, Vec<usize>)| match indices[..] {
        [index] => Some((key, index)),
        _ => None,
    };
    found.into_iter().filter_map(only).collect()
}

/// References that go round in a circle lead nowhere.
fn root(index: usize, parents: &[Option<usize>]) -> usize {
    let mut root = index;
    for _ in 0..parents.len() {
        match parents[root] {
            Some(parent) => root = parent,
            None => return root,
        }
    }
    index
}

/// Captures come first: one without any charge that it may be of is a charge itself.
fn put_to_the_only_charge(
    charges: &mut Vec<Vec<Transaction>>,
    left: Vec<Transaction>,
    all: bool,
) -> Vec<Transaction> {
    let (captures, others): (Vec<_>, Vec<_>) =
        left.into_iter().partition(|it| is_charge(&it.event));
    let mut unmatched = Vec::new();
    let open = open_charges(charges);
    for capture in captures {
        match possible(&open, &capture)[..] {
            [charge] => charges[charge].push(capture),
            [] if !may_be_told_twice(&open, &capture) => charges.push(vec![capture]),
            _ => unmatched.push(capture),
        }
    }
    let open = open_charges(charges);
    for other in others {
        match possible(&open, &other)[..] {
            [charge] if all && is_reversal(&other.event) => charges[charge].push(other),
            _ => unmatched.push(other),
        }
    }
    unmatched
}

/// The charges that something can still happen to, with where each is in the list.
fn open_charges(charges: &[Vec<Transaction>]) -> Vec<(usize, Tender)> {
    let tenders = charges.iter().cloned().map(Tender::of).enumerate();
    tenders
        .filter(|(_, it)| !matches!(it.state, TenderState::Failed | TenderState::Reversed))
        .collect()
}

/// Those of the charges that a transaction can be of: none where it refers to another, only what is
/// reserved or pending can be captured, nothing takes back more than was charged, and the money
/// comes from one place.
fn possible(charges: &[(usize, Tender)], transaction: &Transaction) -> Vec<usize> {
    if transaction.reference_transaction_id.is_some() {
        return Vec::new();
    }
    let is_possible = |tender: &Tender| {
        let captured = transaction.event == Event::Capture && tender.state == TenderState::Captured;
        let whole = tender.charged().filter(|it| !it.amount.is_zero());
        let too_much = whole
            .zip(transaction.amount)
            .is_some_and(|(whole, amount)| amount > whole.amount);
        may_be_same_funds(tender, transaction) && !captured && !too_much
    };
    let possible = charges.iter().filter(|(_, tender)| is_possible(tender));
    possible.map(|(index, _)| *index).collect()
}

/// Whether a capture may tell of money again that one of the charges tells of.
fn may_be_told_twice(charges: &[(usize, Tender)], capture: &Transaction) -> bool {
    let mut charges = charges.iter();
    capture.reference_transaction_id.is_none()
        && charges.any(|(_, tender)| may_be_same_funds(tender, capture))
}

fn may_be_same_funds(tender: &Tender, transaction: &Transaction) -> bool {
    let funds = transaction.method.as_ref().and_then(Funds::of_method);
    let both = tender.funds().zip(funds);
    both.is_none_or(|(of_tender, it)| of_tender == it)
}
