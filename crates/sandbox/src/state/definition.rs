//! Store definitions: the JSON form of a store.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use crate::wire::payment::InstrumentKind;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreDefinition {
    pub(crate) hash: String,
    pub(crate) id: u64,
    #[serde(default = "default_currency")]
    pub(crate) currency: String,
    pub(crate) tokens: Vec<TokenDefinition>,
    #[serde(default)]
    pub(crate) payment_methods: Vec<PaymentMethod>,
    #[serde(default)]
    pub(crate) customers: Vec<CustomerDefinition>,
    #[serde(default)]
    pub(crate) gift_certificates: Vec<GiftCertificateDefinition>,
    #[serde(default)]
    pub(crate) orders: Vec<OrderDefinition>,
}

/// An API account token and the OAuth scopes it carries.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenDefinition {
    pub(crate) token: String,
    pub(crate) scopes: Vec<Scope>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    CreateAccessTokens,
    ReadMethods,
    WriteOrders,
    ReadOrders,
    WriteTransactions,
    ReadTransactions,
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = Self::ALL.into_iter().find(|scope| scope.name() == name);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join("`, `");
            de::Error::custom(format!(
                "unknown variant `{name}`, expected one of `{known}`"
            ))
        })
    }
}

impl Scope {
    pub(crate) const ALL: [Self; 6] = [
        Self::CreateAccessTokens,
        Self::ReadMethods,
        Self::WriteOrders,
        Self::ReadOrders,
        Self::WriteTransactions,
        Self::ReadTransactions,
    ];

    /// The name of the OAuth scope.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CreateAccessTokens => "store_payments_access_token_create",
            Self::ReadMethods => "store_payments_methods_read",
            Self::WriteOrders => "store_v2_orders",
            Self::ReadOrders => "store_v2_orders_read_only",
            Self::WriteTransactions => "store_v2_transactions",
            Self::ReadTransactions => "store_v2_transactions_read_only",
        }
    }
}

/// A payment method of a store and how its gateway behaves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentMethod {
    /// Shared by the transactions that were made with it.
    #[serde(deserialize_with = "shared_text")]
    pub(crate) id: Arc<str>,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The instrument types that the method takes.
    pub(crate) instruments: Vec<InstrumentKind>,
    /// The card brands that the method lists, for example `VISA`.
    #[serde(default)]
    pub(crate) brands: Vec<String>,
    #[serde(default)]
    pub(crate) verification_value_required: bool,
    #[serde(default)]
    pub(crate) settlement: Settlement,
    #[serde(default)]
    pub(crate) vaulting: bool,
    #[serde(default)]
    pub(crate) configuration: Configuration,
}

/// What a successful payment does to the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Settlement {
    /// Authorized and captured at once.
    #[default]
    Purchase,
    /// Only authorized.
    Authorization,
    /// Accepted, and decided later.
    Pending,
}

/// The state of a method's gateway settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Configuration {
    #[default]
    Valid,
    /// The gateway rejects the settings: code 30001.
    Rejected,
    /// The same, with the code as the guides print it: 3001.
    RejectedAsPrinted,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerDefinition {
    pub(crate) id: u64,
    /// A decimal amount in the store's currency.
    #[serde(default)]
    pub(crate) store_credit: Option<Value>,
    #[serde(default)]
    pub(crate) stored_instruments: Vec<StoredInstrument>,
}

/// An instrument in a customer's vault.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredInstrument {
    #[serde(rename = "type")]
    pub(crate) kind: InstrumentKind,
    pub(crate) token: String,
    pub(crate) payment_method_id: String,
    #[serde(default)]
    pub(crate) is_default: bool,
    /// The shopper took back the authorization: code 30107.
    #[serde(default)]
    pub(crate) revoked: bool,
    #[serde(default)]
    pub(crate) card: Option<StoredCardDetails>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredCardDetails {
    pub(crate) brand: String,
    pub(crate) expiry_month: u8,
    pub(crate) expiry_year: i32,
    pub(crate) issuer_identification_number: String,
    pub(crate) last_4: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GiftCertificateDefinition {
    pub(crate) code: String,
    /// A decimal amount in the store's currency.
    pub(crate) balance: Value,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderDefinition {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) customer_id: u64,
    #[serde(default)]
    pub(crate) status_id: u8,
    /// A decimal amount in the store's currency.
    pub(crate) total: Value,
    /// What the line items add up to, where that differs from the total: code 30004.
    #[serde(default)]
    pub(crate) line_items_total: Option<Value>,
    /// Made in the control panel rather than by an API: code 30101.
    #[serde(default)]
    pub(crate) made_in_control_panel: bool,
    /// The service fails to make a PAT for this order: code 30100.
    #[serde(default)]
    pub(crate) refuses_access_tokens: bool,
}

fn default_currency() -> String {
    "USD".to_owned()
}

fn shared_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}
