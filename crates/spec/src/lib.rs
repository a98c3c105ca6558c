//! OpenAPI documents with places, and the overlays that correct them.
//!
//! A [`Document`] is a YAML or JSON document that knows the file, line and column of every
//! node, so that whatever is found in it can be pointed at. An [`Overlay`] corrects one, and
//! tells of each of its actions that no longer does anything.
//!
//! ```
//! use bigcommerce_spec::Document;
//!
//! let document = Document::parse("orders.yml", "openapi: 3.0.3\ninfo:\n  title: Orders\n")?;
//! document.require_openapi_3_0()?;
//! assert_eq!(document.value()["info"]["title"], "Orders");
//! assert_eq!(document.place("/info/title").to_string(), "orders.yml:3:3");
//! # Ok::<(), bigcommerce_spec::DocumentError>(())
//! ```

mod builder;
mod document;
mod error;
mod json;
mod operation;
mod overlay;
mod place;
pub mod pointer;
pub mod reference;
mod scalar;
mod yaml;

pub use document::Document;
pub use error::DocumentError;
pub use operation::{METHODS, Operation, operations};
pub use overlay::{Applied, Overlay, OverlayProblem, OverlayProblemKind};
pub use place::Place;
