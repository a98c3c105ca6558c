//! Take payments through BigCommerce: the payment access token hand-off, safe with money.
//!
//! A payment takes two hosts. The **tokens** host makes a single-use *payment access token*
//! (PAT) for an order; the **payments** host takes that token and an instrument, and charges the
//! shopper.
//!
//! ```toml
//! [dependencies]
//! # Once it is in a registry: "0.1"
//! bigcommerce-payments = { git = "<the URL of the repository>" }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use bigcommerce_payments::{Card, ChargeStatus, OrderId, Payment, Payments};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let payments = Payments::new()?; // one for the process
//!     let store = payments.store("abc123", "account-token")?; // one for each store
//!     let card = Card::new("Jane Doe", "4242424242424242", 12, 2030).verification_value("422");
//!     let payment = Payment::new(card, "stripe.card")?;
//!
//!     let attempt = match store.charge(OrderId::new(215)?, &payment).await {
//!         Ok(receipt) if receipt.is_final() => {
//!             println!("paid by transaction {}", receipt.transaction_id);
//!             return Ok(());
//!         }
//!         // Pending: nobody ships yet.
//!         Ok(receipt) => receipt.attempt,
//!         Err(error) => match error.unknown_outcome() {
//!             // The answer was lost. Nobody pays again before it is known what happened.
//!             Some(unknown) => unknown.attempt.clone(),
//!             // This call charged nothing; `error.kind()` tells why.
//!             None => {
//!                 println!("{error}: {}", error.advice());
//!                 return Ok(());
//!             }
//!         },
//!     };
//!
//!     // Store the attempt first (it is serializable): any process can look it up, at any time.
//!     let found = store.look_up_until(&attempt, Duration::from_secs(90)).await?;
//!     match found.status {
//!         ChargeStatus::Charged { .. } => println!("paid"),
//!         ChargeStatus::ChargedAndReversed { .. } => println!("given back: nobody ships"),
//!         ChargeStatus::Declined { .. } | ChargeStatus::NothingSeen { .. } if found.is_final => {
//!             println!("not charged, as far as can be known: the order can be paid again");
//!         }
//!         other => println!("look again later, or ask a person: {other:?}"),
//!     }
//!     Ok(())
//! }
//! ```
//!
//! This is what happens on the way:
//!
#![doc = include_str!("../docs/hand-off.svg")]
//!
//! # Two sides, two services
//!
//! [`StoreClient`] holds both sides. They can live apart, so that the service that sees cards has
//! no account token, and the one with the account token sees no card:
//!
//! | side | holds | does |
//! |---|---|---|
//! | [`AccountClient`] | the API account token | [`create_token`](AccountClient::create_token), [`accepted_methods`](AccountClient::accepted_methods), [`look_up`](AccountClient::look_up), [`order_payments`](AccountClient::order_payments) |
//! | [`ChargeClient`] | nothing | [`charge`](ChargeClient::charge), with a [`PaymentAccessToken`] and a [`Payment`] |
//!
//! What passes between them is the [`PaymentAccessToken`]:
//! [`into_secret`](PaymentAccessToken::into_secret) on one side,
//! [`PaymentAccessToken::new`] on the other.
//! [What that does for the scope of PCI DSS](ChargeClient#pci-dss).
//!
//! # What to do on each error
//!
//! There is one [`Error`]; match on its [`kind`](Error::kind). Its [`advice`](Error::advice)
//! says the same in a sentence.
//!
//! | kind | charged? | what to do |
//! |---|---|---|
//! | [`InvalidInput`](ErrorKind::InvalidInput) | no | correct the fields of [`field_errors`](Error::field_errors) |
//! | [`Authentication`](ErrorKind::Authentication) | no | check the token and its scopes |
//! | [`Configuration`](ErrorKind::Configuration) | no | the merchant corrects the gateway's settings |
//! | [`OrderNotPayable`](ErrorKind::OrderNotPayable) | not by this call | look the order up: it may be paid already |
//! | [`Declined`](ErrorKind::Declined) | no | another instrument, or the reason's remedy |
//! | [`Duplicate`](ErrorKind::Duplicate) | perhaps before | look at the [`order_payments`](AccountClient::order_payments); do not pay again |
//! | [`RateLimited`](ErrorKind::RateLimited) | no | try again after [`retry_after`](Error::retry_after) |
//! | [`NotSent`](ErrorKind::NotSent) | no | try again |
//! | [`Rejected`](ErrorKind::Rejected) | no | correct the request |
//! | [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) | **perhaps** | store [`unknown_outcome`](Error::unknown_outcome), then [`look_up_until`](AccountClient::look_up_until) |
//! | [`Unexpected`](ErrorKind::Unexpected) | no | try again where [`is_safe_to_retry`](Error::is_safe_to_retry) says so |
//!
//! [`is_safe_to_retry`](Error::is_safe_to_retry) is true only when nothing was charged and the
//! same call may succeed later. This client itself sends a charge again only when it was not
//! processed: no connection could be made, or the service answered with a 429 that holds no code.
//! [What each fault comes to](ErrorKind#what-each-fault-comes-to) is a table of its own.
//!
//! # What a look-up promises
//!
//! - No charge is sent again unless it is known that the first was not processed.
//! - [`Charged`](ChargeStatus::Charged) names a charge that went well and that nothing certain
//!   excludes from the attempt.
//! - [`NothingSeen`](ChargeStatus::NothingSeen) means that no transaction that could be the
//!   attempt's was there, so long after the charge was sent. A caller may charge again when that
//!   is final, which is when [`Timeouts::settle`] is over, and then takes the risk that the first
//!   charge lands later than that. It holds as long as the service's clock and the caller's differ
//!   by less than five minutes, and a service that says that there are none tells the truth.
//! - [`CannotTell`](ChargeStatus::CannotTell) is for a person: something is there that could not
//!   be read or attributed.
//!
//! # What it records
//!
//! Spans of the `tracing` crate, whose names and fields are stable: `payments.create_token`,
//! `payments.charge`, `payments.accepted_methods` and `payments.order_payments`.
//!
//! | field | meaning |
//! |---|---|
//! | `store`, `order` | the store's hash and the order's number |
//! | `method`, `instrument` | payment method and instrument type (`payments.charge`) |
//! | `correlation_id` | the `X-Correlation-Id` of the requests |
//! | `outcome` | `ok`, or the [name of the error's kind](ErrorKind::as_str) |
//! | `status`, `code` | of the error that the service answered with |
//! | `duration_ms` | of the whole call |
//!
//! Each request is an event at `DEBUG` with `attempt`, `status`, `code`, `decision` and
//! `duration_ms`; the end of a call is one at `INFO`. No secret is recorded.
//!
//! # Transport
//!
//! HTTP/1.1 over TLS 1.2 or 1.3 (`http` to this machine only), without redirects, cookies or
//! retries of the HTTP library; an answer of more than 1 MiB is as good as unreadable.
//!
//! The TLS library is the one of the feature that is on, whichever another crate of the service
//! switches on in the HTTP library. Without one and without a
//! [prepared client](PaymentsBuilder::http_client), an `https` URL is an error of
//! [`build`](PaymentsBuilder::build). Features:
//!
//! - `default-tls` (on): `rustls`.
//! - `rustls`: rustls, with the platform's verifier and its certificates. It wins over `native-tls`.
//! - `webpki-roots`: `rustls`, which trusts the certificates of Mozilla too: for a container that
//!   has none of its own.
//! - `native-tls`: the platform's own library: Schannel, Secure Transport or OpenSSL.
//! - `schemars`: `JsonSchema` for everything that implements `Serialize`.
//!
//! All futures are `Send`. They need a tokio runtime with time and I/O; none is started.
//!
//! # Licences
//!
//! This crate is under MIT or Apache-2.0, at your option. One crate that it needs,
//! `progenitor-client`, is under the Mozilla Public License 2.0, which reaches no further than its
//! own files: a closed program may contain it. Whoever passes such a program on says where the
//! source of `progenitor-client` is to be had, and publishes the changes made to its files, if there
//! are any.

mod account;
mod charge;
mod client;
mod config;
mod error;
mod http_client;
mod model;
mod send;
mod store;

pub use account::AccountClient;
pub use bigcommerce_client_core::{SendDeadline, Sensitive};
pub use charge::ChargeClient;
pub use client::{Payments, PaymentsBuilder};
pub use config::Timeouts;
pub use error::{Code, DeclineReason, Error, ErrorKind, Problem, UnknownCause, UnknownOutcome};
pub use model::{
    AcceptedMethod, AcceptedMethods, Amounts, CannotTellReason, Card, CardBrand, ChargeAttempt,
    ChargeLookup, ChargeStatus, Claims, FieldError, GiftCertificate, Instrument, InstrumentType,
    InvalidInput, Money, Order, OrderId, OrderPayments, Payment, PaymentAccessToken, PaymentStatus,
    Receipt, StoredAccount, StoredCard, StoredInstrument, SupportedInstrument, Tender, TenderState,
    TokenizedCard, Transaction, TransactionEvent, TransactionMethod, TransactionStatus,
    TransactionType, UnreadableItem,
};
pub use rust_decimal::Decimal;
pub use send::{
    BeforeSend, BeforeSendFuture, ChargeOptions, ChargeTurn, RateLimitPermit, RateLimiter,
    RateLimiterError, RateLimiterFuture, SlidingWindow,
};
pub use store::StoreClient;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
