//! What a caller may decide before a charge leaves.

use std::{error::Error as StdError, fmt, future::Future, pin::Pin};

use bigcommerce_client_core::SendDeadline;

use crate::model::Money;

/// Asked before **each** try of a charge, when it has its place within the rate limit: whether
/// the request may leave, and until when.
///
/// It is the place to write down, durably, that a charge is about to be sent, and to make sure
/// that nobody else sends it.
///
/// ```
/// use std::time::Duration;
/// use bigcommerce_payments::{BeforeSend, BeforeSendFuture, SendDeadline};
///
/// #[derive(Debug)]
/// struct WriteDown;
///
/// impl BeforeSend for WriteDown {
///     fn before_send(&self, attempt: u32) -> BeforeSendFuture<'_> {
///         Box::pin(async move {
///             let started = SendDeadline::now();
///             println!("try {attempt} is about to be sent"); // and wait until it is on the disk
///             Ok(started.after(Duration::from_secs(1)))
///         })
///     }
/// }
/// ```
pub trait BeforeSend: fmt::Debug + Send + Sync {
    /// The last moment at which try `attempt` (from 1) may leave. A request that finds no
    /// connection until then is held back, and is tried again after another question.
    ///
    /// # Errors
    ///
    /// The try is not sent, and no other is made: the call ends with
    /// [`NotSent`](crate::ErrorKind::NotSent), of which the error is the source.
    fn before_send(&self, attempt: u32) -> BeforeSendFuture<'_>;
}

/// The answer of a [`BeforeSend`].
pub type BeforeSendFuture<'a> = Pin<
    Box<dyn Future<Output = Result<SendDeadline, Box<dyn StdError + Send + Sync>>> + Send + 'a>,
>;

/// How one charge is sent, beyond what every charge needs.
///
/// ```
/// use bigcommerce_payments::{ChargeOptions, Decimal, Money};
///
/// let total = Money::new(Decimal::new(6098, 2), "USD");
/// let options = ChargeOptions::new()
///     .correlation_id("5a6bc1d2-0000-4000-8000-0000000000aa")
///     .expected(&total);
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ChargeOptions<'a> {
    pub(crate) correlation_id: Option<&'a str>,
    pub(crate) before_send: Option<&'a dyn BeforeSend>,
    pub(crate) expected: Option<&'a Money>,
    pub(crate) other_transaction_ids: &'a [String],
}

impl<'a> ChargeOptions<'a> {
    /// As [`ChargeClient::charge`](crate::ChargeClient::charge) sends it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `X-Correlation-Id`, 1 to 255 visible ASCII characters, instead of a random one: known
    /// before anything is sent.
    #[must_use]
    pub fn correlation_id(mut self, id: &'a str) -> Self {
        self.correlation_id = Some(id);
        self
    }

    /// Who is asked before each try.
    #[must_use]
    pub fn before_send(mut self, before_send: &'a dyn BeforeSend) -> Self {
        self.before_send = Some(before_send);
        self
    }

    /// What the charge is expected to take, a hint for a look-up of it. Default: what the payment
    /// access token says, if that can be read.
    #[must_use]
    pub fn expected(mut self, amount: &'a Money) -> Self {
        self.expected = Some(amount);
        self
    }

    /// Transactions of the order that are other attempts', such as that of the gift certificate
    /// that paid a part of it: a look-up takes none of them for this charge.
    #[must_use]
    pub fn other_transactions(mut self, ids: &'a [String]) -> Self {
        self.other_transaction_ids = ids;
        self
    }
}
