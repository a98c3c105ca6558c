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
//!
//! # Time and memory
//!
//! Both grow with the size of the documents and no faster. Two versions each of Kubernetes,
//! Zuora and Amazon EC2, put side by side with themselves to be larger, on one processor of a
//! machine that was busy otherwise; the fastest of three, reading and comparing together:
//!
//! | a version | Kubernetes | Zuora | EC2 |
//! |---|---|---|---|
//! | as it is, 4.3 to 4.7 MB | 0.40 s | 0.33 s | 0.59 s |
//! | about 9 MB | 0.67 s | 0.71 s | 1.31 s |
//! | about 22 MB | 2.37 s | 1.66 s | 4.06 s |
//! | about 30 MB | 3.23 s | 2.59 s | – |
//! | memory at most, for each MB of a version | 12.3 MB | 7.8 MB | 13.4 MB |
//!
//! `tests/corpus/get.sh FOLDER` gets the documents, and `cargo run --release -p
//! bigcommerce-drift --example corpus -- --large BASE REVISION` measures them again.

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
mod serialization;
mod servers;
mod values;

pub use diff::diff;
pub use finding::{Accepted, Finding, Side};
pub use policy::{AcceptedIn, Policy, PolicyError};
pub use report::{Format, summary};
pub use rules::{Level, Rule, rule, rules};
