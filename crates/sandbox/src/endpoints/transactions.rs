//! The transactions of an order.

use serde_json::json;

use crate::{
    endpoints::{
        checks,
        context::{Answer, RequestContext},
        query,
    },
    state::{definition::Scope, lock, order::Order, store::StoreData},
    wire::{fields::Fields, problem::Problem, transaction},
};

/// Transactions of a page, unless the query says otherwise.
const DEFAULT_LIMIT: usize = 50;

pub(super) fn list(context: &RequestContext<'_>) -> Result<Answer, Problem> {
    let scopes = [Scope::ReadTransactions, Scope::WriteTransactions];
    checks::api(&context.call.headers, context.store, &scopes)?;
    let data = lock(&context.store.data);
    let order = context
        .order_in_path(&data)
        .ok_or_else(RequestContext::order_not_found)?;
    let (page, limit) = page(&context.call.query)?;
    if let Some(pages) = data.served_instead.transaction_pages.get(&order.id) {
        let served = pages.get(page - 1);
        return Ok(served.map_or_else(|| Answer::empty(204), |it| Answer::text(200, it.clone())));
    }
    let all = items(context, &data, order);
    if all.is_empty() {
        return Ok(Answer::empty(204));
    }
    let first = (page - 1).saturating_mul(limit).min(all.len());
    let shown = &all[first..first.saturating_add(limit).min(all.len())];
    let pagination = json!({
        "total": all.len(),
        "count": shown.len(),
        "per_page": limit,
        "current_page": page,
        "total_pages": all.len().div_ceil(limit),
    });
    // Items that are served as they were given may hold digits that a parser would change.
    let body = format!(
        r#"{{"data":[{}],"meta":{{"pagination":{pagination}}}}}"#,
        shown.join(",")
    );
    Ok(Answer::text(200, body))
}

/// The JSON of an order's transactions, and of what is served beside them.
fn items(context: &RequestContext<'_>, data: &StoreData, order: &Order) -> Vec<String> {
    let form = data.served_instead.transaction_forms.get(&order.id);
    let form = form.copied();
    let form = form.unwrap_or_else(|| context.shared.forms().transactions);
    let own = order
        .transactions
        .iter()
        .map(|it| transaction::json(context.store, order, it, form).to_string());
    let more = data.served_instead.more_transactions.get(&order.id);
    own.chain(more.into_iter().flatten().cloned()).collect()
}

/// The page that a query asks for, and how many transactions a page has.
fn page(query: &str) -> Result<(usize, usize), Problem> {
    let mut fields = Fields::default();
    let mut number = |name: &str, default| match query::parameter(query, name) {
        None => Some(default),
        Some(value) => {
            let value = value.parse().ok().filter(|&value| value > 0);
            if value.is_none() {
                fields.reject(name, "must be a positive integer");
            }
            value
        }
    };
    let found = number("page", 1).zip(number("limit", DEFAULT_LIMIT));
    fields.finish(found)
}
