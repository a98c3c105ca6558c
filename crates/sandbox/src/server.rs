//! Listeners, connections and TLS: everything between the socket and a whole request.

pub(crate) mod body;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod inject;
pub(crate) mod listener;
#[cfg(not(feature = "tls"))]
mod no_tls;
mod request_body;
pub(crate) mod stream;
#[cfg(feature = "tls")]
pub(crate) mod tls;

#[cfg(not(feature = "tls"))]
pub(crate) use no_tls::Identity;
#[cfg(feature = "tls")]
pub(crate) use tls::Identity;
