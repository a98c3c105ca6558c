//! The facade as the proofs set it up.

use std::time::Duration;

use bigcommerce_payments::{Error, Payments, PaymentsBuilder, Sensitive, StoreClient, Timeouts};

/// A charge that takes longer was given up by its caller.
const PAYMENT_TIMEOUT: Duration = Duration::from_millis(500);

/// How long after its sending a charge may land: several times what is injected.
pub(crate) const SETTLE: Duration = Duration::from_secs(3);

/// A client that is impatient with the service, without a rate limit.
pub(crate) fn payments(api_url: &str, payments_url: &str, settle: Duration) -> PaymentsBuilder {
    let mut timeouts = Timeouts::default();
    timeouts.connect = PAYMENT_TIMEOUT;
    timeouts.token = PAYMENT_TIMEOUT;
    timeouts.read = PAYMENT_TIMEOUT;
    timeouts.payment = PAYMENT_TIMEOUT;
    timeouts.settle = settle;
    Payments::builder()
        .api_url(api_url)
        .payments_url(payments_url)
        .timeouts(timeouts)
        .without_rate_limit()
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
