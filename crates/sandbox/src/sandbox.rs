//! A running sandbox.

use std::{net::SocketAddr, sync::Arc};

use crate::{
    admin::{Admin, AdminServer},
    builder::SandboxBuilder,
    clock::Clock,
    control::{AddStoreError, TestStore},
    error::{InjectError, StartError},
    faults::{FaultId, FaultRule},
    hosts::Hosts,
    recorder::RecordedRequest,
    server::Identity,
    state::shared::SharedState,
    wire::forms::WireForms,
};

/// A test store in a box: both payment hosts, listening on loopback.
///
/// Dropping it stops it at once; [`shutdown`](Self::shutdown) lets exchanges under way finish.
pub struct Sandbox {
    shared: Arc<SharedState>,
    store: TestStore,
    hosts: Arc<Hosts>,
    admin: AdminServer,
    api_url: String,
    payments_url: String,
    admin_url: String,
    ca_pem: Option<String>,
}

impl Sandbox {
    /// Starts a sandbox with the built-in store, on free loopback ports.
    ///
    /// # Errors
    ///
    /// As [`SandboxBuilder::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Options.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The root URL of the tokens host, such as `http://127.0.0.1:40123`. The API lies below
    /// `/stores/{store_hash}/v3`.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// The root URL of the payments host. The API lies below `/stores/{store_hash}`.
    pub fn payments_url(&self) -> &str {
        &self.payments_url
    }

    /// The root URL of the admin port, which serves a page to people and control to programs.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// The CA that a client has to trust, in PEM, where the hosts are served over TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The hash of the first store.
    pub fn store_hash(&self) -> &str {
        self.store.hash()
    }

    /// An API account token of the first store, with all scopes in the built-in one.
    pub fn access_token(&self) -> &str {
        self.store.access_token()
    }

    /// The first store.
    pub fn store(&self) -> &TestStore {
        &self.store
    }

    /// The store of this hash.
    pub fn find_store(&self, hash: &str) -> Option<TestStore> {
        TestStore::find(&self.shared, hash)
    }

    /// Adds a store with the methods, customers and fixtures of the built-in one, under another
    /// hash, id and token.
    ///
    /// # Errors
    ///
    /// Fails where the hash is taken or is not made of letters and digits.
    pub fn add_store(&self, hash: &str, access_token: &str) -> Result<TestStore, AddStoreError> {
        crate::control::add_store(&self.shared, hash, access_token)
    }

    /// The clock that dates, expiry and rate-limit windows follow.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// How many requests have yet to take effect, because of a
    /// [`Fault::LandLater`](crate::Fault::LandLater).
    pub fn outstanding_landings(&self) -> usize {
        self.shared.landings.outstanding()
    }

    /// Lets every request take effect now that was to take effect later.
    pub fn land_all(&self) {
        self.shared.landings.land_all();
    }

    /// The seed that everything random is drawn from.
    pub fn seed(&self) -> u64 {
        self.shared.random.seed()
    }

    /// Selects the forms of answers from now on.
    pub fn set_forms(&self, forms: WireForms) {
        self.shared.set_forms(forms);
    }

    /// Puts a fault rule in force. Once this returns, every call is subject to it; with
    /// [`Fault::Refuse`](crate::Fault::Refuse), no connection can be made any more and none is left open.
    ///
    /// # Errors
    ///
    /// Fails where the rule cannot be carried out; it is then not in force.
    pub async fn inject(&self, rule: FaultRule) -> Result<FaultId, InjectError> {
        self.hosts.inject(rule).await
    }

    /// Takes a fault rule out of force, and says whether it was there. A rule whose steps are spent
    /// is forgotten when the next one is injected.
    ///
    /// # Errors
    ///
    /// Fails where a host that was refusing connections cannot listen again.
    pub async fn remove_fault(&self, id: FaultId) -> Result<bool, InjectError> {
        self.hosts.remove_fault(id).await
    }

    /// Takes all fault rules out of force.
    ///
    /// # Errors
    ///
    /// As [`remove_fault`](Self::remove_fault).
    pub async fn clear_faults(&self) -> Result<(), InjectError> {
        self.hosts.clear_faults().await
    }

    /// Makes everything as it was in the beginning: orders, balances, the ledger, the clock and
    /// the forms. Stores that were added are gone, and so are faults, recorded requests and what
    /// has yet to land.
    ///
    /// # Errors
    ///
    /// As [`remove_fault`](Self::remove_fault).
    pub async fn reset(&self) -> Result<(), InjectError> {
        self.hosts.clear_faults().await?;
        self.shared.reset();
        Ok(())
    }

    /// The last requests of both hosts, oldest first, as they came: with their secrets.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.recorder.requests()
    }

    /// How many requests were received in all, and the recorded ones among those after the first
    /// so many, oldest first: for whoever reads along.
    pub fn requests_after(&self, received: u64) -> (u64, Vec<RecordedRequest>) {
        self.shared.recorder.requests_after(received)
    }

    /// Forgets the recorded requests.
    pub fn clear_requests(&self) {
        self.shared.recorder.clear();
    }

    /// Stops listening, and waits up to a second for exchanges under way.
    pub async fn shutdown(self) {
        self.admin.stop();
        self.hosts.api.close().await;
        self.hosts.payments.close().await;
    }
}

impl SandboxBuilder {
    /// Starts the sandbox on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails where the stores cannot be read, a port cannot be listened on, or no TLS
    /// certificate can be made.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let stores = self.definitions()?;
        let shared = Arc::new(SharedState::new(self.settings(), stores));
        #[cfg(feature = "tls")]
        let identity = self.identity()?;
        #[cfg(not(feature = "tls"))]
        let identity: Option<Arc<Identity>> = None;
        let hosts = Arc::new(Hosts::bind(&shared, self.hosts, identity.as_ref())?);
        let scheme = identity.as_ref().map_or("http", |_| "https");
        let api_url = self.url(scheme, hosts.api.address());
        let payments_url = self.url(scheme, hosts.payments.address());
        let first = shared.first_store();
        let first = first.expect("a checked definition has a store");
        let admin = Admin {
            shared: Arc::clone(&shared),
            hosts: Arc::clone(&hosts),
            api_url: api_url.clone(),
            payments_url: payments_url.clone(),
            store_hash: first.hash.clone(),
            names: self
                .admin_names
                .iter()
                .chain(&self.url_host)
                .cloned()
                .collect(),
        };
        let admin = AdminServer::start(self.admin, admin)
            .await
            .map_err(|source| StartError::Listen {
                address: self.admin,
                purpose: "admin port",
                source,
            })?;
        Ok(Sandbox {
            store: TestStore::new(Arc::clone(&shared), first),
            hosts,
            admin_url: self.url("http", admin.address()),
            admin,
            api_url,
            payments_url,
            ca_pem: identity.map(|it| it.ca_pem().to_owned()),
            shared,
        })
    }

    /// The URL under which clients reach an address that is listened on.
    fn url(&self, scheme: &str, address: SocketAddr) -> String {
        let port = address.port();
        match &self.url_host {
            Some(host) if host.contains(':') => format!("{scheme}://[{host}]:{port}"),
            Some(host) => format!("{scheme}://{host}:{port}"),
            None if address.ip().is_unspecified() => format!("{scheme}://localhost:{port}"),
            None => format!("{scheme}://{address}"),
        }
    }
}

#[cfg(feature = "tls")]
impl SandboxBuilder {
    fn identity(&self) -> Result<Option<Arc<Identity>>, StartError> {
        let identity = self
            .tls
            .then(|| Identity::generate(&self.certificate_names()));
        Ok(identity.transpose()?.map(Arc::new))
    }

    /// The names and addresses that a certificate is made for.
    fn certificate_names(&self) -> Vec<String> {
        let given = self.url_host.iter().chain(&self.tls_names).cloned();
        let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let bound = self.hosts.api.ip();
        let bound = (!bound.is_unspecified()).then(|| bound.to_string());
        let mut names: Vec<String> = given.chain(loopback).chain(bound).collect();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The admin server and running timers share the hosts, and must not keep them alive.
        self.hosts.api.abort();
        self.hosts.payments.abort();
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("api_url", &self.api_url)
            .field("payments_url", &self.payments_url)
            .field("store_hash", &self.store_hash())
            .finish_non_exhaustive()
    }
}
