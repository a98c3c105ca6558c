//! What the two hosts answer: from a whole request to a whole answer, without any network.

mod access_tokens;
mod checks;
mod context;
mod deferred;
mod dispatch;
mod methods;
mod order_of;
mod orders;
mod payable;
mod payments;
mod posting;
mod query;
pub(crate) mod route;
mod transactions;

pub(crate) use context::{Answer, Call};
pub(crate) use deferred::{DeferredCall, defer};
pub(crate) use dispatch::answer;
pub(crate) use order_of::order_of;
