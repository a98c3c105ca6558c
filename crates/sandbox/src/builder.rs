//! Options of a sandbox.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use crate::{
    clock::{Clock, ClockMode},
    hosts::HostAddresses,
    random::SeededRandom,
    rate_limit::RateLimit,
    recorder::RecordLimits,
    state::{
        definition::StoreDefinition,
        shared::Settings,
        store_file::{self, StoreFileError},
    },
    wire::forms::WireForms,
};

/// Requests and answers that are kept, unless told otherwise.
const RECORDED_REQUESTS: usize = 1_000;

/// Bytes that are kept for each of these requests, unless told otherwise.
const BYTES_PER_REQUEST: usize = 64 * 1024;

/// The settings of a [`Sandbox`](crate::Sandbox), which [`start`](Self::start) starts with them.
#[derive(Debug, Clone)]
pub struct SandboxBuilder {
    seed: Option<u64>,
    clock: Option<ClockMode>,
    stores: Stores,
    rate_limit: Option<RateLimit>,
    pays_orders_again: bool,
    partly_paid_orders_are_payable: bool,
    token_lifetime: Duration,
    read_timeout: Duration,
    forms: WireForms,
    recorded_requests: usize,
    recorded_bytes: Option<usize>,
    most_orders: Option<usize>,
    first_store: FirstStore,
    #[cfg(feature = "tls")]
    pub(crate) tls: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls_names: Vec<String>,
    pub(crate) url_host: Option<String>,
    pub(crate) admin_names: Vec<String>,
    pub(crate) hosts: HostAddresses,
    pub(crate) admin: SocketAddr,
}

/// What the first store has in place of its own.
#[derive(Clone, Default)]
struct FirstStore {
    hash: Option<String>,
    access_token: Option<String>,
}

impl std::fmt::Debug for FirstStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstStore")
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

#[derive(Clone)]
enum Stores {
    BuiltIn,
    File(PathBuf),
    Text(String),
}

impl std::fmt::Debug for Stores {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("BuiltIn"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            // The text holds API tokens.
            Self::Text(_) => f.write_str("Text"),
        }
    }
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        let any_port = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            seed: None,
            clock: None,
            stores: Stores::BuiltIn,
            rate_limit: Some(RateLimit::SERVICE),
            pays_orders_again: false,
            partly_paid_orders_are_payable: true,
            token_lifetime: Duration::from_secs(3600),
            read_timeout: Duration::from_secs(10),
            forms: WireForms::default(),
            recorded_requests: RECORDED_REQUESTS,
            recorded_bytes: None,
            most_orders: None,
            first_store: FirstStore::default(),
            #[cfg(feature = "tls")]
            tls: false,
            #[cfg(feature = "tls")]
            tls_names: Vec::new(),
            url_host: None,
            admin_names: Vec::new(),
            hosts: HostAddresses {
                api: any_port,
                payments: any_port,
            },
            admin: any_port,
        }
    }
}

impl SandboxBuilder {
    /// Draws everything random from this seed, and fixes the clock at [`ClockMode::SEEDED`]
    /// unless [`clock`](Self::clock) says otherwise. The same calls then get the same answers,
    /// byte for byte.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Where the clock starts and what moves it. A rate limit's window follows it too: with a
    /// fixed clock it slides only when the clock is advanced.
    #[must_use]
    pub fn clock(mut self, mode: ClockMode) -> Self {
        self.clock = Some(mode);
        self
    }

    /// Plays the stores of this JSON file instead of the built-in one.
    #[must_use]
    pub fn store_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.stores = Stores::File(path.into());
        self
    }

    /// Plays the stores of this JSON text instead of the built-in one.
    #[must_use]
    pub fn stores_json(mut self, json: impl Into<String>) -> Self {
        self.stores = Stores::Text(json.into());
        self
    }

    /// The limit of payment requests per store, or `None` for none.
    #[must_use]
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.rate_limit = limit;
        self
    }

    /// How long a payment access token is valid, in whole seconds: an hour unless told otherwise,
    /// as the service's is.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Plays a service that does not notice that an order is paid: it makes a token for it and
    /// charges it again. The service refuses both; without that safety net, a client that sends
    /// a charge twice is seen to charge twice.
    #[must_use]
    pub fn pays_orders_again(mut self, again: bool) -> Self {
        self.pays_orders_again = again;
        self
    }

    /// Whether an order of which a gift certificate or store credit paid a part, and which is
    /// therefore Pending (1), gets another payment access token. It does unless told otherwise;
    /// no document says what the service does. Otherwise a request for one is answered with 409
    /// and code 30101.
    #[must_use]
    pub fn partly_paid_orders_are_payable(mut self, payable: bool) -> Self {
        self.partly_paid_orders_are_payable = payable;
        self
    }

    /// How long a client may take to send the head of a request, and then its body.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// The forms of answers.
    #[must_use]
    pub fn forms(mut self, forms: WireForms) -> Self {
        self.forms = forms;
        self
    }

    /// How many of the last requests are kept; 0 keeps none.
    #[must_use]
    pub fn recorded_requests(mut self, capacity: usize) -> Self {
        self.recorded_requests = capacity;
        self
    }

    /// How many bytes of the last requests and their answers are kept; the oldest go first.
    #[must_use]
    pub fn recorded_bytes(mut self, capacity: usize) -> Self {
        self.recorded_bytes = Some(capacity);
        self
    }

    /// Serves both hosts over TLS, with a certificate by a CA made at start. The admin port
    /// stays plain. It takes the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// More names and addresses that the certificate is for; it is always for loopback, for the
    /// addresses that are listened on and for the host of the URLs.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.tls_names = names.into_iter().collect();
        self
    }

    /// The address that both hosts listen on, loopback unless told otherwise. Anyone who reaches
    /// another address can pay, which is fine for a test store and for nothing else.
    #[must_use]
    pub fn host(mut self, host: IpAddr) -> Self {
        self.hosts.api.set_ip(host);
        self.hosts.payments.set_ip(host);
        self
    }

    /// The address that the admin interface listens on, loopback unless told otherwise.
    #[must_use]
    pub fn admin_host(mut self, host: IpAddr) -> Self {
        self.admin.set_ip(host);
        self
    }

    /// The host name or address in the URLs that clients are told. Unless told otherwise, it is
    /// the address that is listened on, or `localhost` where that is no address of one host,
    /// such as `0.0.0.0`.
    #[must_use]
    pub fn url_host(mut self, host: impl Into<String>) -> Self {
        self.url_host = Some(host.into());
        self
    }

    /// More host names under which the admin interface answers. It answers to addresses, to
    /// `localhost` and to the host of the URLs; a page of another name that a browser was made to
    /// resolve to this machine gets nothing.
    #[must_use]
    pub fn admin_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.admin_names = names.into_iter().collect();
        self
    }

    /// The hash of the first store, in place of its own.
    #[must_use]
    pub fn store_hash(mut self, hash: impl Into<String>) -> Self {
        self.first_store.hash = Some(hash.into());
        self
    }

    /// The first API account token of the first store, in place of its own.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.first_store.access_token = Some(token.into());
        self
    }

    /// How many orders a store keeps, any number unless told otherwise. Beyond that, the order
    /// that was finished first is forgotten, with its part of the ledger. Orders that are not
    /// finished are kept.
    #[must_use]
    pub fn most_orders(mut self, orders: usize) -> Self {
        self.most_orders = Some(orders);
        self
    }

    /// The port of the tokens host; 0 means any free port.
    #[must_use]
    pub fn api_port(mut self, port: u16) -> Self {
        self.hosts.api.set_port(port);
        self
    }

    /// The port of the payments host; 0 means any free port.
    #[must_use]
    pub fn payments_port(mut self, port: u16) -> Self {
        self.hosts.payments.set_port(port);
        self
    }

    /// The port of the admin interface; 0 means any free port.
    #[must_use]
    pub fn admin_port(mut self, port: u16) -> Self {
        self.admin.set_port(port);
        self
    }

    pub(crate) fn settings(&self) -> Settings {
        // A sandbox without a seed still needs one; it need not be hard to guess.
        let seed = self.seed.unwrap_or_else(random_seed);
        let clock = self.clock.unwrap_or(match self.seed {
            Some(_) => ClockMode::SEEDED,
            None => ClockMode::Real,
        });
        Settings {
            clock: Clock::new(clock),
            random: SeededRandom::new(seed),
            rate_limit: self.rate_limit,
            pays_orders_again: self.pays_orders_again,
            most_orders: self.most_orders,
            partly_paid_orders_are_payable: self.partly_paid_orders_are_payable,
            token_lifetime: self.token_lifetime,
            read_timeout: self.read_timeout,
            forms: self.forms,
            recorded: RecordLimits {
                requests: self.recorded_requests,
                bytes: self
                    .recorded_bytes
                    .unwrap_or(self.recorded_requests.saturating_mul(BYTES_PER_REQUEST)),
            },
        }
    }

    pub(crate) fn definitions(&self) -> Result<Vec<StoreDefinition>, StoreFileError> {
        let mut stores = match &self.stores {
            Stores::BuiltIn => store_file::default_stores(),
            Stores::File(path) => store_file::read(path),
            Stores::Text(json) => store_file::parse(json, "store definition"),
        }?;
        if let Some(first) = stores.first_mut() {
            if let Some(hash) = &self.first_store.hash {
                first.hash.clone_from(hash);
            }
            if let (Some(token), Some(given)) =
                (first.tokens.first_mut(), &self.first_store.access_token)
            {
                token.token.clone_from(given);
            }
        }
        store_file::check(stores, "store definition")
    }
}

/// A seed that JavaScript, whose numbers have 53 bits, can show and give back.
fn random_seed() -> u64 {
    RandomState::new().hash_one(()) >> 11
}
