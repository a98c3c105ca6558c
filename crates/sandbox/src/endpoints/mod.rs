//! What the two hosts answer: from a whole request to a whole answer, without any network.

mod access_tokens;
mod booking;
mod checks;
mod methods;
mod order_of;
mod orders;
mod payments;
mod query;
pub(crate) mod route;
mod transactions;

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::state::order::Order;
use crate::state::store::{Books, Store};
use crate::state::world::World;
use crate::wire::forms::ErrorForm;
use crate::wire::media::Media;
use crate::wire::problem::Problem;
pub(crate) use order_of::order_of;
use route::{Endpoint, Route};

/// A whole request to a known endpoint.
pub(crate) struct Call {
    pub(crate) route: Route,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The kind and the text of the body, where there is one.
    pub(crate) body: Option<(Media, String)>,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            body: Some((Media::Json, body.to_string())),
            headers: Vec::new(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            headers: Vec::new(),
        }
    }

    pub(crate) fn problem(problem: &Problem, form: ErrorForm) -> Self {
        Self {
            status: problem.status,
            body: problem.render(form),
            headers: Vec::new(),
        }
    }
}

/// Answers a call. `now` is the clock as this call sees it.
pub(crate) fn answer(world: &World, call: &Call, now: Timestamp) -> Answer {
    let Some(store) = world.store(&call.route.store_hash) else {
        let problem = Problem::http(404, "Store not found");
        return Answer::problem(&problem, call.route.error_form(world.forms().error));
    };
    let case = Case {
        world,
        store: &store,
        call,
        now,
    };
    let answered = match call.route.endpoint {
        Endpoint::CreateAccessToken => access_tokens::create(&case),
        Endpoint::ListMethods => methods::list(&case),
        Endpoint::ListTransactions => transactions::list(&case),
        Endpoint::CreateOrder => orders::create(&case),
        Endpoint::ReadOrder => orders::read(&case),
        Endpoint::ProcessPayment => return payments::process(&case),
    };
    answered.unwrap_or_else(|problem| case.problem(&problem))
}

/// A call on its way through an endpoint.
struct Case<'a> {
    world: &'a World,
    store: &'a Store,
    call: &'a Call,
    now: Timestamp,
}

impl Case<'_> {
    fn problem(&self, problem: &Problem) -> Answer {
        let form = self.call.route.error_form(self.world.forms().error);
        Answer::problem(problem, form)
    }

    /// The order that the path names.
    fn order_in_path<'b>(&self, books: &'b Books) -> Option<&'b Order> {
        books.orders.get(&self.call.route.order_id?)
    }

    fn order_not_found() -> Problem {
        Problem::coded(30003)
    }
}
