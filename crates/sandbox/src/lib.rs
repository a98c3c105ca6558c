#![doc = include_str!("../README.md")]

mod admin;
mod builder;
mod chance;
mod clock;
mod control;
mod endpoints;
mod faults;
mod gateway;
mod hosts;
mod limits;
mod pat;
mod recorder;
mod redact;
mod sandbox;
mod server;
mod state;
mod testdata;
mod wire;

pub use builder::SandboxBuilder;
pub use clock::{Clock, ClockMode};
pub use control::{AddStoreError, ControlError, OrderState, TestStore};
pub use endpoints::route::{Endpoint, Host};
pub use faults::{Fault, FaultId, FaultRule, FaultRuleError, When};
pub use gateway::cards::{CardOutcome, TEST_CARDS, TestCard};
pub use hosts::InjectError;
pub use limits::RateLimit;
pub use recorder::RecordedRequest;
pub use sandbox::{Sandbox, StartError};
pub use server::tls::TlsError;
pub use state::definition::StoreFileError;
pub use state::ledger::{LedgerEntry, LedgerKind};
pub use testdata::{TEST_DATA, TestDatum, Trigger};
pub use wire::forms::{ClaimsForm, ErrorForm, SuccessForm, WireForms};
