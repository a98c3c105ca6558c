//! The queries of the admin port's lists.

use serde::Deserialize;

use crate::{
    recorder::ReceivedRequest,
    state::order::Order,
    wire::endpoint::{Endpoint, Host},
};

/// Entries of a page unless the query says otherwise.
const DEFAULT_LIMIT: usize = 100;

/// Entries of a page at the most; there is at least one.
const LARGEST_LIMIT: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrdersQuery {
    pub(super) store_hash: Option<String>,
    /// Orders with a smaller id.
    pub(super) before: Option<u64>,
    status_id: Option<u8>,
    /// Ids that begin with these digits.
    id: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerQuery {
    pub(super) store_hash: Option<String>,
    pub(super) order_id: Option<u64>,
    /// Entries after this place.
    pub(super) after: Option<u64>,
    /// The last entries before this place.
    pub(super) before: Option<u64>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestsQuery {
    order_id: Option<u64>,
    host: Option<Host>,
    endpoint: Option<Endpoint>,
    status: Option<u16>,
    /// Only those that a fault struck, or only those that none did.
    faulted: Option<bool>,
    /// Requests with a smaller number.
    before: Option<u64>,
    limit: Option<usize>,
}

impl OrdersQuery {
    pub(super) fn limit(&self) -> usize {
        limit(self.limit)
    }

    pub(super) fn wants(&self, order: &Order) -> bool {
        let id = order.id.to_string();
        self.status_id.is_none_or(|it| it == order.status_id)
            && self
                .id
                .as_deref()
                .is_none_or(|digits| id.starts_with(digits))
    }
}

impl LedgerQuery {
    pub(super) fn limit(&self) -> usize {
        limit(self.limit)
    }
}

impl RequestsQuery {
    pub(super) fn limit(&self) -> usize {
        limit(self.limit)
    }

    pub(super) fn wants(&self, number: u64, request: &ReceivedRequest) -> bool {
        let answer = &request.answer;
        self.before.is_none_or(|before| number < before)
            && self.order_id.is_none_or(|it| answer.order_id == Some(it))
            && self.host.is_none_or(|it| request.host == it)
            && self.endpoint.is_none_or(|it| request.endpoint == Some(it))
            && self.status.is_none_or(|it| answer.status == Some(it))
            && self.faulted.is_none_or(|it| answer.fault.is_some() == it)
    }
}

fn limit(asked: Option<usize>) -> usize {
    asked.unwrap_or(DEFAULT_LIMIT).clamp(1, LARGEST_LIMIT)
}
