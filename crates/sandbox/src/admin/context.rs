//! What the handlers of the admin port share.

use std::sync::Arc;

use crate::{hosts::Hosts, state::shared::SharedState};

/// What the admin port acts on and tells of.
#[derive(Clone)]
pub(crate) struct Admin {
    pub(crate) shared: Arc<SharedState>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) api_url: String,
    pub(crate) payments_url: String,
    pub(crate) store_hash: String,
    /// Names under which the port answers, besides addresses and `localhost`.
    pub(crate) names: Vec<String>,
}
