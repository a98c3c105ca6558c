//! The listeners of both hosts, and the faults that open and close them.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use crate::{
    error::{InjectError, StartError},
    faults::{Fault, FaultId, FaultRule},
    server::{
        Identity, connection,
        listener::{Listener, Serve},
    },
    state::shared::SharedState,
    wire::endpoint::Host,
};

/// Where both hosts are to listen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HostAddresses {
    pub(crate) api: SocketAddr,
    pub(crate) payments: SocketAddr,
}

/// The listeners of both hosts.
pub(crate) struct Hosts {
    shared: Arc<SharedState>,
    pub(crate) api: Listener,
    pub(crate) payments: Listener,
}

impl Hosts {
    pub(crate) fn bind(
        shared: &Arc<SharedState>,
        addresses: HostAddresses,
        identity: Option<&Arc<Identity>>,
    ) -> Result<Self, StartError> {
        let bind = |host, address, purpose| {
            let serve = serving(shared, host, identity);
            Listener::bind(address, serve).map_err(|source| StartError::Listen {
                address,
                purpose,
                source,
            })
        };
        Ok(Self {
            api: bind(Host::Api, addresses.api, "tokens host")?,
            payments: bind(Host::Payments, addresses.payments, "payments host")?,
            shared: Arc::clone(shared),
        })
    }

    pub(crate) async fn inject(self: &Arc<Self>, rule: FaultRule) -> Result<FaultId, InjectError> {
        rule.check()?;
        let ends_after = match rule.steps.as_slice() {
            [Fault::Refuse { for_ms }] => *for_ms,
            _ => None,
        };
        let id = self.shared.faults.add(rule);
        self.open_or_close().await?;
        if let Some(ms) = ends_after {
            let hosts = Arc::downgrade(self);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                let Some(hosts) = hosts.upgrade() else {
                    return;
                };
                if let Err(error) = hosts.remove_fault(id).await {
                    tracing::error!(%error, "a refusal could not be ended");
                }
            });
        }
        Ok(id)
    }

    pub(crate) async fn remove_fault(&self, id: FaultId) -> Result<bool, InjectError> {
        let was_in_force = self.shared.faults.remove(id).is_some();
        self.open_or_close().await?;
        Ok(was_in_force)
    }

    pub(crate) async fn clear_faults(&self) -> Result<(), InjectError> {
        self.shared.faults.clear();
        self.open_or_close().await
    }

    /// Makes each host listen, or not, as the rules in force want it.
    async fn open_or_close(&self) -> Result<(), InjectError> {
        for (host, listener) in [(Host::Api, &self.api), (Host::Payments, &self.payments)] {
            if self.shared.faults.refuses(host) {
                listener.close().await;
            } else {
                listener.open().await?;
            }
        }
        Ok(())
    }
}

fn serving(shared: &Arc<SharedState>, host: Host, identity: Option<&Arc<Identity>>) -> Serve {
    let shared = Arc::clone(shared);
    let identity = identity.cloned();
    Arc::new(move |tcp, stop| {
        Box::pin(connection::serve(
            tcp,
            Arc::clone(&shared),
            host,
            identity.clone(),
            stop,
        ))
    })
}
