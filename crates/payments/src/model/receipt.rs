//! What the service says of a payment that it took.

use bigcommerce_processing_api::types as wire;
use serde::Serialize;

use crate::model::order::OrderId;

/// A payment that the service took.
///
/// Look at [`status`](Self::status) before shipping: a payment can be pending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Receipt {
    /// The order that was paid.
    pub order: OrderId,
    /// Identifier of the transaction.
    pub transaction_id: String,
    /// Whether the payment is done.
    pub status: PaymentStatus,
    /// Whether the money was captured or only reserved, where the service says so.
    pub transaction_type: Option<TransactionType>,
    /// The `X-Correlation-Id` of the charge.
    pub correlation_id: String,
}

impl Receipt {
    /// Reads the flat and the enveloped form; none without an id and a status.
    pub(crate) fn read(
        order: OrderId,
        correlation_id: &str,
        response: wire::PaymentResponse,
    ) -> Option<Self> {
        let flat = wire::PaymentResult {
            id: response.id,
            status: response.status,
            transaction_type: response.transaction_type,
        };
        let result = response.data.unwrap_or(flat);
        Some(Self {
            order,
            transaction_id: result.id.filter(|id| !id.is_empty())?,
            status: result.status.filter(|status| !status.is_empty())?.into(),
            transaction_type: result.transaction_type.map(Into::into),
            correlation_id: correlation_id.to_owned(),
        })
    }
}

/// Declares an open enum of strings: the documented values, and any other kept as it came.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A value that the documents do not name.
            Other(String),
        }

        impl $name {
            /// The value as it is on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Other(value) => value,
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)+
                    _ => Self::Other(value),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "examples": [$($value),+] })
            }
        }
    };
}

pub(crate) use open_enum;

open_enum! {
    /// Whether a payment is done (processing document, schema `PaymentResult`).
    PaymentStatus {
        /// The payment is done.
        Success = "success",
        /// The payment is still being decided.
        Pending = "pending",
    }
}

open_enum! {
    /// What was done with the money (processing document, schema `PaymentResult`).
    TransactionType {
        /// The money is reserved; the merchant captures it later in the control panel.
        Authorization = "authorization",
        /// The money is reserved and captured.
        Purchase = "purchase",
    }
}
