//! A charge with reqwest and `serde_json`, written by hand.

use reqwest::{RequestBuilder, header, redirect, retry};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::client::{
    charge::{Charge, Outcome},
    test_store::TestStore,
    wire::{self, PaymentRequest, PaymentResponse, TokenRequest, TokenResponse},
};

pub(super) struct Client {
    http: reqwest::Client,
    store: TestStore,
}

impl Client {
    pub(super) fn new(store: &TestStore) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(wire::USER_AGENT)
            .connect_timeout(wire::CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            store: store.clone(),
        })
    }
}

impl Charge for Client {
    async fn charge(&self, order: u32) -> Outcome {
        let TestStore {
            api_url,
            payments_url,
            store_hash,
            access_token,
        } = &self.store;
        let correlation_id = Uuid::new_v4().to_string();

        let url = format!("{api_url}/stores/{store_hash}/v3/payments/access_tokens");
        let request = self
            .http
            .post(url)
            .header("X-Auth-Token", access_token)
            .header(header::ACCEPT, wire::TOKENS_MEDIA_TYPE)
            .header("X-Correlation-Id", &correlation_id)
            .timeout(wire::TOKEN_TIMEOUT)
            .json(&TokenRequest::new(order));
        let TokenResponse { data: token } = send(request).await?;

        let url = format!("{payments_url}/stores/{store_hash}/payments");
        let request = self
            .http
            .post(url)
            .header(header::AUTHORIZATION, format!("PAT {}", token.id))
            .header(header::ACCEPT, wire::PAYMENTS_MEDIA_TYPE)
            .header("X-Correlation-Id", &correlation_id)
            .timeout(wire::PAYMENT_TIMEOUT)
            .json(&PaymentRequest::new());
        let PaymentResponse { data: result } = send(request).await?;
        wire::check(&result.id, &result.status)
    }
}

async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Outcome<T> {
    let response = request.send().await?;
    let status = response.status();
    let body = response.bytes().await?;
    if !status.is_success() {
        return Err(format!("answered with {status}").into());
    }
    Ok(serde_json::from_slice(&body)?)
}
