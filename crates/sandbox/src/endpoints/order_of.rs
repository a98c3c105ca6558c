//! The order that a call is about, for faults that strike one order.

use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;

use super::access_tokens;
use super::query;
use super::route::{Endpoint, Route};
use crate::state::world::World;

/// The order of a call, wherever the endpoint carries it, or `None` where the call names none.
pub(crate) fn order_of(world: &World, route: &Route, head: &Parts, body: &[u8]) -> Option<u64> {
    match route.endpoint {
        Endpoint::CreateAccessToken => access_tokens::requested_order(body).ok(),
        Endpoint::ListMethods => query::parameter(head.uri.query()?, "order_id")?
            .parse()
            .ok(),
        Endpoint::ListTransactions | Endpoint::ReadOrder => route.order_id,
        Endpoint::CreateOrder => None,
        Endpoint::ProcessPayment => {
            let token = head
                .headers
                .get(AUTHORIZATION)?
                .to_str()
                .ok()?
                .strip_prefix("PAT ")?;
            Some(world.mint.read(token, world.clock.now()).ok()?.order_id)
        }
    }
}
