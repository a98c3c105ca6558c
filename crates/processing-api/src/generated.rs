// Generated from specs/processing.yml and its overlays by `cargo xtask regen`. Do not edit.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Instrument`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(tag = "type")]
    pub enum Instrument {
        ///Card
        #[serde(rename = "card")]
        Card {
            cardholder_name: ::bigcommerce_client_core::Sensitive,
            ///Expiry month of this card (required)
            expiry_month: ::std::num::NonZeroU32,
            ///Expiry year of this card (required)
            expiry_year: i32,
            ///Issue month of this card
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            issue_month: ::std::option::Option<::std::num::NonZeroU32>,
            ///Issue number of this card
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            issue_number: ::std::option::Option<i32>,
            ///Issue year of this card
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            issue_year: ::std::option::Option<i32>,
            number: ::bigcommerce_client_core::Sensitive,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            verification_value: ::std::option::Option<
                ::bigcommerce_client_core::Sensitive,
            >,
        },
        ///Stored Card
        #[serde(rename = "stored_card")]
        StoredCard {
            token: ::bigcommerce_client_core::Sensitive,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            verification_value: ::std::option::Option<
                ::bigcommerce_client_core::Sensitive,
            >,
        },
        ///StoredPayPalAccount
        #[serde(rename = "stored_paypal_account")]
        StoredPaypalAccount { token: ::bigcommerce_client_core::Sensitive },
        ///GiftCertificate
        #[serde(rename = "gift_certificate")]
        GiftCertificate { gift_certificate_code: ::bigcommerce_client_core::Sensitive },
        #[serde(rename = "store_credit")]
        StoreCredit,
        ///Tokenized Card
        #[serde(rename = "tokenized_card")]
        TokenizedCard {
            ///Expiry month of this card.
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            expiration_month: ::std::option::Option<::std::string::String>,
            ///Expiry year of this card.
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            expiration_year: ::std::option::Option<::std::string::String>,
            ///Issuer identification number.
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            iin: ::std::option::Option<::std::string::String>,
            ///Last four numbers of this card.
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            last_four_digits: ::std::option::Option<::std::string::String>,
            token: ::bigcommerce_client_core::Sensitive,
        },
        ///StoredBankAccount
        #[serde(rename = "stored_bank_account")]
        StoredBankAccount { token: ::bigcommerce_client_core::Sensitive },
    }
    ///`Payment`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Payment {
        pub instrument: Instrument,
        ///Identifier for payment method that will be used for this payment and `id` from the Get Accepted Payment Methods API
        pub payment_method_id: PaymentPaymentMethodId,
        ///To use `save_instrument`, configure the payment gateway to accept stored cards.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub save_instrument: ::std::option::Option<bool>,
    }
    ///Identifier for payment method that will be used for this payment and `id` from the Get Accepted Payment Methods API
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct PaymentPaymentMethodId(::std::string::String);
    impl ::std::ops::Deref for PaymentPaymentMethodId {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<PaymentPaymentMethodId> for ::std::string::String {
        fn from(value: PaymentPaymentMethodId) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for PaymentPaymentMethodId {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for PaymentPaymentMethodId {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for PaymentPaymentMethodId {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for PaymentPaymentMethodId {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///`PaymentRequest`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct PaymentRequest {
        pub payment: Payment,
    }
    ///`PaymentResponse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct PaymentResponse {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub data: ::std::option::Option<PaymentResult>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub transaction_type: ::std::option::Option<::std::string::String>,
    }
    ///`PaymentResult`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct PaymentResult {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub transaction_type: ::std::option::Option<::std::string::String>,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for BigCommerce Payment Processing

> The Payments API processes payments using payment instruments such as credit cards or PayPal accounts. To learn more about Payments, see the [Payments Overview](/docs/store-operations/payments).

The Payment Processing API uses BigCommerce's PCI-compliant payments server and a supported payment gateway to charge customers. The payment portal you choose may support charging stored instruments and/or making refund transactions. For a list of compatible payment gateways, as well as a guide through the API call sequence needed to make charges, see the [Payments Overview](/docs/store-operations/payments#compatible-payment-gateways).

A Payment Access Token (_PAT_) is required to authorize payment processing requests. The X-Auth-Token header is not required in requests to the payment processing endpoint. To generate a PAT, use the [Create a Payment Access Token](/docs/rest-payments/tokens#create-payment-access-token) endpoint or the `completeCheckout` mutation in the [GraphQL Storefront API](/docs/storefront/cart-checkout/guide/graphql-storefront#handling-payments). For a payment processing authentication example request, see the related section in our [Authentication article](/docs/start/authentication#bigcommerce-generated-jwts).

Also note that payment processing requests use the BigCommerce Payments Gateway, which uses a different server than our other REST APIs. Please see the server URL for the payment processing endpoint.

> To learn more about authenticating Payments endpoints, locate the **Authentication** section at the top of each endpoint, then click **Show Details**.

## Resources

* [Payments Overview](/docs/store-operations/payments)

* [Process payments authentication example request](/docs/start/authentication#bigcommerce-generated-jwts)

* [Orders Overview](/docs/store-operations/orders)

### Webhooks

* [Carts](https://developer.bigcommerce.com/api-docs/channels/guide/webhooks#carts)

* [Orders](https://developer.bigcommerce.com/api-docs/store-management/webhooks/webhook-events#orders)

* [Price list assignment](https://developer.bigcommerce.com/api-docs/channels/guide/webhooks#price-list-assignments)

### Additional Payments endpoints

* [Get accepted payment methods](/docs/rest-payments/methods#get-accepted-payment-methods)

* [Create a Payment Access Token](/docs/rest-payments/tokens#create-payment-access-token)

* [Get a customer's stored instruments](/docs/rest-management/customers/customer-stored-instruments#get-stored-instruments)


https://www.bigcommerce.com/terms

Version: */
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::Inner,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str, inner: crate::Inner) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap(), inner)
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::Inner,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<crate::Inner> for Client {
    fn api_version() -> &'static str {
        ""
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::Inner {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::Inner>,
    {}
};
#[allow(clippy::all)]
impl Client {
    /**BigCommerce Process Payments

Process payments for an order. See [Payment Processing](/docs/store-operations/payments) for more information.

Sends a `POST` request to `/payments`

Arguments:
- `body`:
*/
    pub async fn payments_post<'a>(
        &'a self,
        body: &'a types::PaymentRequest,
    ) -> Result<ResponseValue<types::PaymentResponse>, Error<()>> {
        let url = format!("{}/payments", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "payments_post",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
