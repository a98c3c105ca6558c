//! What each part of a service has to do with PCI DSS.
//!
//! Whoever stores, processes or transmits card numbers is in scope of the standard. BigCommerce
//! answers for cards only while they are on their way through its hosts (guide, "PCI
//! compliance"); the service that calls this crate answers for the rest, and needs an attestation
//! of its own. This page tells which calls bring a process into scope.
//!
//! | what a process does | card data in it | scope |
//! |---|---|---|
//! | [`AccountClient`](crate::AccountClient) only | none | outside, if it cannot reach the process with cards |
//! | [`ChargeClient`](crate::ChargeClient) with stored instruments, gift certificates or store credit | tokens, which are no card numbers | reduced; tokens can be charged, so guard them |
//! | [`ChargeClient`](crate::ChargeClient) with [`Card`](crate::Card) | number, verification value, name | full |
//! | [`StoreClient`](crate::StoreClient) | as its instruments | as its instruments, and it holds the account token too |
//!
//! # Keeping the scope small
//!
//! Run the two sides in two services. The one with the account token makes a payment access
//! token and hands it over; the one that receives cards charges with it:
//!
//! ```
//! use bigcommerce_payments::{
//!     AccountClient, Card, ChargeClient, Error, OrderId, Payment, PaymentAccessToken, Receipt,
//!     Sensitive,
//! };
//!
//! /// In the service that holds the account token.
//! async fn hand_off(account: &AccountClient, order: OrderId) -> Result<Sensitive, Error> {
//!     Ok(account.create_token(order).await?.into_secret())
//! }
//!
//! /// In the service that receives cards. It has no account token.
//! async fn charge(
//!     charges: &ChargeClient,
//!     order: OrderId,
//!     token: Sensitive,
//!     card: Card,
//! ) -> Result<Receipt, Error> {
//!     let payment = Payment::new(card, "stripe.card")?;
//!     let token = PaymentAccessToken::new(token)?;
//!     charges.charge(order, token, &payment).await
//! }
//! ```
//!
//! # What this crate does with card data
//!
//! - Numbers, verification values, tokens and codes are [`Sensitive`](crate::Sensitive): redacted
//!   in `Debug`, without `Display`, zeroed on drop.
//! - They are sent over TLS only, to the one host that takes them, and to no redirect.
//! - They are not written to spans, events or errors; what the service echoes of them in an error
//!   is taken out.
//! - A verification value is kept for no longer than its [`Payment`](crate::Payment). The standard
//!   forbids storing it after authorization: drop the payment when it is done.
//!
//! # What it cannot do
//!
//! The request body and the headers pass through the buffers of the HTTP and TLS libraries, which
//! do not zero them. Treat core dumps, swap and memory snapshots of a process with cards as card
//! data.
