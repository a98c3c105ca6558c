//! What the generated clients and the facade share: secrets, and how requests are sent.
//!
//! [`Sensitive`] holds a secret, [`RawJson`] a part of a response that is read later. The hooks of
//! both generated clients [prepare](Inner::prepare) each request and [execute](Inner::execute) it,
//! so that it has the headers of the API and no response can fill the memory.
//!
//! ```
//! use bigcommerce_client_core::{Inner, credential};
//! use reqwest::{Method, Request, header::AUTHORIZATION};
//!
//! let mut inner = Inner::default();
//! inner.headers.push((AUTHORIZATION, credential("PAT abc".into())?));
//! let mut request = Request::new(Method::GET, "http://localhost/".parse()?);
//!
//! inner.prepare(&mut request, "application/json");
//! assert!(request.headers()[AUTHORIZATION].is_sensitive());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod credential;
mod departure;
mod inner;
mod raw_json;
mod response;
mod sensitive;

pub use credential::credential;
pub use departure::{Departure, SendDeadline};
pub use inner::Inner;
pub use raw_json::RawJson;
pub use response::with_body;
pub use sensitive::Sensitive;
