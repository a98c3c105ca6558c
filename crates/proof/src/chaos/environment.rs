//! What all callers of one chaos run share.

use std::{
    convert::Infallible,
    path::PathBuf,
    time::{Duration, Instant},
};

use bigcommerce_payments::StoreClient;
use bigcommerce_sandbox::{ClockMode, Fault, FaultRule, Host, Sandbox};

use super::args::Args;
use crate::{error::ProofError, facade::store_client};

/// What all callers of one run share.
pub(crate) struct Environment {
    pub(crate) sandbox: Sandbox,
    pub(crate) store: StoreClient,
    pub(crate) started: Instant,
    pub(crate) wrong_client: bool,
    /// The program to run as the process that is killed.
    pub(crate) program: PathBuf,
}

impl Environment {
    pub(crate) async fn open(args: &Args) -> Result<Self, ProofError> {
        let sandbox = Sandbox::builder()
            .seed(args.seed)
            .clock(ClockMode::Real)
            .rate_limit(None)
            .pays_orders_again(args.unprotected)
            .recorded_requests(200_000)
            .start()
            .await?;
        let store = store_client(
            sandbox.api_url(),
            sandbox.payments_url(),
            sandbox.store_hash(),
            sandbox.access_token(),
        )?;
        Ok(Self {
            sandbox,
            store,
            started: Instant::now(),
            wrong_client: args.wrong_client,
            program: std::env::current_exe()?,
        })
    }

    /// Closes a host and opens it again, over and over, whatever is under way.
    pub(crate) async fn interrupt_hosts(&self, seed: u64) -> Result<Infallible, ProofError> {
        let mut chance = fastrand::Rng::with_seed(seed);
        loop {
            tokio::time::sleep(Duration::from_millis(chance.u64(500..1500))).await;
            let host = if chance.bool() {
                Host::Api
            } else {
                Host::Payments
            };
            let fault = Fault::Refuse {
                for_ms: Some(chance.u64(5..30)),
            };
            self.sandbox
                .inject(FaultRule::new(fault).host(host))
                .await?;
        }
    }
}
