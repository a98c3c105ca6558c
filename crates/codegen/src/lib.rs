//! Turns a spec and its overlays into checked, formatted Rust source.
//!
//! The generator (progenitor, with typify for the types) loses things without a word: a secret
//! becomes a plain string, a tagged enum an untagged one, a field goes missing where two
//! schemas share a name. [`generate`] looks for each of these afterwards, and fails rather than
//! hand out code that is wrong.
//!
//! `cargo xtask regen` and the build scripts of the generated crates call the same function:
//!
//! ```no_run
//! use std::path::Path;
//!
//! let source = bigcommerce_codegen::Api::TOKENS.generate(Path::new("."))?;
//! assert!(source.starts_with("// Generated from specs/tokens.yml"));
//! # Ok::<(), bigcommerce_codegen::Error>(())
//! ```

mod api;
mod blame;
mod build;
mod check;
mod document;
mod error;
mod generate;
mod prepare;
mod probe;
mod public_api;
mod read;
mod rust;
mod sandboxed;
mod schemas;

pub use api::Api;
pub use build::build_script;
pub use document::{effective_document, prepared_document};
pub use error::Error;
pub use generate::{Settings, generate};
pub use public_api::{breaking_changes, public_api};
