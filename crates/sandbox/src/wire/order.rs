//! The body of a V2 order, as it is created or changed.

use serde_json::Value;

use crate::{
    state::{currency::Currency, money, order::status},
    wire::{
        fields::{Fields, Object},
        problem::Problem,
    },
};

/// A line may not be bought more often than this, so that sums never overflow.
const LARGEST_QUANTITY: i64 = 1_000_000;

/// What a request says of an order; everything else stays as it is.
pub(crate) struct OrderRequest {
    pub(crate) status_id: Option<u8>,
    pub(crate) customer_id: Option<u64>,
    pub(crate) currency: Option<Currency>,
    /// What the lines add up to, in minor units.
    pub(crate) lines_total: Option<u64>,
    pub(crate) shipping: Option<u64>,
    pub(crate) handling: Option<u64>,
    pub(crate) discount: Option<u64>,
    /// The grand total, which need not be what the lines and costs add up to.
    pub(crate) stated_total: Option<u64>,
    pub(crate) billing_address: Option<Value>,
    pub(crate) products: Option<Value>,
    pub(crate) staff_notes: Option<String>,
    pub(crate) customer_message: Option<String>,
}

impl OrderRequest {
    /// Reads a new order, which has an address and products.
    pub(crate) fn parse_new(body: &[u8], currency: Currency) -> Result<Self, Problem> {
        Self::parse(body, currency, true)
    }

    /// Reads a change to an order in this currency.
    pub(crate) fn parse_change(body: &[u8], currency: Currency) -> Result<Self, Problem> {
        Self::parse(body, currency, false)
    }

    fn parse(body: &[u8], currency: Currency, is_new: bool) -> Result<Self, Problem> {
        let read = || {
            let body = Fields::parse_body(body)?;
            let mut fields = Fields::default();
            let request = Self::read(&mut fields, &Object::root(&body), currency, is_new);
            fields.finish(Some(request))
        };
        // The V2 API answers 400 where the newer ones answer 422.
        read().map_err(|problem| problem.with_status(400))
    }

    fn read(fields: &mut Fields, root: &Object<'_>, currency: Currency, is_new: bool) -> Self {
        let asked_currency = read_currency(fields, root, currency, is_new);
        let currency = asked_currency.unwrap_or(currency);
        let status_id = fields
            .optional(root, "status_id", Fields::integer)
            .map(|id| {
                u8::try_from(id)
                    .ok()
                    .filter(|&id| status::name(id).is_some())
            });
        if status_id == Some(None) {
            fields.reject("status_id", "must be from 0 to 14");
        }
        let customer_id = fields
            .optional(root, "customer_id", Fields::integer)
            .map(|id| u64::try_from(id).ok());
        if customer_id == Some(None) {
            fields.reject("customer_id", "must be 0 for a guest, or a customer's id");
        }
        let billing_address = part(
            fields,
            root,
            "billing_address",
            is_new,
            |fields, root, name| fields.object(root, name).map(|_| ()),
        );
        let mut lines_total = None;
        let products = part(fields, root, "products", is_new, |fields, root, _| {
            lines_total = read_lines(fields, root, currency);
            lines_total.map(|_| ())
        });
        let mut amount = |name| read_amount(fields, root, name, currency);
        Self {
            shipping: amount("shipping_cost_inc_tax"),
            handling: amount("handling_cost_inc_tax"),
            discount: amount("discount_amount"),
            stated_total: amount("total_inc_tax"),
            status_id: status_id.flatten(),
            customer_id: customer_id.flatten(),
            currency: asked_currency,
            lines_total,
            billing_address,
            products,
            staff_notes: fields.optional(root, "staff_notes", Fields::text),
            customer_message: fields.optional(root, "customer_message", Fields::text),
        }
    }
}

/// The currency of an order, which cannot be changed.
fn read_currency(
    fields: &mut Fields,
    root: &Object<'_>,
    currency: Currency,
    is_new: bool,
) -> Option<Currency> {
    let mut found = None;
    for name in ["default_currency_code", "currency_code"] {
        let Some(code) = fields.optional(root, name, Fields::string) else {
            continue;
        };
        let parsed = Currency::parse(&code);
        if parsed.is_none() {
            fields.reject(name, "must be an ISO 4217 code such as USD");
        } else if found.is_some() && parsed != found {
            fields.reject(name, "must be the same as default_currency_code");
        } else if !is_new && parsed != Some(currency) {
            fields.reject(name, "cannot be changed");
        }
        found = found.or(parsed);
    }
    found
}

/// A part of an order that a new one must have, as it was sent.
fn part(
    fields: &mut Fields,
    root: &Object<'_>,
    name: &str,
    is_required: bool,
    check: impl FnOnce(&mut Fields, &Object<'_>, &str) -> Option<()>,
) -> Option<Value> {
    if !is_required && root.get(name).is_none() {
        return None;
    }
    check(fields, root, name)?;
    root.get(name).cloned()
}

fn read_amount(
    fields: &mut Fields,
    root: &Object<'_>,
    name: &str,
    currency: Currency,
) -> Option<u64> {
    let amount = money::from_json(root.get(name)?, currency);
    if amount.is_none() {
        fields.reject(root.path_of(name), "must be an amount");
    }
    amount
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
    let price = read_amount(fields, line, "price_inc_tax", currency);
    if line.get("price_inc_tax").is_none() {
        let message = "is missing: the sandbox has no catalogue to take a price from";
        fields.reject(line.path_of("price_inc_tax"), message);
    }
    let total = u64::try_from(quantity).ok()?.checked_mul(price?);
    if total.is_none() {
        fields.reject(line.path_of("quantity"), "makes the line too large");
    }
    total
}
