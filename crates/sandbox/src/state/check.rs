//! Consistency of store definitions, beyond what their JSON form can say.

use std::{collections::HashSet, fmt::Display, hash::Hash};

use serde_json::Value;

use crate::state::{currency::Currency, definition::StoreDefinition, money};

/// Larger ids cannot be told apart by every JSON reader.
const LARGEST_ID: u64 = 1 << 53;

/// Says what is wrong with the first definition that contradicts itself.
pub(crate) fn consistent(stores: &[StoreDefinition]) -> Result<(), String> {
    if stores.is_empty() {
        return Err("`stores` is empty; a sandbox needs at least one store".to_owned());
    }
    unique("stores", "hash", stores.iter().map(|store| &store.hash))?;
    unique("stores", "id", stores.iter().map(|store| &store.id))?;
    stores.iter().try_for_each(|store| {
        check(store).map_err(|problem| format!("store `{}`: {problem}", store.hash))
    })
}

fn check(store: &StoreDefinition) -> Result<(), String> {
    let hash_is_plain = store.hash.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if store.hash.is_empty() || !hash_is_plain {
        return Err("`hash` must be letters and digits".to_owned());
    }
    if store.id > LARGEST_ID {
        return Err(format!("`id` must be at most {LARGEST_ID}"));
    }
    let Some(currency) = Currency::parse(&store.currency) else {
        return Err(format!(
            "`currency` must be an ISO 4217 code such as USD, not `{}`",
            store.currency
        ));
    };
    if store.tokens.is_empty() {
        return Err("`tokens` is empty; nobody could call the store".to_owned());
    }
    unique(
        "tokens",
        "token",
        store.tokens.iter().map(|it| Hidden(&it.token)),
    )?;
    unique(
        "payment_methods",
        "id",
        store.payment_methods.iter().map(|it| &it.id),
    )?;
    unique("customers", "id", store.customers.iter().map(|it| &it.id))?;
    unique("orders", "id", store.orders.iter().map(|it| &it.id))?;
    unique(
        "gift_certificates",
        "code",
        store.gift_certificates.iter().map(|it| Hidden(&it.code)),
    )?;
    references(store)?;
    amounts(store, currency)
}

fn references(store: &StoreDefinition) -> Result<(), String> {
    let methods: HashSet<&str> = store.payment_methods.iter().map(|it| &*it.id).collect();
    let customers: HashSet<_> = store.customers.iter().map(|it| it.id).collect();
    for customer in &store.customers {
        for stored in &customer.stored_instruments {
            if !methods.contains(stored.payment_method_id.as_str()) {
                return Err(format!(
                    "customer {}: a stored instrument names the payment method `{}`, which is not in `payment_methods`",
                    customer.id, stored.payment_method_id
                ));
            }
        }
    }
    for order in &store.orders {
        if order.id == 0 {
            return Err("orders: an `id` is 0; ids start at 1".to_owned());
        }
        if order.id > LARGEST_ID {
            return Err(format!(
                "order {}: `id` must be at most {LARGEST_ID}",
                order.id
            ));
        }
        if order.customer_id != 0 && !customers.contains(&order.customer_id) {
            return Err(format!(
                "order {}: its customer {} is not in `customers`",
                order.id, order.customer_id
            ));
        }
    }
    Ok(())
}

fn amounts(store: &StoreDefinition, currency: Currency) -> Result<(), String> {
    let readable = |value: &Value, what: String| match money::from_json(value, currency) {
        Some(_) => Ok(()),
        None => Err(format!(
            "{what} must be a decimal amount such as \"60.98\", not {value}"
        )),
    };
    for order in &store.orders {
        readable(&order.total, format!("order {}: `total`", order.id))?;
        if let Some(total) = &order.line_items_total {
            readable(total, format!("order {}: `line_items_total`", order.id))?;
        }
    }
    for customer in &store.customers {
        if let Some(credit) = &customer.store_credit {
            readable(credit, format!("customer {}: `store_credit`", customer.id))?;
        }
    }
    for (index, certificate) in store.gift_certificates.iter().enumerate() {
        readable(
            &certificate.balance,
            format!("gift_certificates[{index}]: `balance`"),
        )?;
    }
    Ok(())
}

fn unique<T: Hash + Eq + Display>(
    list: &str,
    field: &str,
    values: impl Iterator<Item = T>,
) -> Result<(), String> {
    let mut seen = HashSet::new();
    for value in values {
        let shown = value.to_string();
        if !seen.insert(value) {
            return Err(format!("{list}: two entries have the `{field}` {shown}"));
        }
    }
    Ok(())
}

/// A secret that is compared but not shown.
#[derive(PartialEq, Eq, Hash)]
struct Hidden<'a>(&'a str);

impl Display for Hidden<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(not shown)")
    }
}
