//! Content types of answers.

use crate::wire::endpoint::Host;

/// The media type of the payments host.
pub(crate) const PAYMENTS_JSON: &str = "application/vnd.bc.v1+json";

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    Html,
}

impl Media {
    /// The content type that a host gives to such a body.
    pub(crate) fn content_type(self, host: Host) -> &'static str {
        match (self, host) {
            (Self::Html, _) => "text/html; charset=utf-8",
            (Self::Json, Host::Api) => "application/json",
            (Self::Json, Host::Payments) => PAYMENTS_JSON,
        }
    }
}
