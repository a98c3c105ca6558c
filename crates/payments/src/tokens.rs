//! The side that holds the API account token and never sees a card.

use std::{fmt, sync::Arc};

use bigcommerce_secret::Sensitive;
use bigcommerce_tokens_api::{Client, Inner, types as wire};
use reqwest::header::{HeaderName, HeaderValue};
use tracing::{Instrument as _, field::Empty, info_span};

use crate::{
    error::Error,
    failure::Failure,
    methods::AcceptedMethod,
    order::{Order, OrderId},
    pat::PaymentAccessToken,
    problem::FieldError,
    retry::Doing,
    telemetry::record,
    transactions::{Reconciliation, Transaction, judge},
    transport::{Answered, Call, Transport},
};

/// The side of a store that holds the API account token and never sees a card: it makes payment
/// access tokens, lists accepted methods, and looks up what became of a payment.
///
/// Clones are cheap.
#[derive(Clone)]
pub struct Tokens {
    transport: Arc<Transport>,
    store_hash: Arc<str>,
    base_url: Arc<str>,
    access_token: HeaderValue,
}

/// Transactions a page, the most that the platform gives.
const PAGE: u32 = 250;

impl Tokens {
    pub(crate) fn new(
        transport: Arc<Transport>,
        store_hash: &str,
        access_token: &Sensitive,
    ) -> Result<Self, Error> {
        let refused = || {
            Error::invalid(vec![FieldError::new(
                "access_token",
                "must be the token of an API account: visible ASCII characters, without spaces",
            )])
        };
        let token = access_token.expose();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused());
        }
        let mut access_token = HeaderValue::from_str(token).map_err(|_| refused())?;
        access_token.set_sensitive(true);
        Ok(Self {
            base_url: format!("{}/stores/{store_hash}/v3", transport.api_url).into(),
            store_hash: store_hash.into(),
            access_token,
            transport,
        })
    }

    /// Makes a payment access token for an order (tokens document, `createPaymentAccessToken`;
    /// scope `store_payments_access_token_create`). The order has to be incomplete (status 0).
    ///
    /// Tried again when the service did not answer or could not: a token too many does no harm.
    ///
    /// # Errors
    ///
    /// [`OrderNotPayable`](crate::ErrorKind::OrderNotPayable) (404, and 409 with code 30101),
    /// [`Authentication`](crate::ErrorKind::Authentication), and what the connection brings.
    /// Nothing was charged in any case.
    pub async fn create_token(&self, order: impl Into<Order>) -> Result<PaymentAccessToken, Error> {
        let call = self.transport.begin(Doing::MakeToken);
        self.create_token_in(&call, order.into()).await
    }

    /// Lists the payment methods that an order can be paid with, and the shopper's stored
    /// instruments (guide, "Stored cards"; scope `store_payments_methods_read`).
    ///
    /// # Errors
    ///
    /// [`Authentication`](crate::ErrorKind::Authentication),
    /// [`OrderNotPayable`](crate::ErrorKind::OrderNotPayable), and what the connection brings.
    pub async fn methods(&self, order: OrderId) -> Result<Vec<AcceptedMethod>, Error> {
        self.list_methods(None, Some(order)).await
    }

    /// The same for a checkout that is no order yet.
    ///
    /// # Errors
    ///
    /// As [`methods`](Self::methods), and
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty `checkout_id`.
    pub async fn methods_for_checkout(
        &self,
        checkout_id: &str,
    ) -> Result<Vec<AcceptedMethod>, Error> {
        let checkout = checkout_id.parse().map_err(|_| {
            Error::invalid(vec![FieldError::new("checkout_id", "must not be empty")])
        })?;
        self.list_methods(Some(checkout), None).await
    }

    /// Lists what happened to the money of an order (Order Transactions reference; scope
    /// `store_v2_transactions_read_only`), all pages.
    ///
    /// # Errors
    ///
    /// [`Authentication`](crate::ErrorKind::Authentication),
    /// [`Rejected`](crate::ErrorKind::Rejected), and what the connection brings.
    pub async fn transactions(&self, order: OrderId) -> Result<Vec<Transaction>, Error> {
        let call = self.transport.begin(Doing::Read);
        let span = info_span!(
            "payments.transactions",
            store = %self.store_hash,
            order = order.get(),
            correlation_id = call.correlation_id,
            status = Empty, code = Empty, outcome = Empty, duration_ms = Empty,
        );
        record(self.all_transactions(&call, order))
            .instrument(span)
            .await
    }

    /// Finds out what became of a charge whose outcome is unknown. It works from any process:
    /// only the order's number is needed.
    ///
    /// **Rule**, first match first: a `purchase`, `authorization`, `capture` or `settled` that
    /// went well means paid, whatever came after it; a `pending` that did not fail means still
    /// pending; an event or a status that is unknown, or a lone refund or void, means that it
    /// cannot be told; no transactions, or failed ones only, mean not paid. Before it says *not
    /// paid*, it waits for [`Timeouts::settle`](crate::Timeouts::settle) and asks once more, so
    /// that a charge that was still on its way is not overlooked.
    ///
    /// # Errors
    ///
    /// As [`transactions`](Self::transactions): the outcome is then as unknown as before.
    pub async fn reconcile(&self, order: OrderId) -> Result<Reconciliation, Error> {
        let first = judge(self.transactions(order).await?);
        let settle = self.transport.timeouts.settle;
        if first != Reconciliation::NotPaid || settle.is_zero() {
            return Ok(first);
        }
        tokio::time::sleep(settle).await;
        Ok(judge(self.transactions(order).await?))
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) async fn create_token_in(
        &self,
        call: &Call,
        order: Order,
    ) -> Result<PaymentAccessToken, Error> {
        let span = info_span!(
            "payments.create_token",
            store = %self.store_hash,
            order = order.id.get(),
            correlation_id = call.correlation_id,
            status = Empty, code = Empty, outcome = Empty, duration_ms = Empty,
        );
        let body = wire::PaymentAccessTokenRequest {
            order: wire::Order {
                id: order.id.wire(),
                is_recurring: order.is_recurring,
            },
        };
        let body = &body;
        let token = self.transport.run(call, |timeout| async move {
            let (client, answered) = self.client(call, timeout);
            match client.create_payment_access_token(body).await {
                Ok(response) => PaymentAccessToken::new(response.into_inner().data.id)
                    .map_err(|_| Failure::unreadable(answered.status().unwrap_or_default())),
                Err(error) => Err(self.failure(error, &answered).await),
            }
        });
        record(token).instrument(span).await
    }

    async fn list_methods(
        &self,
        checkout: Option<wire::GetPaymentMethodsCheckoutId>,
        order: Option<OrderId>,
    ) -> Result<Vec<AcceptedMethod>, Error> {
        let call = self.transport.begin(Doing::Read);
        let span = info_span!(
            "payments.methods",
            store = %self.store_hash,
            order = order.map(OrderId::get),
            correlation_id = call.correlation_id,
            status = Empty, code = Empty, outcome = Empty, duration_ms = Empty,
        );
        let (call, checkout) = (&call, checkout.as_ref());
        let methods = self.transport.run(call, |timeout| async move {
            let (client, answered) = self.client(call, timeout);
            let order = order.map(OrderId::wire);
            match client.get_payment_methods(checkout, order).await {
                Ok(response) => {
                    let methods = response.into_inner().data.into_iter();
                    Ok(methods.map(AcceptedMethod::from_wire).collect())
                }
                Err(error) => Err(self.failure(error, &answered).await),
            }
        });
        record(methods).instrument(span).await
    }

    async fn all_transactions(
        &self,
        call: &Call,
        order: OrderId,
    ) -> Result<Vec<Transaction>, Error> {
        let mut all = Vec::new();
        for page in 1.. {
            let found = self.transactions_page(call, order, page).await?;
            let pagination = found.meta.and_then(|meta| meta.pagination);
            let pages = pagination.and_then(|pagination| pagination.total_pages);
            let empty = found.data.is_empty();
            all.extend(found.data.into_iter().map(Transaction::from_wire));
            if empty || pages.is_none_or(|pages| i64::from(page) >= pages) {
                break;
            }
        }
        Ok(all)
    }

    async fn transactions_page(
        &self,
        call: &Call,
        order: OrderId,
        page: u32,
    ) -> Result<wire::OrderTransactions, Error> {
        let page = std::num::NonZeroU32::new(page);
        let limit = std::num::NonZeroU32::new(PAGE);
        let list = self.transport.run(call, |timeout| async move {
            let (client, answered) = self.client(call, timeout);
            match client
                .get_order_transactions(order.wire(), limit, page)
                .await
            {
                Ok(response) => Ok(response.into_inner()),
                Err(error) => Err(self.failure(error, &answered).await),
            }
        });
        list.await
    }

    fn client(&self, call: &Call, timeout: std::time::Duration) -> (Client, Answered) {
        let answered = Answered::default();
        let inner = Inner {
            headers: call.headers(HeaderName::from_static("x-auth-token"), &self.access_token),
            timeout,
            max_body: self.transport.max_response,
            status: answered.cell(),
        };
        let http = self.transport.http.clone();
        (
            Client::new_with_client(&self.base_url, http, inner),
            answered,
        )
    }

    /// The account token is the only secret that these requests carry.
    async fn failure(
        &self,
        error: bigcommerce_tokens_api::Error<()>,
        answered: &Answered,
    ) -> Failure {
        let mut failure = Failure::read(error, answered.status()).await;
        let secret = self.access_token.to_str().ok();
        failure.problem = failure.problem.without(secret.into_iter());
        failure
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("base_url", &self.base_url)
            .field("access_token", &"[REDACTED]")
            .finish_non_exhaustive()
    }
}
