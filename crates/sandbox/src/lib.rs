//! A BigCommerce test store in a box: both payment hosts, orders, faults and a ledger.
//!
//! ```
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Sandbox, When};
//!
//! let sandbox = Sandbox::start().await?;
//! let order = sandbox.store().create_order("60.98")?;
//!
//! // The answer to the first payment is lost after the money has moved.
//! let lost = FaultRule::new(Fault::reset(When::After)).endpoint(Endpoint::ProcessPayment).once();
//! sandbox.inject(lost).await?;
//!
//! // … run the service under test against sandbox.api_url() and sandbox.payments_url() …
//!
//! assert!(sandbox.store().captures(order).len() <= 1);
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod builder;
mod chance;
mod clock;
mod control;
mod endpoints;
mod faults;
mod gateway;
mod limits;
mod pat;
mod recorder;
mod redact;
mod sandbox;
mod server;
mod state;
mod wire;

pub use builder::SandboxBuilder;
pub use clock::{Clock, ClockMode};
pub use control::{AddStoreError, ControlError, OrderState, TestStore};
pub use endpoints::route::{Endpoint, Host};
pub use faults::{Fault, FaultId, FaultRule, FaultRuleError, When};
pub use gateway::cards::{CardOutcome, TEST_CARDS, TestCard};
pub use limits::RateLimit;
pub use recorder::RecordedRequest;
pub use sandbox::{InjectError, Sandbox, StartError};
pub use server::tls::TlsError;
pub use state::definition::StoreFileError;
pub use state::ledger::{LedgerEntry, LedgerKind};
pub use wire::forms::{ClaimsForm, ErrorForm, SuccessForm, WireForms};
