//! What the generated clients share: request headers, deadlines and bounded responses.
//!
//! The hooks of both clients [dress](Inner::dress) each request and [execute](Inner::execute)
//! it, so that credentials are always marked sensitive and no response can fill the memory.
//!
//! ```
//! use bigcommerce_transport::Inner;
//! use reqwest::{Method, Request, header::AUTHORIZATION};
//!
//! let mut inner = Inner::default();
//! inner.headers.push((AUTHORIZATION, "PAT abc".parse()?));
//! let mut request = Request::new(Method::GET, "http://localhost/".parse()?);
//!
//! inner.dress(&mut request, "application/json");
//! assert!(request.headers()[AUTHORIZATION].is_sensitive());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod inner;
mod response;

pub use inner::Inner;
pub use response::with_body;
