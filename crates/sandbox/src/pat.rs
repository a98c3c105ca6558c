//! Payment access tokens: signed JWTs, bound to a store and an order, valid for an hour.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    random::{Purpose, SeededRandom, Subject},
    state::{order::Order, store::Store},
    wire::forms::ClaimsForm,
};

const ISSUER: &str = "payments.bigcommerce.com";

/// Makes and reads the tokens of one sandbox.
pub(crate) struct TokenIssuer {
    random: SeededRandom,
    /// Seconds; `exp - nbf` is an hour in every valid sample.
    lifetime: i64,
    signing_key: EncodingKey,
    checking_key: DecodingKey,
    validation: Validation,
}

/// What a token says, once its signature is checked.
#[derive(Debug)]
pub(crate) struct Pat {
    pub(crate) id: Uuid,
    pub(crate) store_hash: String,
    pub(crate) order_id: u64,
    pub(crate) amount: u64,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    exp: i64,
    nbf: i64,
    iss: String,
    sub: String,
    jti: Uuid,
    iat: i64,
    data: Data,
}

#[derive(Serialize, Deserialize)]
struct Data {
    store_id: Value,
    order_id: Value,
    amount: u64,
    currency: String,
}

impl TokenIssuer {
    pub(crate) fn new(random: SeededRandom, lifetime: Duration) -> Self {
        let key: [u8; 32] = random.bytes(Purpose::SigningKey, Subject::default(), 0);
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        // Times are checked against the sandbox's clock, not the machine's.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.required_spec_claims.clear();
        Self {
            random,
            lifetime: i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX),
            signing_key: EncodingKey::from_secret(&key),
            checking_key: DecodingKey::from_secret(&key),
            validation,
        }
    }

    /// Makes the next token of an order, or gives `None` where it cannot be signed.
    pub(crate) fn make(
        &self,
        store: &Store,
        order: &mut Order,
        form: ClaimsForm,
        now: Timestamp,
    ) -> Option<String> {
        let written = |id: u64| match form {
            ClaimsForm::Strings => json!(id.to_string()),
            ClaimsForm::Integers => json!(id),
        };
        let now = now.unix_seconds();
        let serial = order.tokens_made;
        order.tokens_made += 1;
        let claims = Claims {
            exp: now.saturating_add(self.lifetime),
            nbf: now,
            iss: ISSUER.to_owned(),
            sub: store.hash.clone(),
            jti: self
                .random
                .uuid(Purpose::TokenId, store.subject(order.id), serial),
            iat: now,
            data: Data {
                store_id: written(store.id),
                order_id: written(order.id),
                amount: order.owed_or_total(),
                currency: order.currency.code().to_owned(),
            },
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing_key).ok()
    }

    /// Reads a token; the error says what is wrong with it.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Result<Pat, &'static str> {
        let claims: Claims = jsonwebtoken::decode(token, &self.checking_key, &self.validation)
            .map_err(|_| "the payment access token was not made by this store")?
            .claims;
        let now = now.unix_seconds();
        if now >= claims.exp {
            return Err("the payment access token has expired");
        }
        if now < claims.nbf {
            return Err("the payment access token is not valid yet");
        }
        Ok(Pat {
            id: claims.jti,
            store_hash: claims.sub,
            order_id: order_id(&claims.data.order_id)
                .ok_or("the payment access token names no order")?,
            amount: claims.data.amount,
        })
    }
}

impl std::fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenIssuer").finish_non_exhaustive()
    }
}

fn order_id(claim: &Value) -> Option<u64> {
    claim.as_u64().or_else(|| claim.as_str()?.parse().ok())
}
