//! The facade as the proofs set it up.

use std::time::Duration;

use bigcommerce_payments::{Payments, Sensitive, StoreClient, Timeouts};

/// A charge that takes longer was given up by its caller.
const PAYMENT_TIMEOUT: Duration = Duration::from_millis(250);

/// After this time no charge that was sent can still be on its way: several times the longest
/// delay that is injected.
pub(crate) const SETTLE: Duration = Duration::from_secs(2);

/// A store's client: impatient, but it waits for a charge to settle.
pub(crate) fn store_client(
    api_url: &str,
    payments_url: &str,
    store_hash: &str,
    access_token: impl Into<Sensitive>,
) -> Result<StoreClient, bigcommerce_payments::Error> {
    let mut timeouts = Timeouts::default();
    timeouts.connect = PAYMENT_TIMEOUT;
    timeouts.token = PAYMENT_TIMEOUT;
    timeouts.read = PAYMENT_TIMEOUT;
    timeouts.payment = PAYMENT_TIMEOUT;
    timeouts.settle = SETTLE;
    Payments::builder()
        .api_url(api_url)
        .payments_url(payments_url)
        .timeouts(timeouts)
        .without_rate_limit()
        .build()?
        .store(store_hash, access_token)
}
