//! The listeners of both hosts, and the faults that open and close them.

use std::sync::Arc;
use std::time::Duration;

use crate::builder::SandboxBuilder;
use crate::endpoints::route::Host;
use crate::faults::{Fault, FaultId, FaultRule, FaultRuleError};
use crate::sandbox::StartError;
use crate::server::connection;
use crate::server::listener::{Listener, Serve};
use crate::server::tls::Identity;
use crate::state::world::World;

/// The listeners of both hosts.
pub(crate) struct Hosts {
    world: Arc<World>,
    pub(crate) api: Listener,
    pub(crate) payments: Listener,
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

impl Hosts {
    pub(crate) fn bind(
        world: &Arc<World>,
        options: &SandboxBuilder,
        identity: Option<&Identity>,
    ) -> Result<Self, StartError> {
        let bind = |host, address, purpose| {
            let serve = serving(world, host, identity);
            Listener::bind(address, serve).map_err(|source| StartError::Listen {
                address,
                purpose,
                source,
            })
        };
        Ok(Self {
            api: bind(Host::Api, options.api, "tokens host")?,
            payments: bind(Host::Payments, options.payments, "payments host")?,
            world: Arc::clone(world),
        })
    }

    pub(crate) async fn inject(self: &Arc<Self>, rule: FaultRule) -> Result<FaultId, InjectError> {
        rule.check()?;
        let ends_after = match rule.steps.as_slice() {
            [Fault::Refuse { for_ms }] => *for_ms,
            _ => None,
        };
        let id = self.world.faults.add(rule);
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
        let was_in_force = self.world.faults.remove(id).is_some();
        self.open_or_close().await?;
        Ok(was_in_force)
    }

    pub(crate) async fn clear_faults(&self) -> Result<(), InjectError> {
        self.world.faults.clear();
        self.open_or_close().await
    }

    /// Makes each host listen, or not, as the rules in force want it.
    async fn open_or_close(&self) -> Result<(), InjectError> {
        for (host, listener) in [(Host::Api, &self.api), (Host::Payments, &self.payments)] {
            if self.world.faults.refuses(host) {
                listener.close().await;
            } else {
                listener.open().await?;
            }
        }
        Ok(())
    }
}

fn serving(world: &Arc<World>, host: Host, identity: Option<&Identity>) -> Serve {
    let world = Arc::clone(world);
    let tls = identity.map(|it| it.acceptor.clone());
    Arc::new(move |tcp, stop| {
        Box::pin(connection::serve(
            tcp,
            Arc::clone(&world),
            host,
            tls.clone(),
            stop,
        ))
    })
}
