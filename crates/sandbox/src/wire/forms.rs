//! The forms of answers that clients of the service have met.

use serde::{Deserialize, Serialize};

/// Which forms a sandbox answers in. The default is what the service does today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WireForms {
    /// How a processed payment is answered.
    pub success: SuccessForm,
    /// How errors are answered.
    pub error: ErrorForm,
    /// How the claims `store_id` and `order_id` of a PAT are written.
    pub claims: ClaimsForm,
    /// Which fields an order's transactions have.
    pub transactions: TransactionForm,
}

impl WireForms {
    /// The default forms, but with this one for processed payments.
    #[must_use]
    pub fn with_success(mut self, form: SuccessForm) -> Self {
        self.success = form;
        self
    }

    /// The default forms, but with this one for errors.
    #[must_use]
    pub fn with_error(mut self, form: ErrorForm) -> Self {
        self.error = form;
        self
    }

    /// The default forms, but with this one for the claims of a PAT.
    #[must_use]
    pub fn with_claims(mut self, form: ClaimsForm) -> Self {
        self.claims = form;
        self
    }

    /// The default forms, but with this one for transactions.
    #[must_use]
    pub fn with_transactions(mut self, form: TransactionForm) -> Self {
        self.transactions = form;
        self
    }
}

/// Which fields of an order's transactions are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TransactionForm {
    /// All that the sandbox knows.
    #[default]
    Full,
    /// Only what the published schema requires: no id, order, status, date or reference.
    RequiredOnly,
    /// Everything that the published schema does not require is `null`.
    Nulls,
}

/// Status and shape of the answer to a processed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SuccessForm {
    /// 201 with the receipt inside `data`.
    #[default]
    #[serde(rename = "201_enveloped")]
    CreatedEnveloped,
    /// 201 with the receipt at the top.
    #[serde(rename = "201_flat")]
    CreatedFlat,
    /// 202 with the receipt inside `data`.
    #[serde(rename = "202_enveloped")]
    AcceptedEnveloped,
    /// 202 with the receipt at the top, as the published specification says.
    #[serde(rename = "202_flat")]
    AcceptedFlat,
    /// 200 with the receipt inside `data`.
    #[serde(rename = "200_enveloped")]
    OkEnveloped,
    /// 200 with the receipt at the top.
    #[serde(rename = "200_flat")]
    OkFlat,
}

impl SuccessForm {
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::CreatedEnveloped | Self::CreatedFlat => 201,
            Self::AcceptedEnveloped | Self::AcceptedFlat => 202,
            Self::OkEnveloped | Self::OkFlat => 200,
        }
    }

    pub(crate) fn is_enveloped(self) -> bool {
        matches!(
            self,
            Self::CreatedEnveloped | Self::AcceptedEnveloped | Self::OkEnveloped
        )
    }
}

/// The body of an error. The status is the same in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorForm {
    /// `{status, title, type, detail, code, errors: {field: message}}`, as specified.
    #[default]
    Problem,
    /// The same with `code` as a string.
    CodeAsString,
    /// The same with `errors` as a list of `{code, message}`.
    ErrorsAsObjects,
    /// The same with `errors` as a list of strings.
    ErrorsAsStrings,
    /// The same with `code` as a number with a fraction: `10000.0`.
    CodeAsFloat,
    /// `code` repeats the status, and `errors` is a list of objects that hold the code.
    CodeInErrors,
    /// The code stands in the second object of `errors` only; the first one has 10001.
    CodeInSecondError,
    /// `code` repeats the status, and `errors` is an object of objects that hold the code.
    CodeInObjectOfErrors,
    /// `[{status, message}]`, the form of the V2 API.
    StatusMessageList,
    /// No body at all.
    Empty,
    /// An HTML page, as a proxy in between would send.
    Html,
}

/// How a PAT's `store_id` and `order_id` are written; both forms occur in the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClaimsForm {
    /// As strings, like the token specification's sample.
    #[default]
    Strings,
    /// As integers, like the guides' sample.
    Integers,
}
