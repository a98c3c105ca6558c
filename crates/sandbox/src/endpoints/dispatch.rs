//! From a call to the endpoint that answers it.

use crate::{
    clock::Timestamp,
    endpoints::{
        access_tokens,
        context::{Answer, Call, RequestContext},
        methods, orders, payments, transactions,
    },
    state::shared::SharedState,
    wire::endpoint::Endpoint,
};

/// Answers a call. `now` is the clock as this call sees it.
pub(crate) fn answer(shared: &SharedState, call: &Call, now: Timestamp) -> Answer {
    let Some(store) = shared.store(&call.route.store_hash) else {
        return Answer::unknown_store(shared, call);
    };
    let context = RequestContext::new(shared, &store, call, now);
    let answered = match call.route.endpoint {
        Endpoint::CreateAccessToken => access_tokens::create(&context),
        Endpoint::ListMethods => methods::list(&context),
        Endpoint::ListTransactions => transactions::list(&context),
        Endpoint::CreateOrder => orders::create(&context),
        Endpoint::ReadOrder => orders::read(&context),
        Endpoint::UpdateOrder => orders::update(&context),
        Endpoint::ProcessPayment => Ok(payments::process(&context)),
    };
    let mut answer = answered.unwrap_or_else(|problem| context.problem(&problem));
    answer.order_id = context.order_id.get();
    answer
}
