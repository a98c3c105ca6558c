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
//! let source = bigcommerce_codegen::Api::Tokens.generate(Path::new("."))?;
//! assert!(source.starts_with("// Generated from specs/tokens.yml"));
//! # Ok::<(), bigcommerce_codegen::Error>(())
//! ```

mod api;
mod build_script;
mod check;
mod error;
mod generate;
mod generator;
mod layers;
mod origins;
mod prepare;
mod public_api;
mod rust_code;
mod schemas;
mod settings;

pub use api::{Api, UnknownApi};
pub use build_script::build_script;
pub use error::Error;
pub use generate::{generate, prepared_document};
pub use layers::effective_document;
pub use public_api::{breaking_changes, public_api};
