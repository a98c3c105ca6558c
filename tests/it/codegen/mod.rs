//! `cargo xtask regen` and `spec`, run as a maintainer runs them, on a copy of the workspace.

mod refusals;
mod regen;
mod sources;
mod spec;
pub(crate) mod tree;
