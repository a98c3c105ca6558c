//! Leaks on purpose: the search has to find every one of them.

use bigcommerce_payments::{Error, OrderId, Payment, PaymentAccessToken, StoreClient};
use zeroize::Zeroizing;

use crate::{
    error::ProofError,
    leaks::{received_secrets::ReceivedSecrets, secret::with_separator},
};

/// How every secret leaks on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PlantedLeak {
    /// It is printed.
    Printed,
    /// A copy of it is kept.
    Kept,
    /// A copy of it is freed without being zeroed, among the buffers of the HTTP library.
    Freed,
}

impl PlantedLeak {
    /// Leaks every form of every secret, and gives the copies that are kept. The order is charged,
    /// so that its payment access token is known.
    pub(crate) async fn leak(
        self,
        secrets: &ReceivedSecrets,
        store: &StoreClient,
        order: OrderId,
        payment: &Payment,
    ) -> Result<Vec<String>, ProofError> {
        let number = secrets.card_number.expose();
        let spaced = Zeroizing::new(with_separator(number, ' '));
        let dashed = Zeroizing::new(with_separator(number, '-'));
        let token = token(store, order).await?.into_secret();
        let sent = PaymentAccessToken::new(token.clone())?;
        store.charges().charge(order, sent, payment).await.ok();
        let exposed = [
            secrets.account_token.expose(),
            number,
            &spaced,
            &dashed,
            secrets.cardholder_name.expose(),
            secrets.verification_value.expose(),
            secrets.stored_token.expose(),
            secrets.gift_certificate_code.expose(),
            secrets.provider_token.expose(),
            token.expose(),
        ];
        match self {
            Self::Printed => {
                for secret in exposed {
                    println!("{secret}");
                }
                Ok(Vec::new())
            }
            Self::Kept => Ok(exposed.map(copy_of_ours).into()),
            Self::Freed => {
                drop(exposed.map(copy_of_ours));
                Ok(Vec::new())
            }
        }
    }
}

/// Makes a token, however busy the machine is: the client gives each try up soon.
async fn token(store: &StoreClient, order: OrderId) -> Result<PaymentAccessToken, Error> {
    let mut tries = 20;
    loop {
        tries -= 1;
        match store.account().create_token(order).await {
            Err(_) if tries > 0 => {}
            made => return made,
        }
    }
}

/// The function that the owner of a planted copy is known by.
pub(crate) const COPY_OF_OURS: &str = "copy_of_ours";

#[inline(never)]
fn copy_of_ours(secret: &str) -> String {
    secret.to_owned()
}
