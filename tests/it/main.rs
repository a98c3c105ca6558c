//! End-to-end tests, one module per topic.

mod codegen;
mod drift;
mod journal;
mod payments;
mod sandbox;
mod structure;
mod xtask;
