//! Why a sandbox could not be started, or a fault not be injected.

use std::net::SocketAddr;

#[cfg(feature = "tls")]
use crate::server::tls::TlsError;
use crate::{faults::FaultRuleError, state::store_file::StoreFileError};

/// Why a sandbox could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The stores cannot be used.
    #[error(transparent)]
    Stores(#[from] StoreFileError),
    /// A port cannot be listened on.
    #[error("cannot listen on {address} for the {purpose}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the port is for.
        purpose: &'static str,
        /// Why it cannot be listened on.
        source: std::io::Error,
    },
    /// TLS could not be set up.
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Why a fault could not be injected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InjectError {
    /// The rule cannot be carried out.
    #[error(transparent)]
    Rule(#[from] FaultRuleError),
    /// A host that was closed could not listen again.
    #[error("cannot listen again: {0}")]
    Listen(#[from] std::io::Error),
}
