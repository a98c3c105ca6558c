//! The walk through the page of the example of a checkout.

use bigcommerce_sandbox::Sandbox;
use bigcommerce_tests::Checkout;
use fantoccini::Client;

use super::{
    Failure,
    page::{Page, expect},
};

pub(super) async fn walk(client: &Client, axe: &str) -> Result<(), Failure> {
    let page = Page { client, axe };
    let sandbox = Sandbox::start().await?;
    let folder = tempfile::tempdir()?;
    let checkout = Checkout::start(&[
        (
            "DATABASE_URL",
            &format!("sqlite://{}/checkout.db", folder.path().display()),
        ),
        ("BIGCOMMERCE_STORE_HASH", sandbox.store_hash()),
        ("BIGCOMMERCE_ACCESS_TOKEN", sandbox.access_token()),
        ("BIGCOMMERCE_API_URL", sandbox.api_url()),
        ("BIGCOMMERCE_PAYMENTS_URL", sandbox.payments_url()),
    ])?;

    println!("- a checkout shows a pay button, in both colour schemes and on a phone");
    client.goto(checkout.url()).await?;
    page.shows("button", "Pay 60.98 USD").await?;
    page.is_accessible("in the checkout").await?;
    page.dark(true).await?;
    page.is_accessible("in the checkout, in the dark").await?;
    page.dark(false).await?;
    page.width(390).await?;
    page.is_accessible("in the checkout, on a phone").await?;
    page.width(1280).await?;

    println!("- a declined card is told, and another can be tried");
    page.choose("#card", "test card that is declined").await?;
    page.press("Pay 60.98 USD").await?;
    page.shows("[role=status]", "declined").await?;
    page.is_accessible("after a decline").await?;
    page.press("Pay 60.98 USD").await?;

    println!("- a paid order says so, and says it again when the page is loaded again");
    for _ in 0..2 {
        page.shows("h1", "is paid").await?;
        page.shows("[role=status]", "Thank you.").await?;
        page.is_accessible("once it is paid").await?;
        client.refresh().await?;
    }
    expect(
        sandbox.store().ledger().len() == 1,
        "it was not charged once",
    )?;
    sandbox.shutdown().await;
    Ok(())
}
