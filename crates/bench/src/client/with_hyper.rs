//! A charge with hyper's pooled client and `serde_json`: what HTTP itself costs.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, header, request::Builder};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::client::{
    charge::{Charge, Outcome},
    test_store::TestStore,
    wire::{self, PaymentRequest, PaymentResponse, TokenRequest, TokenResponse},
};

pub(super) struct Client {
    http: legacy::Client<HttpConnector, Full<Bytes>>,
    store: TestStore,
}

impl Client {
    pub(super) fn new(store: &TestStore) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(wire::CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        let http = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .retry_canceled_requests(false)
            .build(connector);
        Self {
            http,
            store: store.clone(),
        }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: Builder,
        body: &impl Serialize,
        timeout: Duration,
    ) -> Outcome<T> {
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, wire::USER_AGENT)
            .body(Full::from(serde_json::to_vec(body)?))?;
        let answer = async {
            let response = self.http.request(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            if !status.is_success() {
                return Err(format!("answered with {status}").into());
            }
            Ok(serde_json::from_slice(&body)?)
        };
        tokio::time::timeout(timeout, answer).await?
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
        let request = Request::post(url)
            .header("X-Auth-Token", access_token)
            .header(header::ACCEPT, wire::TOKENS_MEDIA_TYPE)
            .header("X-Correlation-Id", &correlation_id);
        let body = TokenRequest::new(order);
        let TokenResponse { data: token } = self.send(request, &body, wire::TOKEN_TIMEOUT).await?;

        let url = format!("{payments_url}/stores/{store_hash}/payments");
        let request = Request::post(url)
            .header(header::AUTHORIZATION, format!("PAT {}", token.id))
            .header(header::ACCEPT, wire::PAYMENTS_MEDIA_TYPE)
            .header("X-Correlation-Id", &correlation_id);
        let body = PaymentRequest::new();
        let PaymentResponse { data: result } =
            self.send(request, &body, wire::PAYMENT_TIMEOUT).await?;
        wire::check(&result.id, &result.status)
    }
}
