//! What the two hosts answer: from a whole request to a whole answer, without any network.

mod access_tokens;
mod checks;
mod context;
mod methods;
mod order_of;
mod orders;
mod payments;
mod posting;
mod query;
pub(crate) mod route;
mod transactions;

use context::RequestContext;
pub(crate) use context::{Answer, Call};
pub(crate) use order_of::order_of;

use crate::{
    clock::Timestamp,
    state::shared::SharedState,
    wire::{endpoint::Endpoint, problem::Problem},
};

/// Answers a call. `now` is the clock as this call sees it.
pub(crate) fn answer(shared: &SharedState, call: &Call, now: Timestamp) -> Answer {
    let Some(store) = shared.store(&call.route.store_hash) else {
        let problem = Problem::http(404, "Store not found");
        return Answer::problem(&problem, call.route.error_form(shared.forms().error));
    };
    let context = RequestContext {
        shared,
        store: &store,
        call,
        now,
    };
    let answered = match call.route.endpoint {
        Endpoint::CreateAccessToken => access_tokens::create(&context),
        Endpoint::ListMethods => methods::list(&context),
        Endpoint::ListTransactions => transactions::list(&context),
        Endpoint::CreateOrder => orders::create(&context),
        Endpoint::ReadOrder => orders::read(&context),
        Endpoint::ProcessPayment => return payments::process(&context),
    };
    answered.unwrap_or_else(|problem| context.problem(&problem))
}
