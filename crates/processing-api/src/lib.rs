//! Generated client of the BigCommerce payments host: processing payments.
//!
//! [`Client`] and [`types`] are generated from `specs/processing.yml` and its overlays by
//! `cargo xtask regen`; the feature `codegen` generates them at build time instead. Services use
//! the facade, `bigcommerce-payments`.
//!
//! ```
//! use bigcommerce_client_core::credential;
//! use bigcommerce_processing_api::{Client, Inner};
//! use reqwest::header::AUTHORIZATION;
//!
//! let token = credential("PAT single.use.token".into())?;
//! let mut inner = Inner::default();
//! inner.headers.push((AUTHORIZATION, token));
//! let base = "https://payments.bigcommerce.com/stores/abc123";
//! let client = Client::new_with_client(base, reqwest::Client::new(), inner);
//! assert!(!format!("{client:?}").contains("PAT single.use.token"));
//! # Ok::<(), reqwest::header::InvalidHeaderValue>(())
//! ```

pub use bigcommerce_client_core::Inner;
pub use generated::{Client, Error, ResponseValue, types};

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::{Request, Response};

#[allow(
    clippy::pedantic,
    missing_docs,
    rustdoc::all,
    unreachable_pub,
    reason = "the generator knows nothing of our style, and copies upstream's descriptions"
)]
mod generated {
    #[cfg(not(feature = "codegen"))]
    include!("generated.rs");
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

/// The guide, "Headers": this host requires its own media type.
const ACCEPT: &str = "application/vnd.bc.v1+json";

impl ClientHooks<Inner> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner().prepare(request, ACCEPT);
        Ok(())
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        self.inner().execute(self.client(), request).await
    }
}
