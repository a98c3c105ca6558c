//! Settings, and the connection pool that all stores share.

use std::{fmt, net::Ipv4Addr, sync::Arc, time::Duration};

use bigcommerce_client_core::Sensitive;
use reqwest::{Url, redirect};

use crate::{
    account::AccountClient,
    charge::ChargeClient,
    error::{Error, problem::FieldError},
    send::{
        Sender,
        rate_limit::{RateLimiter, SlidingWindow},
    },
    store::StoreClient,
};

/// The client of one process: one connection pool and one rate limit for any number of stores.
///
/// Clones are cheap and share both.
///
/// ```
/// use bigcommerce_payments::Payments;
///
/// let payments = Payments::new()?;
/// let store = payments.store("abc123", "account-token")?;
/// # let _ = store;
/// # Ok::<(), bigcommerce_payments::Error>(())
/// ```
#[derive(Clone)]
pub struct Payments {
    sender: Arc<Sender>,
}

impl Payments {
    /// A client of the real hosts with the default settings.
    ///
    /// # Errors
    ///
    /// As [`PaymentsBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A client with settings of its own.
    pub fn builder() -> PaymentsBuilder {
        PaymentsBuilder {
            api_url: "https://api.bigcommerce.com".to_owned(),
            payments_url: "https://payments.bigcommerce.com".to_owned(),
            timeouts: Timeouts::default(),
            attempts: 3,
            limiter: Some(Arc::new(SlidingWindow::default())),
            http_client: None,
        }
    }

    /// Both sides of a store: the account token and the charge in one process.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) naming `store_hash` or `access_token`.
    pub fn store(
        &self,
        store_hash: &str,
        access_token: impl Into<Sensitive>,
    ) -> Result<StoreClient, Error> {
        Ok(StoreClient::new(
            self.account(store_hash, access_token)?,
            self.charges(store_hash)?,
        ))
    }

    /// The side of a store that holds the API account token and never sees a card.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) naming `store_hash` or `access_token`.
    pub fn account(
        &self,
        store_hash: &str,
        access_token: impl Into<Sensitive>,
    ) -> Result<AccountClient, Error> {
        check_store_hash(store_hash)?;
        AccountClient::new(Arc::clone(&self.sender), store_hash, access_token.into())
    }

    /// The side of a store that takes payment access tokens and instruments, and needs no
    /// account token.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) naming `store_hash`.
    pub fn charges(&self, store_hash: &str) -> Result<ChargeClient, Error> {
        check_store_hash(store_hash)?;
        Ok(ChargeClient::new(Arc::clone(&self.sender), store_hash))
    }
}

impl fmt::Debug for Payments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payments")
            .field("api_url", &self.sender.api_url)
            .field("payments_url", &self.sender.payments_url)
            .finish_non_exhaustive()
    }
}

/// How long each step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Making a connection. Default: 5 s.
    pub connect: Duration,
    /// One attempt to make a payment access token. Default: 10 s.
    pub token: Duration,
    /// One attempt to read methods or transactions. Default: 10 s.
    pub read: Duration,
    /// One attempt to charge. A charge that takes longer has an unknown outcome. Default: 60 s.
    pub payment: Duration,
    /// Within which all attempts of one call have to begin. Default: 120 s.
    pub overall: Duration,
    /// How long the service may still be busy with a charge after it was sent;
    /// [`AccountClient::reconcile`] asks again after this time before it says that an order is not
    /// paid. Default: 60 s.
    pub settle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            token: Duration::from_secs(10),
            read: Duration::from_secs(10),
            payment: Duration::from_secs(60),
            overall: Duration::from_secs(120),
            settle: Duration::from_secs(60),
        }
    }
}

/// The settings of a [`Payments`].
#[derive(Debug)]
#[must_use]
pub struct PaymentsBuilder {
    api_url: String,
    payments_url: String,
    timeouts: Timeouts,
    attempts: u32,
    limiter: Option<Arc<dyn RateLimiter>>,
    http_client: Option<reqwest::Client>,
}

impl PaymentsBuilder {
    /// The tokens host, without the path to the store: `https`, or `http` to this machine.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = url.into();
        self
    }

    /// The payments host, without the path to the store: `https`, or `http` to this machine.
    pub fn payments_url(mut self, url: impl Into<String>) -> Self {
        self.payments_url = url.into();
        self
    }

    /// How long each step may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How often a request may be sent in all. Default: 3. A charge is sent again only when it
    /// is known that it was not processed.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Another rate limit for payment requests. Default: [`SlidingWindow::default`].
    pub fn rate_limiter(mut self, limiter: impl RateLimiter) -> Self {
        self.limiter = Some(Arc::new(limiter));
        self
    }

    /// No rate limit on this side: the service's own answers with 429.
    pub fn without_rate_limit(mut self) -> Self {
        self.limiter = None;
        self
    }

    /// A prepared HTTP client, for a proxy or certificates of your own.
    ///
    /// **Dangers.** What this crate sets up is then yours to set up: a client that follows
    /// redirects sends card data to where they point, and may send a charge twice; one with
    /// retries of its own may send a charge twice; a cookie store mixes the stores of a process;
    /// a client without a connect timeout waits for the payment timeout, and the outcome is then
    /// unknown where it was only not sent.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Makes the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming `api_url` or `payments_url` when
    /// it is no URL of a host with `https`, or `http` to this machine, and `http_client` when the
    /// TLS library cannot be set up.
    pub fn build(self) -> Result<Payments, Error> {
        let mut problems = Vec::new();
        let mut base = |field, url: &str| {
            base_url(url)
                .map_err(|rule| problems.push(FieldError::new(field, rule)))
                .unwrap_or_default()
        };
        let api_url = base("api_url", &self.api_url);
        let payments_url = base("payments_url", &self.payments_url);
        Error::unless_empty(problems)?;
        let http = match self.http_client {
            Some(client) => client,
            None => http_client(self.timeouts.connect, &[&api_url, &payments_url])?,
        };
        Ok(Payments {
            sender: Arc::new(Sender {
                http,
                api_url,
                payments_url,
                timeouts: self.timeouts,
                attempts: self.attempts,
                limiter: self.limiter,
            }),
        })
    }
}

/// Redirects, cookies and the library's own retries are off: each could repeat a charge or carry
/// a card elsewhere. A proxy from the environment is used unless a URL is plain `http`, which
/// must not leave this machine.
fn http_client(connect: Duration, urls: &[&str]) -> Result<reqwest::Client, Error> {
    let plain = urls.iter().any(|url| url.starts_with("http:"));
    let builder = reqwest::Client::builder()
        .user_agent(concat!("bigcommerce-payments/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // Another crate of the service may switch HTTP/2 on in the library, and with it resets
        // of single requests that say less of what was processed.
        .http1_only()
        .https_only(!plain);
    let builder = if plain { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| {
        Error::invalid(vec![FieldError::new(
            "http_client",
            format!("could not be made: {error}"),
        )])
    })
}

fn base_url(url: &str) -> Result<String, &'static str> {
    let url = Url::parse(url).map_err(|_| "must be a URL such as https://api.bigcommerce.com")?;
    let secure = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    };
    if !secure {
        return Err("must be https, or http to this machine");
    }
    let bare = url.username().is_empty() && url.password().is_none();
    if !bare || url.query().is_some() || url.fragment().is_some() {
        return Err("must have neither a user, a query nor a fragment");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host == "[::1]"
            || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
    })
}

/// The hash becomes part of a path.
fn check_store_hash(hash: &str) -> Result<(), Error> {
    if !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(Error::invalid(vec![FieldError::new(
        "store_hash",
        "must be the letters and digits after `stores/` in the store's API path",
    )]))
}

#[cfg(test)]
mod tests {
    use super::{Payments, base_url, check_store_hash};
    use crate::ErrorKind;

    #[test]
    fn only_https_and_this_machine() {
        let good = [
            "https://api.bigcommerce.com",
            "https://proxy.example/bigcommerce/",
            "http://127.0.0.1:8080",
            "http://127.8.9.1",
            "http://localhost:1",
            "http://[::1]:80/x",
        ];
        for url in good {
            assert!(base_url(url).is_ok(), "{url}");
        }
        let bad = [
            "",
            "api.bigcommerce.com",
            "http://api.bigcommerce.com",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://10.0.0.1",
            "ftp://localhost",
            "file:///etc/passwd",
            "https://user:secret@example.com",
            "https://example.com?x=1",
            "https://example.com#x",
        ];
        for url in bad {
            assert!(base_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn both_urls_are_reported_at_once() {
        let builder = Payments::builder()
            .api_url("nonsense")
            .payments_url("http://example.com");
        let error = builder.build().unwrap_err();

        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let fields: Vec<_> = error
            .field_errors()
            .iter()
            .map(|each| &*each.field)
            .collect();
        assert_eq!(fields, ["api_url", "payments_url"]);
    }

    #[test]
    fn a_store_hash_cannot_change_the_path() {
        assert!(check_store_hash("abc123").is_ok());
        for hash in ["", "a/b", "../x", "a b", "a?b", "ä"] {
            assert!(check_store_hash(hash).is_err(), "{hash}");
        }
    }
}
