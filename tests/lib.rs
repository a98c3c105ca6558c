//! The package the integration tests live in, what they share with the browser test, and the
//! example of the workspace's README.

mod checkout;

pub use checkout::Checkout;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
