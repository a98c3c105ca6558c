//! The sandbox's own wire types. They share nothing with the generated clients, so that both
//! sides cannot share one bug.

pub(crate) mod endpoint;
pub(crate) mod fields;
pub(crate) mod forms;
pub(crate) mod media;
pub(crate) mod order;
pub(crate) mod payment;
pub(crate) mod problem;
pub(crate) mod transaction;
