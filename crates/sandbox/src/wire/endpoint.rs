//! The hosts that a sandbox plays, and their endpoints.

use serde::{Deserialize, Serialize};

/// One of the two hosts that a sandbox plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Host {
    /// The tokens host: access tokens, accepted methods, transactions and V2 orders.
    Api,
    /// The payments host.
    Payments,
}

/// An endpoint of either host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Endpoint {
    /// `POST /stores/{store_hash}/v3/payments/access_tokens`
    CreateAccessToken,
    /// `GET /stores/{store_hash}/v3/payments/methods`
    ListMethods,
    /// `GET /stores/{store_hash}/v3/orders/{order_id}/transactions`
    ListTransactions,
    /// `POST /stores/{store_hash}/v2/orders`
    CreateOrder,
    /// `GET /stores/{store_hash}/v2/orders/{order_id}`
    ReadOrder,
    /// `PUT /stores/{store_hash}/v2/orders/{order_id}`
    UpdateOrder,
    /// `POST /stores/{store_hash}/payments` on the payments host
    ProcessPayment,
}

impl Endpoint {
    /// The host that the endpoint is on.
    pub fn host(self) -> Host {
        match self {
            Self::ProcessPayment => Host::Payments,
            _ => Host::Api,
        }
    }
}
