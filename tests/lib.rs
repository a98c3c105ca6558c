//! Nothing but the package the integration tests live in.
