//! The body of a V2 order, as it is created.

use serde_json::Value;

use super::{
    fields::{Fields, Object},
    problem::Problem,
};
use crate::state::{currency::Currency, money, order::status};

/// A line may not be bought more often than this, so that sums never overflow.
const LARGEST_QUANTITY: i64 = 1_000_000;

pub(crate) struct NewOrderRequest {
    pub(crate) status_id: u8,
    pub(crate) customer_id: u64,
    pub(crate) line_items_total: u64,
    /// The grand total where the request states one, which need not match its lines.
    pub(crate) stated_total: Option<u64>,
    pub(crate) billing_address: Value,
    pub(crate) products: Value,
}

impl NewOrderRequest {
    pub(crate) fn parse(body: &[u8], currency: Currency) -> Result<Self, Problem> {
        let body = Fields::parse_body(body)?;
        let mut fields = Fields::default();
        let request = Self::read(&mut fields, &Object::root(&body), currency);
        // The V2 API answers 400 where the newer ones answer 422.
        fields
            .finish(request)
            .map_err(|problem| problem.with_status(400))
    }

    fn read(fields: &mut Fields, root: &Object<'_>, currency: Currency) -> Option<Self> {
        let status_id = fields
            .optional(root, "status_id", Fields::integer)
            .unwrap_or(1);
        let status_id = u8::try_from(status_id)
            .ok()
            .filter(|&id| status::name(id).is_some());
        if status_id.is_none() {
            fields.reject("status_id", "must be from 0 to 14");
        }
        let customer_id = fields
            .optional(root, "customer_id", Fields::integer)
            .unwrap_or(0);
        let customer_id = u64::try_from(customer_id).ok();
        if customer_id.is_none() {
            fields.reject("customer_id", "must be 0 for a guest, or a customer's id");
        }
        let stated_total = root.get("total_inc_tax").and_then(|value| {
            let total = money::from_json(value, currency);
            if total.is_none() {
                fields.reject("total_inc_tax", "must be an amount");
            }
            total
        });
        fields.object(root, "billing_address");
        let line_items_total = read_lines(fields, root, currency);
        Some(Self {
            status_id: status_id?,
            customer_id: customer_id?,
            line_items_total: line_items_total?,
            stated_total,
            billing_address: root.get("billing_address").cloned()?,
            products: root.get("products").cloned()?,
        })
    }
}

/// The sum of all lines, in minor units.
fn read_lines(fields: &mut Fields, root: &Object<'_>, currency: Currency) -> Option<u64> {
    let products = fields.array(root, "products")?;
    if products.is_empty() {
        fields.reject("products", "must not be empty");
    }
    let mut total = Some(0_u64);
    for (index, product) in products.iter().enumerate() {
        let Value::Object(members) = product else {
            fields.reject(format!("products[{index}]"), "must be an object");
            total = None;
            continue;
        };
        let line = read_line(
            fields,
            &Object::element("products", index, members),
            currency,
        );
        total = total
            .zip(line)
            .and_then(|(sum, line)| sum.checked_add(line));
    }
    total
}

fn read_line(fields: &mut Fields, line: &Object<'_>, currency: Currency) -> Option<u64> {
    let quantity = fields
        .optional(line, "quantity", Fields::integer)
        .unwrap_or(1);
    if !(1..=LARGEST_QUANTITY).contains(&quantity) {
        fields.reject(line.path_of("quantity"), "must be from 1 to 1000000");
    }
    // The sandbox has no catalogue, so that each line must bring its price.
    let price = line
        .get("price_inc_tax")
        .and_then(|price| money::from_json(price, currency));
    if price.is_none() {
        fields.reject(line.path_of("price_inc_tax"), "must be an amount");
    }
    let total = u64::try_from(quantity).ok()?.checked_mul(price?);
    if total.is_none() {
        fields.reject(line.path_of("quantity"), "makes the line too large");
    }
    total
}
