//! Semantic diff of two OpenAPI 3.0 documents, as a client of the API feels it.
//!
//! [`diff`] walks both documents the way a client uses them: operation by operation, through
//! `$ref`s and inline alike, and knows for every schema whether the client sends or receives
//! what it describes. Nothing is silent: what no rule of [`rules`] knows is reported as
//! `unclassified`. A [`Policy`] sets levels and accepts findings; [`Format`] writes them.
//!
//! ```
//! use bigcommerce_drift::{Level, diff};
//! use bigcommerce_spec::Document;
//!
//! let api = |statuses: &str| {
//!     let text = format!("
//! openapi: 3.0.3
//! info: {{title: Orders, version: '1'}}
//! paths:
//!   /orders:
//!     get:
//!       responses: {{{statuses}: {{description: All orders}}}}
//! ");
//!     Document::parse("orders.yml", &text)
//! };
//! let findings = diff(&api("'200'")?, &api("'203'")?);
//! let removed = findings.iter().find(|f| f.id == "response-success-status-removed").unwrap();
//! assert_eq!(removed.level, Level::Err);
//! assert_eq!(removed.operation.as_deref(), Some("GET /orders"));
//! # Ok::<(), bigcommerce_spec::DocumentError>(())
//! ```

mod comparison;
mod components;
mod content;
mod context;
mod dangling;
mod diff;
mod differences;
mod document;
mod fields;
mod finding;
mod matching;
mod moved_prefix;
mod named_path;
mod node;
mod operation;
mod outside;
mod parameters;
mod path_template;
mod paths;
mod policy;
mod reach;
mod remainder;
mod report;
mod request_body;
mod resolve;
mod responses;
mod rules;
mod schema;
mod security;
mod servers;
mod values;

pub use diff::diff;
pub use finding::{Accepted, Finding, Side};
pub use policy::{AcceptedIn, Policy, PolicyError};
pub use report::{Format, summary};
pub use rules::{Level, Rule, rule, rules};
