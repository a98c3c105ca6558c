//! A call on its way through an endpoint, and its answer.

use std::cell::Cell;

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName};
use serde_json::Value;

use crate::{
    clock::Timestamp,
    endpoints::route::Route,
    state::{
        order::Order,
        shared::SharedState,
        store::{Store, StoreData},
    },
    wire::{forms::ErrorForm, media::Media, problem::Problem},
};

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
    /// The order that the call was for.
    pub(crate) order_id: Option<u64>,
    /// The payment error code, and what is wrong.
    pub(crate) code: Option<u32>,
    pub(crate) reason: Option<String>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, body.to_string())
    }

    /// A body that is sent as JSON, whatever it is.
    pub(crate) fn text(status: u16, body: String) -> Self {
        Self {
            body: Some((Media::Json, body)),
            ..Self::empty(status)
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            headers: Vec::new(),
            order_id: None,
            code: None,
            reason: None,
        }
    }

    pub(super) fn unknown_store(shared: &SharedState, call: &Call) -> Self {
        let form = call.route.error_form(shared.forms().error);
        Self::problem(&Problem::http(404, "Store not found"), form)
    }

    pub(crate) fn problem(problem: &Problem, form: ErrorForm) -> Self {
        Self {
            body: problem.render(form),
            code: problem.code,
            reason: Some(problem.message()),
            ..Self::empty(problem.status)
        }
    }
}

/// A call on its way through an endpoint.
pub(super) struct RequestContext<'a> {
    pub(super) shared: &'a SharedState,
    pub(super) store: &'a Store,
    pub(super) call: &'a Call,
    pub(super) now: Timestamp,
    /// The order that the call is for, once it is known.
    pub(super) order_id: Cell<Option<u64>>,
}

impl<'a> RequestContext<'a> {
    pub(super) fn new(
        shared: &'a SharedState,
        store: &'a Store,
        call: &'a Call,
        now: Timestamp,
    ) -> Self {
        Self {
            shared,
            store,
            call,
            now,
            order_id: Cell::new(call.route.order_id),
        }
    }

    /// Remembers the order that the call is for.
    pub(super) fn is_about(&self, order_id: u64) {
        self.order_id.set(Some(order_id));
    }

    pub(super) fn problem(&self, problem: &Problem) -> Answer {
        let form = self.call.route.error_form(self.shared.forms().error);
        Answer::problem(problem, form)
    }

    /// The order that the path names.
    pub(super) fn order_in_path<'b>(&self, data: &'b StoreData) -> Option<&'b Order> {
        data.orders
            .get(&self.call.route.order_id?)
            .map(AsRef::as_ref)
    }

    pub(super) fn order_not_found() -> Problem {
        Problem::coded(30003)
    }
}
