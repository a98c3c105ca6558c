//! The facade against the sandbox, over real sockets.

mod before_send;
mod cancellation;
mod dependencies;
mod errors;
mod faults;
mod first_example;
mod foreign_bytes;
mod generated_client;
mod hand_off;
mod histories;
mod instruments;
mod kept;
mod look_up;
mod odd_methods;
mod public_api;
mod rate_limit;
mod redaction;
mod retries;
mod service;
mod success;
mod telemetry;
mod tls;
mod withdrawn;

use std::time::{Duration, SystemTime};

use bigcommerce_payments::{
    Card, ChargeAttempt, InstrumentType, OrderId, Payment, Payments, PaymentsBuilder, StoreClient,
    Timeouts,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, RecordedRequest, Sandbox};

/// A sandbox, and a client of its first store.
struct Shop {
    sandbox: Sandbox,
    store: StoreClient,
}

impl Shop {
    async fn open() -> Self {
        Self::with(
            Payments::builder()
                .timeouts(timeouts())
                .without_rate_limit(),
        )
        .await
    }

    /// Each request is sent at most once.
    async fn once() -> Self {
        let builder = Payments::builder()
            .timeouts(timeouts())
            .without_rate_limit();
        Self::with(builder.attempts(1)).await
    }

    async fn with(builder: PaymentsBuilder) -> Self {
        Self::at(
            Sandbox::builder().rate_limit(None).start().await.unwrap(),
            builder,
        )
    }

    fn at(sandbox: Sandbox, builder: PaymentsBuilder) -> Self {
        let payments = builder
            .api_url(sandbox.api_url())
            .payments_url(sandbox.payments_url())
            .build()
            .unwrap();
        let store = payments
            .store(sandbox.store_hash(), sandbox.access_token())
            .unwrap();
        Self { sandbox, store }
    }

    /// An incomplete order of a guest.
    fn order(&self) -> OrderId {
        let id = self.sandbox.store().create_order("60.98").unwrap();
        OrderId::try_from(id).unwrap()
    }

    /// An incomplete order of the customer who has stored instruments and store credit.
    fn customer_order(&self) -> OrderId {
        let id = self.sandbox.store().create_order_for(11, "60.98").unwrap();
        OrderId::try_from(id).unwrap()
    }

    /// The attempt of a charge of [`payment`] that was sent just now.
    fn attempt(&self, order: OrderId) -> ChargeAttempt {
        let mut attempt = ChargeAttempt::new(
            self.sandbox.store_hash(),
            order,
            "stripe.card",
            InstrumentType::Card,
            "an-id-of-the-callers",
        );
        attempt.sent_at = Some(SystemTime::now());
        attempt
    }

    async fn inject(&self, endpoint: Endpoint, fault: Fault) {
        let rule = FaultRule::new(fault).endpoint(endpoint);
        self.sandbox.inject(rule).await.unwrap();
    }

    fn captures(&self, order: OrderId) -> usize {
        self.sandbox.store().captures(order.get().into()).len()
    }

    fn requests(&self, endpoint: Endpoint) -> Vec<RecordedRequest> {
        let mut requests = self.sandbox.requests();
        requests.retain(|request| request.endpoint == Some(endpoint));
        requests
    }
}

/// The defaults, but without the wait before *nothing seen* is final.
fn timeouts() -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.settle = Duration::ZERO;
    timeouts
}

fn visa() -> Card {
    Card::new("Jane Doe", "4242424242424242", 12, 2039).verification_value("422")
}

fn payment() -> Payment {
    Payment::new(visa(), "stripe.card").unwrap()
}
