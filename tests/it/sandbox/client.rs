//! A hand-written client of both hosts, for tests of the sandbox itself.

use bigcommerce_sandbox::{Sandbox, TEST_CARDS};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// The customer of the built-in store that has stored instruments.
pub(crate) const CUSTOMER: u64 = 11;

/// A Visa that is always approved.
pub(crate) const VISA: &str = "4242424242424242";

/// A status and the JSON body that came with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> u64 {
        self.body["code"].as_u64().unwrap_or_default()
    }

    async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let text = response.text().await.expect("the body can be read");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, body }
    }
}

/// Calls one sandbox.
pub(crate) struct Caller<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) http: Client,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        let mut builder = Client::builder().redirect(reqwest::redirect::Policy::none());
        if let Some(pem) = sandbox.ca_pem() {
            let ca = reqwest::Certificate::from_pem(pem.as_bytes()).expect("a CA in PEM");
            builder = builder.tls_certs_only([ca]);
        }
        Self {
            sandbox,
            http: builder.build().expect("a client"),
        }
    }

    /// A request to the tokens host, with the store's token.
    pub(crate) fn api(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!(
            "{}/stores/{}{path}",
            self.sandbox.api_url(),
            self.sandbox.store_hash()
        );
        self.http
            .request(method, url)
            .header("accept", "application/json")
            .header("x-auth-token", self.sandbox.access_token())
    }

    /// A payment request that is right except for what the caller adds.
    pub(crate) fn payment(&self, pat: &str, payment: &Value) -> RequestBuilder {
        let url = format!(
            "{}/stores/{}/payments",
            self.sandbox.payments_url(),
            self.sandbox.store_hash()
        );
        self.http
            .post(url)
            .header("accept", "application/vnd.bc.v1+json")
            .header("authorization", format!("PAT {pat}"))
            .json(&json!({"payment": payment}))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.api(Method::GET, path)).await
    }

    /// Creates an Incomplete order over 60.98 USD and gives its id.
    pub(crate) async fn create_order(&self, customer_id: u64) -> u64 {
        let answer = self.post_order(&order_body(customer_id)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_u64().expect("an order id")
    }

    pub(crate) async fn post_order(&self, body: &Value) -> Answer {
        send(self.api(Method::POST, "/v2/orders").json(body)).await
    }

    pub(crate) async fn request_pat(&self, order_id: u64) -> Answer {
        let body = json!({"order": {"id": order_id, "is_recurring": false}});
        send(
            self.api(Method::POST, "/v3/payments/access_tokens")
                .json(&body),
        )
        .await
    }

    pub(crate) async fn create_pat(&self, order_id: u64) -> String {
        let answer = self.request_pat(order_id).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["data"]["id"]
            .as_str()
            .expect("a PAT")
            .to_owned()
    }

    pub(crate) async fn process(&self, pat: &str, payment: &Value) -> Answer {
        send(self.payment(pat, payment)).await
    }

    /// What the first accepted method of an order has stored.
    pub(crate) async fn stored_instruments(&self, order_id: u64) -> Vec<Value> {
        let path = format!("/v3/payments/methods?order_id={order_id}");
        let methods = self.get(&path).await;
        let stored = &methods.body["data"][0]["stored_instruments"];
        stored.as_array().unwrap().clone()
    }

    /// Makes a PAT for an order and pays with it.
    pub(crate) async fn pay(&self, order_id: u64, payment: &Value) -> Answer {
        let pat = self.create_pat(order_id).await;
        self.process(&pat, payment).await
    }

    /// The same, and it goes well.
    pub(crate) async fn pays(&self, order_id: u64, payment: &Value) {
        let answer = self.pay(order_id, payment).await;
        assert_eq!(answer.status, 201, "{payment}: {}", answer.body);
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.expect("an answer")).await
}

pub(crate) fn order_body(customer_id: u64) -> Value {
    json!({
        "status_id": 0,
        "customer_id": customer_id,
        "billing_address": {"first_name": "Jane", "last_name": "Doe", "country_iso2": "US"},
        "products": [
            {"name": "Poster", "quantity": 1, "price_inc_tax": 10.98, "price_ex_tax": 10},
            {"name": "Frame", "quantity": 2, "price_inc_tax": "25.00", "price_ex_tax": "22.50"},
        ],
    })
}

pub(crate) fn card(number: &str) -> Value {
    assert!(
        TEST_CARDS.iter().any(|it| it.number == number),
        "not a test card: {number}"
    );
    json!({
        "payment_method_id": "stripe.card",
        "instrument": {
            "type": "card",
            "number": number,
            "cardholder_name": "Jane Doe",
            "expiry_month": 12,
            "expiry_year": 2040,
            "verification_value": "012",
        },
    })
}

/// A payment with a gift certificate.
pub(crate) fn gift_certificate(code: &str) -> Value {
    json!({
        "payment_method_id": "bigcommerce.gift_certificate",
        "instrument": {"type": "gift_certificate", "gift_certificate_code": code},
    })
}

/// A payment with store credit.
pub(crate) fn store_credit() -> Value {
    json!({
        "payment_method_id": "bigcommerce.store_credit",
        "instrument": {"type": "store_credit"},
    })
}

/// A payment with an instrument that is a token.
pub(crate) fn token(kind: &str, token: &str, method: &str) -> Value {
    json!({"payment_method_id": method, "instrument": {"type": kind, "token": token}})
}
