//! The payment gateways behind a store: what they decide, by test data.

pub(crate) mod cards;
pub(crate) mod decide;
