//! The stores that the proofs play.

use bigcommerce_sandbox::{Sandbox, TestStore};
use serde_json::{Value, json};

/// What an order costs.
pub(crate) const TOTAL: &str = "60.98";

/// The same in minor units.
pub(crate) const TOTAL_CENTS: u64 = 6098;

/// The account token of a store.
pub(crate) fn account_token(store: &str) -> String {
    format!("account-token-of-{store}")
}

/// The API tokens of a store.
pub(crate) fn tokens(store: &str) -> Value {
    json!([{"token": account_token(store), "scopes": [
        "store_payments_access_token_create",
        "store_payments_methods_read",
        "store_v2_transactions_read_only",
    ]}])
}

/// A payment method that takes one type of instrument.
pub(crate) fn payment_method(id: &str, instrument: &str, settlement: &str) -> Value {
    json!({
        "id": id,
        "name": "Proof",
        "type": instrument,
        "instruments": [instrument],
        "brands": ["VISA", "MASTERCARD"],
        "settlement": settlement,
    })
}

/// A store that was defined.
pub(crate) fn find(sandbox: &Sandbox, hash: &str) -> TestStore {
    sandbox.find_store(hash).expect("the store was defined")
}
