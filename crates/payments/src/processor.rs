//! The side that takes a payment access token and an instrument.

use std::{fmt, sync::Arc, time::SystemTime};

use bigcommerce_processing_api::{Client, Inner};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use tracing::{Instrument as _, field::Empty, info_span};

use crate::{
    error::{Error, ErrorKind},
    failure::Failure,
    order::OrderId,
    outcome::{UnknownCause, UnknownOutcome},
    pat::PaymentAccessToken,
    payment::Payment,
    receipt::Receipt,
    retry::Doing,
    telemetry::record,
    transport::{Answered, Call, Transport},
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
        let call = self.transport.begin(Doing::Charge);
        self.process_in(&call, order, token, payment).await
    }

    pub(crate) async fn process_in(
        &self,
        call: &Call,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        let span = info_span!(
            "payments.process",
            store = %self.store_hash,
            order = order.get(),
            method = payment.payment_method_id(),
            instrument = payment.instrument_type(),
            correlation_id = call.correlation_id,
            status = Empty, code = Empty, outcome = Empty, duration_ms = Empty,
        );
        record(self.charge(call, order, token, payment))
            .instrument(span)
            .await
    }

    async fn charge(
        &self,
        call: &Call,
        order: OrderId,
        token: PaymentAccessToken,
        payment: &Payment,
    ) -> Result<Receipt, Error> {
        token.check(order, SystemTime::now())?;
        let authorization = authorization(&token);
        let receipt = self.transport.run(call, |timeout| {
            let authorization = &authorization;
            let token = &token;
            async move {
                self.transport
                    .wait_for_place(call, &self.store_hash)
                    .await?;
                let answered = Answered::default();
                let inner = Inner {
                    headers: call.headers(AUTHORIZATION, authorization),
                    timeout,
                    max_body: self.transport.max_response,
                    status: answered.cell(),
                };
                let http = self.transport.http.clone();
                let client = Client::new_with_client(&self.base_url, http, inner);
                match client.payments_post(payment.wire()).await {
                    Ok(response) => {
                        let status = response.status().as_u16();
                        Receipt::read(order, &call.correlation_id, response.into_inner())
                            .ok_or_else(|| Failure::unreadable(status))
                    }
                    Err(error) => {
                        let mut failure = Failure::read(error, answered.status()).await;
                        let secrets = payment.secrets().chain([token.expose()]);
                        failure.problem = failure.problem.without(secrets);
                        Err(failure)
                    }
                }
            }
        });
        receipt
            .await
            .map_err(|error| with_outcome(error, order, call))
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
    let mut value = HeaderValue::try_from(format!("PAT {}", token.expose()))
        .expect("a token of visible ASCII characters fits a header");
    value.set_sensitive(true);
    value
}

fn with_outcome(error: Error, order: OrderId, call: &Call) -> Error {
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
        correlation_id: call.correlation_id.clone(),
        cause,
        at: SystemTime::now(),
    })
}
