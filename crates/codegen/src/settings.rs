//! What the generated code of this workspace has to use.

/// The component schema that stands for a secret.
pub(crate) const SECRET_SCHEMA: &str = "Secret";

/// The path of the type that takes the place of that schema.
pub(crate) const SECRET_TYPE: &str = "::bigcommerce_client_core::Sensitive";

/// The component schema that stands for a value that is kept as it came.
pub(crate) const RAW_SCHEMA: &str = "RawJson";

/// The path of the type that takes the place of that schema.
pub(crate) const RAW_TYPE: &str = "::bigcommerce_client_core::RawJson";

/// Names under which payment APIs carry what must not be printed: card numbers, verification
/// values, cardholders' names, and whatever can be charged or signs a request. The issuer's digits and the last
/// four are not among them; receipts print those.
pub(crate) const SECRET_NAMES: [&str; 22] = [
    "access_token",
    "account_number",
    "api_key",
    "authorization",
    "card_number",
    "cardholder",
    "cardholder_name",
    "client_secret",
    "cvc",
    "cvv",
    "cvv2",
    "gift_certificate_code",
    "number",
    "pan",
    "password",
    "payment_access_token",
    "payment_instrument_token",
    "pin",
    "secret",
    "token",
    "verification_value",
    "x-auth-token",
];
