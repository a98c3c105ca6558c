//! The moment at which a charge is about to leave.

use std::time::Duration;

use bigcommerce_payments::{BeforeSend, BeforeSendFuture, SendDeadline};
use tokio::sync::Notify;

/// Tells when a charge is about to leave.
#[derive(Debug, Default)]
pub(super) struct DepartureSignal(Notify);

impl DepartureSignal {
    /// Waits until a charge is about to leave.
    pub(super) async fn wait(&self) {
        self.0.notified().await;
    }
}

impl BeforeSend for DepartureSignal {
    fn before_send(&self, _attempt: u32) -> BeforeSendFuture<'_> {
        let deadline = SendDeadline::now().after(Duration::from_secs(1));
        self.0.notify_one();
        Box::pin(std::future::ready(Ok(deadline)))
    }
}
