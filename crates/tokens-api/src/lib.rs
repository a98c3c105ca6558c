//! Generated client of the BigCommerce tokens host: payment access tokens, accepted payment
//! methods, and the transactions of an order.
//!
//! [`Client`] and [`types`] are generated from `specs/tokens.yml` and its overlays by
//! `cargo xtask regen`; the feature `codegen` generates them at build time instead. Services use
//! the facade, `bigcommerce-payments`.
//!
//! ```
//! use bigcommerce_client_core::credential;
//! use bigcommerce_tokens_api::{Client, Inner};
//! use reqwest::header::HeaderName;
//!
//! let token = credential("account-token".into())?;
//! let mut inner = Inner::default();
//! inner.headers.push((HeaderName::from_static("x-auth-token"), token));
//! let base = "https://api.bigcommerce.com/stores/abc123/v3";
//! let client = Client::new_with_client(base, reqwest::Client::new(), inner);
//! assert!(!format!("{client:?}").contains("account-token"));
//! # Ok::<(), reqwest::header::InvalidHeaderValue>(())
//! ```

pub use bigcommerce_client_core::Inner;
pub use generated::{Client, Error, ResponseValue, types};

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::{Request, Response, StatusCode};

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

/// The one media type of this host.
const ACCEPT: &str = "application/json";

impl ClientHooks<Inner> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner().prepare(request, ACCEPT);
        Ok(())
    }

    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        let response = self.inner().execute(self.client(), request).await?;
        // An order without transactions is answered without a body; an empty list says the same.
        let nothing = response.status() == StatusCode::NO_CONTENT;
        if nothing && info.operation_id == "get_order_transactions" {
            return Ok(bigcommerce_client_core::with_body(
                response,
                r#"{"data":[]}"#,
            ));
        }
        Ok(response)
    }
}
