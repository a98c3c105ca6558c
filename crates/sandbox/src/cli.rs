//! The command line of the binary. Each option can be given by an environment variable, too.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

use bigcommerce_sandbox::{
    ClaimsForm, ClockMode, ErrorForm, Sandbox, SandboxBuilder, SuccessForm, TransactionForm,
    WireForms,
};
use clap::{Args, Parser, builder::BoolishValueParser};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A BigCommerce test store in a box: both payment hosts, on loopback unless told otherwise.
///
/// When ready, one line of JSON on standard output gives the URLs, a store hash and an API
/// token. Requests are logged on standard error with their secrets redacted.
#[derive(Debug, Parser)]
#[command(name = "bigcommerce-sandbox", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    network: Network,

    #[command(flatten)]
    certificate: Certificate,

    #[command(flatten)]
    stores: Stores,

    #[command(flatten)]
    forms: Forms,

    /// Draw everything random from this seed, and start a clock that moves only when told
    #[arg(long, value_name = "NUMBER", env = "SANDBOX_SEED")]
    seed: Option<u64>,

    /// `real`, or a Unix time in seconds at which the clock stands until told to move
    #[arg(long, value_name = "CLOCK", value_parser = clock, env = "SANDBOX_CLOCK")]
    clock: Option<ClockMode>,

    /// Keep this many bytes of the last requests and answers
    #[arg(long, value_name = "BYTES", env = "SANDBOX_RECORDED_BYTES")]
    recorded_bytes: Option<usize>,

    /// Do not log requests
    #[arg(long, short, value_parser = BoolishValueParser::new(), env = "SANDBOX_QUIET")]
    pub(crate) quiet: bool,

    /// Ask the sandbox that runs on this machine with the same admin port whether it is well, and exit
    #[arg(long)]
    pub(crate) check_health: bool,
}

/// Where the sandbox listens.
#[derive(Debug, Args)]
struct Network {
    /// Address that both hosts listen on; 0.0.0.0 is every IPv4 address of the machine
    #[arg(
        long,
        default_value = "127.0.0.1",
        value_name = "ADDRESS",
        env = "SANDBOX_HOST"
    )]
    host: IpAddr,

    /// Address that the admin interface listens on
    #[arg(
        long,
        default_value = "127.0.0.1",
        value_name = "ADDRESS",
        env = "SANDBOX_ADMIN_HOST"
    )]
    admin_host: IpAddr,

    /// Host in the URLs that clients are told, where it is not the address
    #[arg(long, value_name = "NAME", env = "SANDBOX_URL_HOST")]
    url_host: Option<String>,

    /// Another host name under which the admin interface answers
    #[arg(
        long,
        value_name = "NAME",
        env = "SANDBOX_ADMIN_NAME",
        value_delimiter = ','
    )]
    admin_name: Vec<String>,

    /// Port of the tokens host; 0 takes any free one
    #[arg(
        long,
        default_value_t = 0,
        value_name = "PORT",
        env = "SANDBOX_API_PORT"
    )]
    api_port: u16,

    /// Port of the payments host; 0 takes any free one
    #[arg(
        long,
        default_value_t = 0,
        value_name = "PORT",
        env = "SANDBOX_PAYMENTS_PORT"
    )]
    payments_port: u16,

    /// Port of the admin interface; 0 takes any free one
    #[arg(
        long,
        default_value_t = 0,
        value_name = "PORT",
        env = "SANDBOX_ADMIN_PORT"
    )]
    admin_port: u16,
}

/// Whether and how the hosts are served over TLS.
#[derive(Debug, Args)]
struct Certificate {
    /// Serve both hosts over TLS, with a certificate by a CA made at start
    #[arg(long, value_parser = BoolishValueParser::new(), env = "SANDBOX_TLS")]
    tls: bool,

    /// Another name or address that the certificate is for
    #[arg(
        long,
        value_name = "NAME",
        requires = "tls",
        env = "SANDBOX_TLS_NAME",
        value_delimiter = ','
    )]
    tls_name: Vec<String>,

    /// Write the CA's certificate in PEM to this file too
    #[arg(long, value_name = "FILE", requires = "tls", env = "SANDBOX_CA_FILE")]
    ca_file: Option<PathBuf>,
}

/// What the stores are, and what they do that the service may do or not.
#[derive(Debug, Args)]
struct Stores {
    /// Play the stores of this JSON file instead of the built-in one
    #[arg(long, value_name = "FILE", env = "SANDBOX_STORE_FILE")]
    store_file: Option<PathBuf>,

    /// The hash of the first store, in place of its own
    #[arg(long, value_name = "HASH", env = "SANDBOX_STORE_HASH")]
    store_hash: Option<String>,

    /// The API account token of the first store, in place of its own
    #[arg(
        long,
        value_name = "TOKEN",
        env = "SANDBOX_ACCESS_TOKEN",
        hide_env_values = true
    )]
    access_token: Option<String>,

    /// Keep this many orders of a store, and forget those that were finished first
    #[arg(long, value_name = "NUMBER", env = "SANDBOX_MOST_ORDERS")]
    most_orders: Option<usize>,

    /// Answer any number of payment requests
    #[arg(long, value_parser = BoolishValueParser::new(), env = "SANDBOX_NO_RATE_LIMIT")]
    no_rate_limit: bool,

    /// Make no other payment access token for an order of which a part is paid
    #[arg(long, value_parser = BoolishValueParser::new(), env = "SANDBOX_REFUSE_PARTLY_PAID")]
    refuse_partly_paid: bool,
}

/// The forms of answers.
#[derive(Debug, Args)]
struct Forms {
    /// How a processed payment is answered, for example `202_flat`
    #[arg(
        long = "success-form",
        value_name = "FORM",
        default_value = "201_enveloped",
        value_parser = form::<SuccessForm>,
        env = "SANDBOX_SUCCESS_FORM"
    )]
    success: SuccessForm,

    /// How errors are answered, for example `html`
    #[arg(
        long = "error-form",
        value_name = "FORM",
        default_value = "problem",
        value_parser = form::<ErrorForm>,
        env = "SANDBOX_ERROR_FORM"
    )]
    error: ErrorForm,

    /// How the ids in a payment access token are written, for example `integers`
    #[arg(
        long = "claims-form",
        value_name = "FORM",
        default_value = "strings",
        value_parser = form::<ClaimsForm>,
        env = "SANDBOX_CLAIMS_FORM"
    )]
    claims: ClaimsForm,

    /// Which fields an order's transactions have, for example `required_only`
    #[arg(
        long = "transaction-form",
        value_name = "FORM",
        default_value = "full",
        value_parser = form::<TransactionForm>,
        env = "SANDBOX_TRANSACTION_FORM"
    )]
    transactions: TransactionForm,
}

impl Cli {
    /// Where the CA is to be written.
    pub(crate) fn ca_file(&self) -> Option<&PathBuf> {
        self.certificate.ca_file.as_ref()
    }

    /// Where the admin interface of a running sandbox is asked, from this machine.
    pub(crate) fn admin_address(&self) -> SocketAddr {
        let host = match self.network.admin_host {
            IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            host => host,
        };
        SocketAddr::new(host, self.network.admin_port)
    }

    /// Whether somebody on another machine can reach the hosts or the admin interface.
    pub(crate) fn is_open_to_others(&self) -> bool {
        !self.network.host.is_loopback() || !self.network.admin_host.is_loopback()
    }

    /// The sandbox that the options ask for.
    pub(crate) fn builder(&self) -> SandboxBuilder {
        let mut builder = self.stores.apply(self.network.apply(Sandbox::builder()));
        builder = builder
            .tls(self.certificate.tls)
            .tls_names(self.certificate.tls_name.clone())
            .forms(self.forms.wire_forms());
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(clock) = self.clock {
            builder = builder.clock(clock);
        }
        if let Some(bytes) = self.recorded_bytes {
            builder = builder.recorded_bytes(bytes);
        }
        builder
    }
}

impl Network {
    fn apply(&self, builder: SandboxBuilder) -> SandboxBuilder {
        let builder = builder
            .host(self.host)
            .admin_host(self.admin_host)
            .admin_names(self.admin_name.clone())
            .api_port(self.api_port)
            .payments_port(self.payments_port)
            .admin_port(self.admin_port);
        match &self.url_host {
            Some(host) => builder.url_host(host),
            None => builder,
        }
    }
}

impl Stores {
    fn apply(&self, mut builder: SandboxBuilder) -> SandboxBuilder {
        builder = builder.partly_paid_orders_are_payable(!self.refuse_partly_paid);
        if let Some(path) = &self.store_file {
            builder = builder.store_file(path);
        }
        if let Some(hash) = &self.store_hash {
            builder = builder.store_hash(hash);
        }
        if let Some(token) = &self.access_token {
            builder = builder.access_token(token);
        }
        if let Some(orders) = self.most_orders {
            builder = builder.most_orders(orders);
        }
        if self.no_rate_limit {
            builder = builder.rate_limit(None);
        }
        builder
    }
}

impl Forms {
    fn wire_forms(&self) -> WireForms {
        WireForms::default()
            .with_success(self.success)
            .with_error(self.error)
            .with_claims(self.claims)
            .with_transactions(self.transactions)
    }
}

fn clock(text: &str) -> Result<ClockMode, String> {
    match text {
        "real" => Ok(ClockMode::Real),
        _ => text
            .parse()
            .map(ClockMode::Fixed)
            .map_err(|_| "give `real` or a Unix time in seconds".to_owned()),
    }
}

/// Reads a wire form by the name that it has in JSON; the error lists the names.
fn form<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(name)).map_err(|error| error.to_string())
}
