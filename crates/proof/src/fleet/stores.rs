//! The stores of a fleet, one of which is sent more than its limit allows.

use serde_json::{Value, json};

use crate::{
    fleet::plan::{KEYS, OrderPlan, Tenders},
    stores::{payment_method, tokens},
};

/// The store that is sent orders faster than they can be charged.
pub(super) const SATURATED: u32 = 0;

/// The most orders of the saturated store, and about how many each other one has: so few that they
/// do not wait for their places.
const SATURATED_ORDERS: u32 = 500;
const OTHER_ORDERS: u32 = 150;

/// How often a caller takes a new key after a decline.
pub(super) const NEW_KEYS: usize = 2;

/// Payment methods of each kind: one for each key, and those that come after a decline.
const METHODS: usize = KEYS * (NEW_KEYS + 1);

/// How many stores so many orders have, and which of them each order belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stores {
    saturated_orders: u32,
    others: u32,
}

impl Stores {
    pub(super) fn new(orders: u32) -> Self {
        let saturated_orders = (orders * 2 / 3).min(SATURATED_ORDERS);
        Self {
            saturated_orders,
            others: (orders - saturated_orders).div_ceil(OTHER_ORDERS).max(1),
        }
    }

    /// The hashes of all stores.
    pub(super) fn hashes(self) -> impl Iterator<Item = String> {
        (0..=self.others).map(hash)
    }

    /// The store of an order, by its place in the run. Those of the saturated store come evenly
    /// among the others.
    pub(super) fn of_order(self, index: u32, orders: u32) -> u32 {
        let [index, orders, saturated] = [index, orders, self.saturated_orders].map(u64::from);
        let saturated_before = index * saturated / orders;
        if (index + 1) * saturated / orders > saturated_before {
            return SATURATED;
        }
        let others_before = index - saturated_before;
        1 + u32::try_from(others_before).unwrap_or_default() % self.others
    }

    /// The stores as the test store plays them, with what the orders of these plans need.
    pub(super) fn definition(self, plans: &[OrderPlan]) -> Value {
        let orders = u32::try_from(plans.len()).unwrap_or(u32::MAX);
        let stores = (0..).zip(self.hashes()).map(|(number, hash)| {
            let methods = ["purchase", "authorization"]
                .into_iter()
                .flat_map(|settlement| {
                    let id = move |number| method(settlement == "authorization", number);
                    (0..METHODS).map(move |number| payment_method(&id(number), "card", settlement))
                });
            let certificate = payment_method(GIFT_CERTIFICATES, "gift_certificate", "purchase");
            let split = plans.iter().filter(|plan| {
                plan.tenders == Tenders::Split && self.of_order(plan.index, orders) == number
            });
            let certificates = split
                .map(|plan| json!({"code": gift_certificate_code(plan.index), "balance": PART}));
            json!({
                "hash": hash,
                "id": number + 1,
                "tokens": tokens(&hash),
                "payment_methods": methods.chain([certificate]).collect::<Vec<_>>(),
                "gift_certificates": certificates.collect::<Vec<_>>(),
            })
        });
        json!({"stores": stores.collect::<Vec<_>>()})
    }
}

/// The payment method of gift certificates.
pub(super) const GIFT_CERTIFICATES: &str = "gift_certificate";

/// What an order's gift certificate is worth.
const PART: &str = "20.00";

/// The code of an order's gift certificate.
pub(super) fn gift_certificate_code(index: u32) -> String {
    format!("GIFT-{index:08}")
}

/// The hash of a store.
pub(super) fn hash(number: u32) -> String {
    format!("fleet{number}")
}

/// The payment method of a key, or of one that came after it.
pub(super) fn method_of_key(authorizes: bool, key: usize, new_keys: usize) -> String {
    method(authorizes, key * (NEW_KEYS + 1) + new_keys)
}

fn method(authorizes: bool, number: usize) -> String {
    let kind = if authorizes {
        "authorized_card"
    } else {
        "card"
    };
    format!("{kind}.{number}")
}

#[cfg(test)]
mod tests {
    use super::{SATURATED, Stores};

    #[test]
    fn every_store_gets_orders() {
        for orders in [1, 2, 50, 1_000, 20_000] {
            let stores = Stores::new(orders);
            let mut counts = vec![0; stores.hashes().count()];
            for index in 0..orders {
                counts[stores.of_order(index, orders) as usize] += 1;
            }
            assert_eq!(counts[SATURATED as usize], stores.saturated_orders);
            assert_eq!(counts.iter().sum::<u32>(), orders);
            if orders > 50 {
                assert!(
                    counts.iter().all(|count| (100..=500).contains(count)),
                    "{counts:?}"
                );
            }
        }
    }
}
