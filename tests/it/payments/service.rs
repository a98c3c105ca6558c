//! What a service that embeds the facade relies on.

use std::time::Duration;

use bigcommerce_payments::{
    AcceptedMethods, AccountClient, Card, ChargeAttempt, ChargeClient, ChargeLookup, ChargeOptions,
    Error, InstrumentType, OrderId, Payment, PaymentAccessToken, Payments, Problem, Receipt,
    StoreClient, Transaction, UnknownOutcome,
};
use schemars::schema_for;

#[test]
fn handles_are_cheap_to_share_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}

    shared::<Payments>();
    shared::<StoreClient>();
    shared::<AccountClient>();
    shared::<ChargeClient>();
    shared::<Payment>();
}

#[test]
fn futures_can_move_between_threads() {
    fn sendable<T: Send>(_: T) {}

    let payments = Payments::new().unwrap();
    let store = payments.store("abc123", "token").unwrap();
    let order = OrderId::new(1).unwrap();
    let payment = Payment::new(Card::new("A", "4242424242424242", 12, 2039), "x").unwrap();
    let token = PaymentAccessToken::new("opaque").unwrap();

    sendable(store.charge(order, &payment));
    let attempt = ChargeAttempt::new("abc123", order, "x", InstrumentType::Card, "1");
    let options = ChargeOptions::new();
    sendable(store.charge_with(order, &payment, options));
    sendable(store.look_up(&attempt));
    sendable(store.look_up_until(&attempt, Duration::MAX));
    sendable(store.order_payments(order));
    sendable(store.account().accepted_methods(order));
    sendable(store.account().accepted_methods_for_checkout("x"));
    sendable(store.account().create_token(order.recurring()));
    sendable(store.charges().charge(order, token, &payment));
}

#[test]
fn errors_fit_into_any_error_type() {
    fn error<T: std::error::Error + Send + Sync + 'static>() {}

    error::<Error>();
}

#[test]
fn what_a_service_returns_has_a_schema() {
    let schemas = [
        schema_for!(Receipt),
        schema_for!(AcceptedMethods),
        schema_for!(Transaction),
        schema_for!(ChargeLookup),
        schema_for!(UnknownOutcome),
        schema_for!(Problem),
    ];
    for schema in schemas {
        let schema = schema.to_value();
        assert!(schema["title"].is_string());
        assert!(
            !schema.to_string().contains("\"token\":"),
            "no token is part of an API"
        );
    }
}
