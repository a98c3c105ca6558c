//! Which requests concern an order.

use bigcommerce_payments::PaymentAccessToken;
use bigcommerce_sandbox::{Endpoint, RecordedRequest};

/// Whether a request is about an order of a store.
pub(crate) fn concerns(request: &RecordedRequest, store: &str, order: u64) -> bool {
    let of_order = match request.endpoint {
        Some(Endpoint::CreateAccessToken) => {
            serde_json::from_slice::<serde_json::Value>(&request.body)
                .is_ok_and(|body| body["order"]["id"] == order)
        }
        Some(Endpoint::ListTransactions) => request.path.contains(&format!("/orders/{order}/")),
        Some(Endpoint::ProcessPayment) => {
            let token = request.header("authorization").unwrap_or_default();
            PaymentAccessToken::new(token)
                .is_ok_and(|it| it.claims().and_then(|it| it.order_id) == Some(order))
        }
        _ => false,
    };
    of_order && request.path.starts_with(&format!("/stores/{store}/"))
}
