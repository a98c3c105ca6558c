//! The payment access token, which joins the two hosts.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use bigcommerce_client_core::Sensitive;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::model::{
    invalid_input::{FieldError, InvalidInput},
    money::Money,
    order::OrderId,
};

/// How far the clocks of this machine and the service may be apart.
const CLOCK_LEEWAY: Duration = Duration::from_secs(60);

/// A payment access token (PAT): it charges one order, once, within the hour.
///
/// It cannot be cloned, and a charge consumes it. It is redacted in `Debug` and zeroed on drop.
/// The token is opaque: its [claims](Self::claims) are read as a hint when they can be, and a
/// token without them works as well.
///
/// ```
/// # use bigcommerce_payments::{ChargeClient, Error, OrderId, Payment, PaymentAccessToken};
/// # async fn pay(charges: ChargeClient, order: OrderId, payment: Payment) -> Result<(), Error> {
/// let token = PaymentAccessToken::new("made elsewhere")?;
/// charges.charge(order, token, &payment).await?;
/// # Ok(())
/// # }
/// ```
///
/// A second charge with the same token does not compile:
///
/// ```compile_fail,E0382
/// # use bigcommerce_payments::{ChargeClient, Error, OrderId, Payment, PaymentAccessToken};
/// # async fn pay(charges: ChargeClient, order: OrderId, payment: Payment) -> Result<(), Error> {
/// let token = PaymentAccessToken::new("made elsewhere")?;
/// charges.charge(order, token, &payment).await?;
/// charges.charge(order, token, &payment).await?;
/// # Ok(())
/// # }
/// ```
pub struct PaymentAccessToken(Sensitive);

impl PaymentAccessToken {
    /// Takes a token that was made elsewhere, such as by the `completeCheckout` mutation of the
    /// GraphQL Storefront API. A leading `JWT ` or `PAT ` is stripped.
    ///
    /// # Errors
    ///
    /// A token that is empty, or holds a character that no header can carry.
    pub fn new(token: impl Into<Sensitive>) -> Result<Self, InvalidInput> {
        let token = token.into();
        let bare = strip_prefix(token.expose().trim_start()).trim();
        if bare.is_empty() || !bare.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(InvalidInput::new(
                "payment_access_token",
                "must be a token of visible ASCII characters",
            ));
        }
        if bare.len() == token.expose().len() {
            return Ok(Self(token));
        }
        Ok(Self(Sensitive::from(bare)))
    }

    /// What the token says of itself, if it can be decoded. The signature cannot be checked, so
    /// this is a hint and no proof.
    pub fn claims(&self) -> Option<Claims> {
        decode(self.expose())
    }

    /// Gives the token away, to hand it to another process. It is secret until it is used.
    pub fn into_secret(self) -> Sensitive {
        self.0
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for PaymentAccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentAccessToken")
            .field("secret", &self.0)
            .field("claims", &self.claims())
            .finish()
    }
}

/// What a payment access token says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claims {
    /// When the token ceases to work (`exp`).
    pub expires: Option<SystemTime>,
    /// The order it is for (`data.order_id`).
    pub order_id: Option<u64>,
    /// The amount to be paid (`data.amount`), in minor units of the currency as far as the
    /// samples show; no document says so.
    pub amount: Option<i64>,
    /// The currency of the amount (`data.currency`), an ISO 4217 code.
    pub currency: Option<String>,
}

impl Claims {
    /// What the token says that will be charged.
    pub(crate) fn expected(&self) -> Option<Money> {
        Money::from_minor(self.amount.filter(|it| *it > 0)?, self.currency.as_deref()?)
    }

    /// The problems that are known before the token is sent.
    pub(crate) fn check(&self, order: OrderId, now: SystemTime) -> Result<(), InvalidInput> {
        let mut problems = Vec::new();
        if self.expires.is_some_and(|end| end + CLOCK_LEEWAY < now) {
            problems.push(FieldError::new(
                "payment_access_token",
                "has expired; make a new one",
            ));
        }
        if self.order_id.is_some_and(|id| id != u64::from(order.get())) {
            problems.push(FieldError::new(
                "payment_access_token",
                "is for another order; make one for this order",
            ));
        }
        InvalidInput::unless_empty(problems)
    }
}

/// The parts of the token's JSON that are read. Others, and what is wrong with these, do not
/// matter.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    exp: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    order_id: Option<&'a RawValue>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    #[serde(borrow)]
    currency: Option<&'a RawValue>,
}

fn strip_prefix(token: &str) -> &str {
    ["JWT ", "PAT "]
        .iter()
        .find_map(|prefix| token.strip_prefix(prefix))
        .unwrap_or(token)
}

fn decode(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let json = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?);
    let payload: Payload<'_> = object(str::from_utf8(&json).ok()?)?;
    let data: Data<'_> = payload
        .data
        .and_then(|data| object(data.get()))
        .unwrap_or_default();
    Some(Claims {
        expires: integer(payload.exp)
            .and_then(|seconds| u64::try_from(seconds).ok())
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .filter(|end| end.checked_add(CLOCK_LEEWAY).is_some()),
        order_id: integer(data.order_id).and_then(|id| u64::try_from(id).ok()),
        amount: integer(data.amount),
        currency: data
            .currency
            .and_then(|currency| serde_json::from_str(currency.get()).ok()),
    })
}

/// Serde would read a struct from an array, too.
fn object<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    let is_object = json.trim_start().starts_with('{');
    is_object.then(|| serde_json::from_str(json).ok())?
}

/// Numbers come as numbers in one sample and as strings in another.
fn integer(json: Option<&RawValue>) -> Option<i64> {
    json?.get().trim_matches('"').parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::{Claims, PaymentAccessToken};
    use crate::model::{invalid_input::InvalidInput, order::OrderId};

    fn jwt(claims: &str) -> String {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(claims);
        format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJl")
    }

    fn check(token: &PaymentAccessToken, now: SystemTime) -> Result<(), InvalidInput> {
        let claims = token.claims().unwrap_or_default();
        claims.check(OrderId::new(215).unwrap(), now)
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn claims_are_read_as_numbers_and_as_strings() {
        for order_id in ["215", "\"215\""] {
            let claims = format!(
                r#"{{"exp":1551394142,"data":{{"order_id":{order_id},"amount":9800,"currency":"USD"}}}}"#
            );
            let token = PaymentAccessToken::new(jwt(&claims)).unwrap();
            let claims = token.claims().unwrap();

            assert_eq!(claims.order_id, Some(215));
            assert_eq!(claims.amount, Some(9800));
            assert_eq!(claims.currency.as_deref(), Some("USD"));
            assert_eq!(claims.expires, Some(at(1_551_394_142)));
        }
    }

    #[test]
    fn a_token_that_cannot_be_decoded_works() {
        let hostile = [
            "opaque",
            "two.segments",
            "folded over.two lines.as in the tokens document",
            "a.%%%.c",
            "..",
            &jwt("[1]"),
            &jwt(r#"{"exp":"#),
            &jwt(r#"{"exp":1e400}"#),
        ];
        for token in hostile {
            let token = PaymentAccessToken::new(token).unwrap();
            assert!(check(&token, at(9)).is_ok(), "{token:?}");
        }
    }

    #[test]
    fn an_absurd_expiry_is_no_expiry() {
        for exp in [
            "-1",
            "18446744073709551615",
            "9223372036854775807",
            "null",
            "\"soon\"",
        ] {
            let token = PaymentAccessToken::new(jwt(&format!(r#"{{"exp":{exp}}}"#))).unwrap();
            assert!(check(&token, SystemTime::now()).is_ok(), "{exp}");
        }
    }

    #[test]
    fn only_an_amount_is_expected() {
        for (amount, expected) in [("9800", Some("98.00 USD")), ("0", None), ("-5", None)] {
            let claims = format!(r#"{{"data":{{"amount":{amount},"currency":"USD"}}}}"#);
            let token = PaymentAccessToken::new(jwt(&claims)).unwrap();
            let money = token.claims().unwrap().expected().map(|it| it.to_string());
            assert_eq!(money.as_deref(), expected);
        }
    }

    #[test]
    fn prefixes_are_stripped() {
        for token in ["JWT abc.def", "PAT abc.def", " abc.def\n"] {
            let token = PaymentAccessToken::new(token).unwrap();
            assert_eq!(token.into_secret().expose(), "abc.def");
        }
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        for token in ["", "PAT ", "a\nb", "a\tb", "tök.en"] {
            let error = PaymentAccessToken::new(token).unwrap_err();
            assert_eq!(error.field_errors()[0].field, "payment_access_token");
        }
    }

    #[test]
    fn an_expired_token_and_one_for_another_order_are_refused() {
        let token = PaymentAccessToken::new(jwt(r#"{"exp":1000,"data":{"order_id":215}}"#));
        let claims = token.unwrap().claims().unwrap();
        let problems = |order, now| {
            let checked = claims.check(OrderId::new(order).unwrap(), now);
            checked.map_or_else(|invalid| invalid.field_errors().len(), |()| 0)
        };

        assert_eq!(problems(215, at(1060)), 0, "within the leeway");
        assert_eq!(problems(215, at(1061)), 1);
        assert_eq!(problems(216, at(1061)), 2);
    }

    #[test]
    fn data_that_is_no_object_tells_nothing() {
        for data in ["[216]", "\"216\"", "null", "{\"order_id\":[216]}"] {
            let token = PaymentAccessToken::new(jwt(&format!(r#"{{"data":{data}}}"#))).unwrap();
            assert_eq!(token.claims(), Some(Claims::default()), "{data}");
        }
    }

    #[test]
    fn debug_is_redacted() {
        let token = PaymentAccessToken::new("abc.def").unwrap();

        assert_eq!(
            format!("{token:?}"),
            "PaymentAccessToken { secret: [REDACTED], claims: None }"
        );
    }
}
