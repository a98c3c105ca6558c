//! Faults: what a sandbox does wrong on purpose, and to which calls.

mod fault;
mod registry;
mod rule;

pub use fault::{Fault, LandingClock, LateAnswer, When};
pub use registry::FaultId;
pub(crate) use registry::Faults;
pub(crate) use rule::FaultQuery;
pub use rule::{FaultRule, FaultRuleError};
