//! The HTTP client that both hosts are talked to with.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};

use crate::model::InvalidInput;

/// Whether this crate was told which TLS library to use. One that another crate of the service
/// switched on in the HTTP library is not taken by chance.
pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// Redirects, cookies and the library's own retries are off: each could repeat a charge or carry
/// a card elsewhere. A proxy from the environment is used unless a URL is plain `http`, which
/// must not leave this machine.
pub(crate) fn http_client(connect: Duration, urls: &[&str]) -> Result<Client, InvalidInput> {
    let plain = urls.iter().any(|url| url.starts_with("http:"));
    let builder = Client::builder()
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
    with_tls(builder)
        .build()
        .map_err(|error| InvalidInput::new("http_client", format!("could not be made: {error}")))
}

/// rustls, whichever library else is there, from TLS 1.2 on (RFC 8996 retires what is older).
#[cfg(feature = "rustls")]
fn with_tls(builder: ClientBuilder) -> ClientBuilder {
    let builder = builder.tls_backend_rustls();
    #[cfg(feature = "webpki-roots")]
    let builder = builder.tls_certs_merge(bundled_roots());
    builder.tls_version_min(reqwest::tls::Version::TLS_1_2)
}

/// The platform's library, from TLS 1.2 on (RFC 8996 retires what is older).
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn with_tls(builder: ClientBuilder) -> ClientBuilder {
    builder
        .tls_backend_native()
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn with_tls(builder: ClientBuilder) -> ClientBuilder {
    builder
}

/// The roots of Mozilla, for a machine that has none of its own.
#[cfg(feature = "webpki-roots")]
fn bundled_roots() -> impl Iterator<Item = reqwest::Certificate> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    roots.filter_map(|root| reqwest::Certificate::from_der(root).ok())
}
