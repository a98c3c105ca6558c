//! The side that takes a payment access token and an instrument.

use std::{fmt, sync::Arc, time::SystemTime};

use bigcommerce_client_core::{Inner, Sensitive, credential};
use bigcommerce_processing_api::Client;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use crate::{
    config::StoreHash,
    error::{Error, ErrorKind, UnknownCause, UnknownOutcome, redacted},
    model::{
        ChargeAnswer, ChargeAttempt, OrderId, Payment, PaymentAccessToken, PaymentStatus, Receipt,
        Secret, TransactionType,
    },
    send::{BeforeSend, Call, ChargeOptions, Operation, Request, Sender, call_span, record},
};

/// The side of a store that takes a payment access token and an instrument, and needs no API
/// account token. Whoever holds cards is in scope of [PCI DSS](#pci-dss); this side can run in a
/// service of its own.
///
/// ```no_run
/// use bigcommerce_payments::{Card, ErrorKind, OrderId, Payment, PaymentAccessToken, Payments};
///
/// # async fn pay(handed_over: String) -> Result<(), Box<dyn std::error::Error>> {
/// let charges = Payments::new()?.charges("abc123")?;
/// let token = PaymentAccessToken::new(handed_over)?;
/// let card = Card::new("Jane Doe", "4242424242424242", 12, 2030).verification_value("422");
/// let payment = Payment::new(card, "stripe.card")?;
/// match charges.charge(OrderId::new(215)?, token, &payment).await {
///     Ok(receipt) => println!("{}: {}", receipt.transaction_id, receipt.status.as_str()),
///     Err(error) => match (error.kind(), error.unknown_outcome()) {
///         // For the other side to look up, at once or later.
///         (_, Some(unknown)) => println!("{}", serde_json::to_string(&unknown.attempt)?),
///         (ErrorKind::Declined(reason), _) => println!("declined: {}", reason.as_str()),
///         _ => println!("{error}: {}", error.advice()),
///     },
/// }
/// # Ok(())
/// # }
/// ```
///
/// See [what to do on each error](crate#what-to-do-on-each-error). Clones are cheap.
///
#[doc = include_str!("../docs/pci-dss.md")]
#[derive(Clone)]
pub struct ChargeClient {
    sender: Arc<Sender>,
    store_hash: StoreHash,
    base_url: Arc<str>,
}

impl ChargeClient {
    pub(crate) fn new(sender: Arc<Sender>, store_hash: StoreHash) -> Self {
        Self {
            base_url: format!("{}/stores/{}", sender.payments_url, store_hash.as_str()).into(),
            store_hash,
            sender,
        }
    }

    /// Charges the shopper (processing document, `PaymentsPost`).
    ///
    /// The token is consumed once it was sent; until then, the error
    /// [gives it back](Error::into_unused_token). The request is sent again only when it is known
    /// that it was not processed: no connection could be made, or the service answered with a 429
    /// that holds no code.
    ///
    /// Dropping the future gives the answer up, not the charge: look the attempt up.
    ///
    /// # Errors
    ///
    /// Every [`ErrorKind`]. [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) is no failure: the
    /// shopper may have been charged.
    pub async fn charge(
        &self,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        self.charge_with(order, token, payment, ChargeOptions::new())
            .await
    }

    /// The same, with a correlation id of the caller's, a hook before each try, or what a look-up
    /// should know.
    ///
    /// # Errors
    ///
    /// As [`charge`](Self::charge); [`InvalidInput`](ErrorKind::InvalidInput) for a
    /// `correlation_id` that fits no header.
    pub async fn charge_with(
        &self,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
        options: ChargeOptions<'_>,
    ) -> Result<Receipt, Error> {
        match self.sender.begin_call(options.correlation_id) {
            Ok(call) => self.charge_in(&call, order, token, payment, options).await,
            Err(invalid) => Err(Error::from(invalid).with_unused_token(token)),
        }
    }

    pub(crate) async fn charge_in(
        &self,
        call: &Call,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
        options: ChargeOptions<'_>,
    ) -> Result<Receipt, Error> {
        let began_at = SystemTime::now();
        let claims = token.claims().unwrap_or_default();
        if let Err(invalid) = claims.check(order, began_at) {
            return Err(Error::from(invalid).with_unused_token(token));
        }
        let span = call_span!(
            "payments.charge",
            self,
            call,
            order = order.get(),
            method = payment.payment_method_id(),
            instrument = payment.instrument_type().as_str()
        );
        let answer = record(span, || {
            self.send_charge(call, &token, payment, options.before_send)
        })
        .await;
        let attempt = ChargeAttempt {
            expected: options.expected.cloned().or_else(|| claims.expected()),
            began_at: Some(began_at),
            sent_at: call.sent_at(),
            other_transaction_ids: options.other_transaction_ids.to_vec(),
            ..ChargeAttempt::new(
                self.store_hash.as_str(),
                order,
                payment.payment_method_id(),
                payment.instrument_type(),
                &call.id,
            )
        };
        match answer {
            Ok(answer) => Ok(Receipt::new(attempt, answer)),
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                Err(with_outcome(error, attempt))
            }
            Err(error) if error.kind() == ErrorKind::NotSent || error.is_safe_to_retry() => {
                Err(error.with_unused_token(token))
            }
            Err(error) => Err(error),
        }
    }

    async fn send_charge(
        &self,
        call: &Call,
        token: &PaymentAccessToken,
        payment: &Payment,
        before_send: Option<&dyn BeforeSend>,
    ) -> Result<ChargeAnswer, Error> {
        let secrets: Vec<_> = payment
            .secrets()
            .chain([Secret::Token(token.expose())])
            .collect();
        let request = Request {
            operation: Operation::Charge,
            store_hash: self.store_hash.as_str(),
            call,
            auth: (AUTHORIZATION, authorization(token)),
            secrets: &secrets,
            before_send,
        };
        let endpoint = |inner: Inner| async move {
            let http = self.sender.http.clone();
            let client = Client::new_with_client(&self.base_url, http, inner);
            client.payments_post(payment.wire()).await
        };
        let read = |response| without_echoes(ChargeAnswer::read(response)?, &secrets);
        self.sender.send(&request, endpoint, read).await
    }
}

impl fmt::Debug for ChargeClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChargeClient")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The scheme is the word `PAT` (guide, "Process the payment"). A token is made of visible ASCII
/// characters, so that it always fits a header.
fn authorization(token: &PaymentAccessToken) -> HeaderValue {
    credential(Sensitive::from(format!("PAT {}", token.expose())))
        .expect("a token of visible ASCII characters fits a header")
}

/// An answer that may be printed and kept. None where the service gives a secret in the place of
/// the transaction's id: what became of the charge is to be looked up then. A verification value is
/// not looked for there, since an id may be as short.
fn without_echoes(mut answer: ChargeAnswer, secrets: &[Secret<'_>]) -> Option<ChargeAnswer> {
    let secrets = secrets.iter().copied();
    let lasting = secrets
        .clone()
        .filter(|it| !matches!(it, Secret::VerificationValue));
    if redacted(&answer.transaction_id, lasting) != answer.transaction_id {
        return None;
    }
    if let PaymentStatus::Other(text) = &mut answer.status {
        *text = redacted(text, secrets.clone()).into_owned();
    }
    if let Some(TransactionType::Other(text)) = &mut answer.transaction_type {
        *text = redacted(text, secrets).into_owned();
    }
    Some(answer)
}

fn with_outcome(error: Error, mut attempt: ChargeAttempt) -> Error {
    let cause = match error.status() {
        None => UnknownCause::NoAnswer,
        Some(status) if (200..300).contains(&status) => UnknownCause::UnreadableSuccess { status },
        Some(status) => UnknownCause::Status { status },
    };
    let now = SystemTime::now();
    // One that was not seen to leave is given up by now.
    attempt.sent_at = attempt.sent_at.or(Some(now));
    error.with_unknown_outcome(UnknownOutcome::new(attempt, cause, now))
}
