//! Listeners, connections and TLS: everything between the socket and a whole request.

pub(crate) mod body;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod inject;
pub(crate) mod listener;
mod request_body;
pub(crate) mod stream;
pub(crate) mod tls;
