#![doc = include_str!("../README.md")]

mod admin;
mod builder;
mod clock;
mod control;
mod endpoints;
mod error;
mod faults;
mod gateway;
mod hosts;
mod pat;
mod random;
mod rate_limit;
mod recorder;
mod redact;
mod sandbox;
mod server;
mod state;
mod testdata;
mod wire;

pub use builder::SandboxBuilder;
pub use clock::{Clock, ClockMode};
pub use control::{AddStoreError, OrderState, TestStore};
pub use error::{InjectError, StartError};
pub use faults::{Fault, FaultId, FaultRule, FaultRuleError, LandingClock, LateAnswer, When};
pub use gateway::cards::{CardOutcome, TEST_CARDS, TestCard};
pub use rate_limit::RateLimit;
pub use recorder::RecordedRequest;
pub use sandbox::Sandbox;
#[cfg(feature = "tls")]
pub use server::tls::TlsError;
pub use state::{
    error::ControlError,
    ledger::{LedgerEntry, LedgerKind},
    store_file::StoreFileError,
};
pub use testdata::{TEST_DATA, TestDatum, Trigger};
pub use wire::{
    endpoint::{Endpoint, Host},
    forms::{ClaimsForm, ErrorForm, SuccessForm, TransactionForm, WireForms},
};
