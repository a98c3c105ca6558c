//! Calls that are accepted now and take effect later.

use std::sync::Arc;

use crate::{
    clock::Timestamp,
    endpoints::{
        context::{Answer, Call, RequestContext},
        dispatch::answer,
        payments::{self, AcceptedPayment},
    },
    state::{lock, shared::SharedState, store::Store},
    wire::endpoint::Endpoint,
};

/// A call that was accepted and has yet to take effect.
pub(crate) enum DeferredCall {
    /// A payment on its way to the gateway. The order was checked when it was accepted, and is
    /// not checked again: this is the worst that a service may do.
    Payment {
        store: Arc<Store>,
        payment: AcceptedPayment,
    },
    /// A call of another kind, of which nothing was looked at yet.
    Other(Call),
}

/// Accepts a call that is to take effect later, or refuses it at once.
pub(crate) fn defer(
    shared: &SharedState,
    call: Call,
    now: Timestamp,
) -> Result<DeferredCall, Answer> {
    if call.route.endpoint != Endpoint::ProcessPayment {
        return Ok(DeferredCall::Other(call));
    }
    let Some(store) = shared.store(&call.route.store_hash) else {
        return Err(Answer::unknown_store(shared, &call));
    };
    let context = RequestContext::new(shared, &store, &call, now);
    let payment = payments::accept(&context)?;
    Ok(DeferredCall::Payment { store, payment })
}

impl DeferredCall {
    /// The order that the call is for.
    pub(crate) fn order_id(&self) -> Option<u64> {
        match self {
            Self::Payment { payment, .. } => Some(payment.order_id()),
            Self::Other(call) => call.route.order_id,
        }
    }

    /// Lets the call take effect. Nobody is there to be told what came of it.
    pub(crate) fn land(self, shared: &SharedState, now: Timestamp) {
        match self {
            Self::Payment { store, payment } => {
                let _ = payment.settle(&mut lock(&store.data), shared, &store, now);
            }
            Self::Other(call) => {
                let _ = answer(shared, &call, now);
            }
        }
    }
}
