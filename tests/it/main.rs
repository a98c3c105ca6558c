//! End-to-end tests, one module per topic.

mod drift;
mod payments;
mod sandbox;
