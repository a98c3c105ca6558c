//! The side that holds the API account token and never sees a card.

mod look_up;

use std::{fmt, sync::Arc};

use bigcommerce_client_core::{Inner, Sensitive, credential};
use bigcommerce_tokens_api::{Client, types as wire};
use reqwest::header::{HeaderName, HeaderValue};

use crate::{
    config::StoreHash,
    error::Error,
    model::{AcceptedMethods, InvalidInput, Order, OrderId, PaymentAccessToken, Secret},
    send::{Answer, Call, Operation, Request, Sender, call_span, record},
};

static AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// The side of a store that holds the API account token and never sees a card: it makes payment
/// access tokens, lists accepted methods, and looks up what became of a payment.
///
/// ```no_run
/// use bigcommerce_payments::{OrderId, Payments};
///
/// # async fn show() -> Result<(), bigcommerce_payments::Error> {
/// let account = Payments::new()?.account("abc123", "account-token")?;
/// let order = OrderId::new(215)?;
/// for method in account.accepted_methods(order).await?.methods {
///     println!("{} with {} stored instruments", method.id, method.stored_instruments.len());
/// }
/// // For the side with the card, which is another service.
/// let token = account.create_token(order).await?.into_secret();
/// # let _ = token;
/// # Ok(())
/// # }
/// ```
///
/// See [what to do on each error](crate#what-to-do-on-each-error), and the
/// [look-up](Self::look_up). Clones are cheap.
#[derive(Clone)]
pub struct AccountClient {
    sender: Arc<Sender>,
    store_hash: StoreHash,
    base_url: Arc<str>,
    access_token: HeaderValue,
}

impl AccountClient {
    pub(crate) fn new(
        sender: Arc<Sender>,
        store_hash: StoreHash,
        access_token: Sensitive,
    ) -> Result<Self, InvalidInput> {
        let token = Some(access_token)
            .filter(|token| !token.expose().is_empty())
            .filter(|token| token.expose().bytes().all(|it| it.is_ascii_graphic()))
            .and_then(|token| credential(token).ok());
        let access_token = token.ok_or_else(|| {
            InvalidInput::new(
                "access_token",
                "must be the token of an API account: visible ASCII characters, without spaces",
            )
        })?;
        Ok(Self {
            base_url: format!("{}/stores/{}/v3", sender.api_url, store_hash.as_str()).into(),
            store_hash,
            access_token,
            sender,
        })
    }

    /// The store's hash.
    pub fn store_hash(&self) -> &str {
        self.store_hash.as_str()
    }

    /// Makes a payment access token for an order (tokens document, `createPaymentAccessToken`;
    /// scope `store_payments_access_token_create`). The order has to be incomplete (status 0).
    ///
    /// Tried again when the service did not answer or could not: a token too many does no harm.
    ///
    /// # Errors
    ///
    /// [`OrderNotPayable`](crate::ErrorKind::OrderNotPayable) (404, and 409 with code 30101),
    /// [`Authentication`](crate::ErrorKind::Authentication), and those of a request without a
    /// usable answer. Nothing was charged in any case.
    pub async fn create_token(&self, order: impl Into<Order>) -> Result<PaymentAccessToken, Error> {
        let call = self.sender.begin_call(None)?;
        self.create_token_in(&call, order.into()).await
    }

    /// Lists the payment methods that an order can be paid with, and the shopper's stored
    /// instruments (guide, "Stored cards"; scope `store_payments_methods_read`).
    ///
    /// # Errors
    ///
    /// [`Authentication`](crate::ErrorKind::Authentication),
    /// [`OrderNotPayable`](crate::ErrorKind::OrderNotPayable), and those of a request without a
    /// usable answer.
    pub async fn accepted_methods(&self, order: OrderId) -> Result<AcceptedMethods, Error> {
        self.list_methods(None, Some(order)).await
    }

    /// The same for a checkout that is no order yet.
    ///
    /// # Errors
    ///
    /// As [`accepted_methods`](Self::accepted_methods), and
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty `checkout_id`.
    pub async fn accepted_methods_for_checkout(
        &self,
        checkout_id: &str,
    ) -> Result<AcceptedMethods, Error> {
        let checkout = checkout_id
            .parse()
            .map_err(|_| InvalidInput::new("checkout_id", "must not be empty"))?;
        self.list_methods(Some(checkout), None).await
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.sender
    }

    pub(crate) async fn create_token_in(
        &self,
        call: &Call,
        order: Order,
    ) -> Result<PaymentAccessToken, Error> {
        let span = call_span!("payments.create_token", self, call, order = order.id.get());
        let body = wire::PaymentAccessTokenRequest {
            order: wire::Order {
                id: order.id.wire(),
                is_recurring: order.is_recurring,
            },
        };
        let body = &body;
        record(span, || {
            self.send(
                Operation::CreateToken,
                call,
                |client: Client| async move { client.create_payment_access_token(body).await },
                |response| PaymentAccessToken::new(response.data.id).ok(),
            )
        })
        .await
    }

    async fn list_methods(
        &self,
        checkout: Option<wire::GetPaymentMethodsCheckoutId>,
        order: Option<OrderId>,
    ) -> Result<AcceptedMethods, Error> {
        let call = self.sender.begin_call(None)?;
        let span = call_span!(
            "payments.accepted_methods",
            self,
            call,
            order = order.map(OrderId::get)
        );
        let (checkout, order) = (checkout.as_ref(), order.map(OrderId::wire));
        record(span, || {
            self.send(
                Operation::Read,
                &call,
                |client: Client| async move { client.get_payment_methods(checkout, order).await },
                |response| Some(AcceptedMethods::read(&response.data)),
            )
        })
        .await
    }

    async fn send<T, U, F>(
        &self,
        operation: Operation,
        call: &Call,
        endpoint: impl Fn(Client) -> F,
        read: impl Fn(T) -> Option<U>,
    ) -> Result<U, Error>
    where
        F: Future<Output = Answer<T>>,
    {
        let secret = self.access_token.to_str().unwrap_or_default();
        let request = Request {
            operation,
            store_hash: self.store_hash.as_str(),
            call,
            auth: (AUTH_TOKEN.clone(), self.access_token.clone()),
            secrets: &[Secret::Token(secret)],
            before_send: None,
        };
        let endpoint = |inner: Inner| {
            let http = self.sender.http.clone();
            endpoint(Client::new_with_client(&self.base_url, http, inner))
        };
        self.sender.send(&request, endpoint, read).await
    }
}

impl fmt::Debug for AccountClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountClient")
            .field("base_url", &self.base_url)
            .field("access_token", &"[REDACTED]")
            .finish_non_exhaustive()
    }
}
