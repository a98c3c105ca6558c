//! `cargo xtask regen` and `spec`, run as a maintainer runs them, on a copy of the workspace.

mod refusals;
mod regen;
mod spec;
mod taken;
pub(crate) mod tree;
