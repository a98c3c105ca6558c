//! Settings, and the connection pool that all stores share.

use std::{fmt, sync::Arc};

use bigcommerce_client_core::Sensitive;

use crate::{
    account::AccountClient,
    charge::ChargeClient,
    config::{StoreHash, Timeouts, base_url},
    error::Error,
    http_client::{HAS_TLS, http_client},
    model::{FieldError, InvalidInput},
    send::{RateLimiter, Sender, SlidingWindow},
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

    /// The default settings, to be changed before a client is made of them.
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
        let hash = StoreHash::parse(store_hash)?;
        Ok(StoreClient::new(
            AccountClient::new(Arc::clone(&self.sender), hash.clone(), access_token.into())?,
            ChargeClient::new(Arc::clone(&self.sender), hash),
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
        let hash = StoreHash::parse(store_hash)?;
        Ok(AccountClient::new(
            Arc::clone(&self.sender),
            hash,
            access_token.into(),
        )?)
    }

    /// The side of a store that takes payment access tokens and instruments, and needs no
    /// account token.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) naming `store_hash`.
    pub fn charges(&self, store_hash: &str) -> Result<ChargeClient, Error> {
        let hash = StoreHash::parse(store_hash)?;
        Ok(ChargeClient::new(Arc::clone(&self.sender), hash))
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

    /// No rate limit on this side: the service's own answers with 429, after which each charge waits
    /// by itself.
    pub fn without_rate_limit(mut self) -> Self {
        self.limiter = None;
        self
    }

    /// A prepared HTTP client, for a proxy or certificates of your own.
    ///
    /// **Dangers.** What this crate sets up is then yours to set up: a client that follows
    /// redirects sends card data to where they point, and may send a charge twice; one with
    /// retries of its own may send a charge twice; a cookie store mixes the stores of a process;
    /// a client without a connect timeout waits for the payment timeout to find out that nothing
    /// was sent. Its TLS library is the one it was made with, and TLS before 1.2 is for it to
    /// refuse.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Makes the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming `api_url` or `payments_url` when
    /// it is no URL of a host with `https`, or `http` to this machine, or when it is `https` and
    /// there is neither a feature with a TLS library nor a prepared client; and `http_client` when
    /// the TLS library cannot be set up.
    pub fn build(self) -> Result<Payments, Error> {
        let mut problems = Vec::new();
        let has_tls = HAS_TLS || self.http_client.is_some();
        let mut base = |field, url: &str| {
            base_url(url, has_tls)
                .map_err(|rule| problems.push(FieldError::new(field, rule)))
                .unwrap_or_default()
        };
        let api_url = base("api_url", &self.api_url);
        let payments_url = base("payments_url", &self.payments_url);
        InvalidInput::unless_empty(problems)?;
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

#[cfg(test)]
mod tests {
    use super::Payments;
    use crate::{ErrorKind, http_client::HAS_TLS};

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

    /// Without a feature for it there is no TLS, and a charge would only fail as *not sent*.
    #[test]
    fn the_real_hosts_need_tls() {
        let fields = |built: Result<Payments, crate::Error>| {
            let error = built.unwrap_err();
            let fields = error.field_errors().iter().map(|each| each.field.clone());
            fields.collect::<Vec<_>>()
        };
        if HAS_TLS {
            assert!(Payments::new().is_ok());
        } else {
            assert_eq!(fields(Payments::new()), ["api_url", "payments_url"]);
        }
        assert!(
            Payments::builder()
                .http_client(reqwest::Client::new())
                .build()
                .is_ok()
        );
    }
}
