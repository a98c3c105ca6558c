//! The package the integration tests live in, and the example of the workspace's README.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
