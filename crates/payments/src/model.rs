//! What is paid, what pays, and what the service says of it.

pub(crate) mod accepted_method;
pub(crate) mod instrument;
pub(crate) mod invalid_input;
pub(crate) mod open_enum;
pub(crate) mod order;
pub(crate) mod payment;
pub(crate) mod receipt;
pub(crate) mod token;
pub(crate) mod transaction;
pub(crate) mod validation;
