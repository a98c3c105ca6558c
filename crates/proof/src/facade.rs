//! The facade as the proofs set it up.

use std::time::Duration;

use bigcommerce_payments::{Error, Payments, PaymentsBuilder, Sensitive, StoreClient, Timeouts};

/// A charge that takes longer was given up by its caller.
const PAYMENT_TIMEOUT: Duration = Duration::from_millis(500);

/// How long after its sending a charge may land: several times what is injected.
pub(crate) const SETTLE: Duration = Duration::from_secs(3);

/// A client that is impatient with the service, without a rate limit.
pub(crate) fn payments(api_url: &str, payments_url: &str, settle: Duration) -> PaymentsBuilder {
    Payments::builder()
        .api_url(api_url)
        .payments_url(payments_url)
        .timeouts(timeouts(PAYMENT_TIMEOUT, settle))
        .without_rate_limit()
}

/// How long one request may take, and how long after its sending a charge may land.
pub(crate) fn timeouts(request: Duration, settle: Duration) -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.connect = request;
    timeouts.token = request;
    timeouts.read = request;
    timeouts.payment = request;
    timeouts.settle = settle;
    timeouts
}

/// A store's client in a process of its own.
pub(crate) fn store_client(
    api_url: &str,
    payments_url: &str,
    store_hash: &str,
    access_token: impl Into<Sensitive>,
) -> Result<StoreClient, Error> {
    payments(api_url, payments_url, SETTLE)
        .build()?
        .store(store_hash, access_token)
}
