//! The order that a call is about, for faults that strike one order.

use hyper::{header::AUTHORIZATION, http::request::Parts};

use crate::{
    endpoints::{access_tokens, query, route::Route},
    state::shared::SharedState,
    wire::endpoint::Endpoint,
};

/// The order of a call, wherever the endpoint carries it, or `None` where the call names none.
pub(crate) fn order_of(
    shared: &SharedState,
    route: &Route,
    head: &Parts,
    body: &[u8],
) -> Option<u64> {
    match route.endpoint {
        Endpoint::CreateAccessToken => access_tokens::requested_order(body).ok(),
        Endpoint::ListMethods => {
            let query = head.uri.query()?;
            if let Some(id) = query::parameter(query, "order_id") {
                return id.parse().ok();
            }
            let id = query::parameter(query, "checkout_id")?.parse().ok()?;
            shared.store(&route.store_hash)?.order_of_checkout(id)
        }
        Endpoint::ListTransactions | Endpoint::ReadOrder | Endpoint::UpdateOrder => route.order_id,
        Endpoint::CreateOrder => None,
        Endpoint::ProcessPayment => {
            let token = head
                .headers
                .get(AUTHORIZATION)?
                .to_str()
                .ok()?
                .strip_prefix("PAT ")?;
            Some(shared.issuer.read(token, shared.clock.now()).ok()?.order_id)
        }
    }
}
