//! The side that takes a payment access token and an instrument.

use std::{fmt, pin::pin, sync::Arc, time::SystemTime};

use bigcommerce_client_core::{Inner, Sensitive};
use bigcommerce_processing_api::Client;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use crate::{
    error::{
        Error, ErrorKind,
        unknown_outcome::{UnknownCause, UnknownOutcome},
    },
    model::{order::OrderId, payment::Payment, receipt::Receipt, token::PaymentAccessToken},
    send::{
        Correlation, Request, Transport, credential,
        retry::Doing,
        span::{call_span, record},
    },
};

/// The side of a store that takes a payment access token and an instrument, and needs no API
/// account token. Whoever holds cards is in scope of PCI DSS; this side can run in a service of
/// its own.
///
/// Clones are cheap.
#[derive(Clone)]
pub struct Processor {
    transport: Arc<Transport>,
    store_hash: Arc<str>,
    base_url: Arc<str>,
}

impl Processor {
    pub(crate) fn new(transport: Arc<Transport>, store_hash: &str) -> Self {
        Self {
            base_url: format!("{}/stores/{store_hash}", transport.payments_url).into(),
            store_hash: store_hash.into(),
            transport,
        }
    }

    /// Charges the shopper (processing document, `PaymentsPost`).
    ///
    /// The token is consumed. The request is sent again only when it is known that it was not
    /// processed: no connection could be made, or the service answered with 429.
    ///
    /// Dropping the future gives the answer up, not the charge: reconcile the order.
    ///
    /// # Errors
    ///
    /// Every [`ErrorKind`]. [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) is no failure: the
    /// shopper may have been charged.
    pub async fn process(
        &self,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        token.check(order, SystemTime::now())?;
        self.process_in(&self.transport.correlation(), order, token, payment)
            .await
    }

    /// Charges with a token that needs no check: it was made for this order just now, or was
    /// checked.
    pub(crate) async fn process_in(
        &self,
        correlation: &Correlation,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        let span = call_span!(
            "payments.process",
            self.store_hash,
            correlation,
            order = order.get(),
            method = payment.payment_method_id(),
            instrument = payment.instrument_type()
        );
        record(span, pin!(self.charge(correlation, order, &token, payment))).await
    }

    async fn charge(
        &self,
        correlation: &Correlation,
        order: OrderId,
        token: &PaymentAccessToken,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        let secrets = || payment.secrets().chain([token.expose()]).collect();
        let request = Request {
            doing: Doing::Charge,
            store_hash: &self.store_hash,
            correlation,
            auth: (AUTHORIZATION, &authorization(token)),
            secrets: &secrets,
        };
        let operation = |inner: Inner| async move {
            let http = self.transport.http.clone();
            let client = Client::new_with_client(&self.base_url, http, inner);
            client.payments_post(payment.wire()).await
        };
        let read = |response| Receipt::read(order, &correlation.id, response);
        let receipt = self.transport.send(&request, operation, read).await;
        receipt.map_err(|error| with_outcome(error, order, correlation))
    }
}

impl fmt::Debug for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Processor")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The scheme is the word `PAT` (guide, "Process the payment"). A token is made of visible ASCII
/// characters, so that it always fits a header.
fn authorization(token: &PaymentAccessToken) -> HeaderValue {
    credential::header(Sensitive::from(format!("PAT {}", token.expose())))
        .expect("a token of visible ASCII characters fits a header")
}

fn with_outcome(error: Error, order: OrderId, correlation: &Correlation) -> Error {
    if error.kind() != ErrorKind::OutcomeUnknown {
        return error;
    }
    let cause = match error.status() {
        None => UnknownCause::NoAnswer,
        Some(status) if (200..300).contains(&status) => UnknownCause::UnreadableSuccess { status },
        Some(status) => UnknownCause::Status { status },
    };
    error.with_unknown_outcome(UnknownOutcome {
        order,
        correlation_id: correlation.id.clone(),
        cause,
        at: SystemTime::now(),
    })
}
