//! What a client is set up with: time-outs, base URLs and store hashes.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use reqwest::Url;

use crate::model::InvalidInput;

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
    /// How long after it was sent a charge may still land, and show among its order's transactions:
    /// within this time, *nothing seen* is no final answer of a
    /// [look-up](crate::AccountClient::look_up). No document says how long that is. It counts by the
    /// clocks of the machine that sent and of the one that looks: add what these may differ by.
    /// Default: 60 s.
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

/// The hash of a store, which is safe in a path.
#[derive(Clone, Debug)]
pub(crate) struct StoreHash(Arc<str>);

impl StoreHash {
    pub(crate) fn parse(hash: &str) -> Result<Self, InvalidInput> {
        if !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self(hash.into()));
        }
        Err(InvalidInput::new(
            "store_hash",
            "must be the letters and digits after `stores/` in the store's API path",
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A base URL without the slash at its end: `https` where there is TLS, or `http` to this machine.
pub(crate) fn base_url(url: &str, has_tls: bool) -> Result<String, &'static str> {
    let url = Url::parse(url).map_err(|_| "must be a URL such as https://api.bigcommerce.com")?;
    let secure = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    };
    if !secure {
        return Err("must be https, or http to this machine");
    }
    if url.scheme() == "https" && !has_tls {
        return Err(
            "needs TLS: switch on the feature `rustls` or `native-tls` of bigcommerce-payments, \
             or give a prepared `http_client`",
        );
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

#[cfg(test)]
mod tests {
    use super::{StoreHash, base_url};

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
            assert!(base_url(url, true).is_ok(), "{url}");
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
            assert!(base_url(url, true).is_err(), "{url}");
        }
    }

    #[test]
    fn without_tls_only_this_machine() {
        let refusal = base_url("https://api.bigcommerce.com", false).unwrap_err();

        assert!(refusal.contains("feature `rustls`"), "{refusal}");
        assert!(base_url("http://127.0.0.1:8080", false).is_ok());
    }

    #[test]
    fn a_store_hash_cannot_change_the_path() {
        assert!(StoreHash::parse("abc123").is_ok());
        for hash in ["", "a/b", "../x", "a b", "a?b", "ä"] {
            assert!(StoreHash::parse(hash).is_err(), "{hash}");
        }
    }
}
