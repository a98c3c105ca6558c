//! The test of the sandbox's page in a real browser: headless Chromium, driven by `WebDriver`.

mod driver;

use std::{env, error::Error, path::PathBuf, process::ExitCode, time::Duration};

use bigcommerce_sandbox::Sandbox;
use driver::Driver;
use fantoccini::{Client, Locator};
use serde_json::json;

/// Why the page is not as it should be, or could not be looked at.
type Failure = Box<dyn Error>;

const CARD_NUMBER: &str = "4242424242424242";

/// How long the page may take to show a change; it looks for changes every second.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a sandbox, a driver and a browser, and walks through the page. With an argument, saves
/// a picture of the page there at the end.
#[tokio::main]
async fn main() -> ExitCode {
    match run(env::args_os().nth(1).map(PathBuf::from)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(screenshot: Option<PathBuf>) -> Result<(), Failure> {
    let browser = driver::find(
        "CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"],
    )?;
    let driver = Driver::start(&driver::find("CHROMEDRIVER", &["chromedriver"])?)?;
    let profile = tempfile::tempdir()?;
    let page = driver.open(&browser, profile.path()).await?;
    let walked = walk(&page, screenshot).await;
    // The browser is closed whatever came of the walk; the walk's error matters more.
    let closed = page.close().await;
    walked?;
    Ok(closed?)
}

async fn walk(page: &Client, screenshot: Option<PathBuf>) -> Result<(), Failure> {
    let sandbox = Sandbox::start().await?;
    page.goto(sandbox.admin_url()).await?;
    shows(page, "#summary", sandbox.payments_url()).await?;
    shows(page, "#stores", sandbox.store_hash()).await?;
    shows(page, "#orders", "215").await?;
    a_fault_strikes_and_all_is_shown(page, &sandbox).await?;
    what_cannot_be_done_is_said(page).await?;
    faults_are_removed(page, &sandbox).await?;
    if let Some(path) = screenshot {
        std::fs::write(path, page.screenshot().await?)?;
    }
    println!("- a sandbox that is gone is said to be");
    sandbox.shutdown().await;
    shows(page, "#summary", "cannot be reached").await?;
    println!("The page does all that it should.");
    Ok(())
}

async fn a_fault_strikes_and_all_is_shown(page: &Client, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- a fault is injected, and strikes after the capture");
    choose(page, "#fault", "500 after capture").await?;
    click(page, "#inject button[type=submit]").await?;
    shows(page, "#message", "The fault is in force.").await?;
    shows(page, "#faults", "\"status\":500").await?;
    let order = sandbox.store().create_order("60.98")?;
    let pat = sandbox.store().issue_pat(order)?;
    expect(
        pay(sandbox, &pat).await? == 500,
        "the fault does not strike",
    )?;
    let captures = sandbox.store().captures(order).len();
    expect(captures == 1, "the payment was not captured")?;

    println!("- the ledger, the order and the request appear, without secrets");
    shows(page, "#ledger", &order.to_string()).await?;
    shows(page, "#ledger", "60.98 USD").await?;
    shows(page, "#orders", "11 Awaiting Fulfillment").await?;
    shows(page, "#requests", "[redacted]").await?;
    let source = page.source().await?;
    let secrets = [CARD_NUMBER, pat.as_str(), sandbox.access_token()];
    let shown = secrets.iter().any(|secret| source.contains(secret));
    expect(!shown, "the page shows a secret")
}

async fn what_cannot_be_done_is_said(page: &Client) -> Result<(), Failure> {
    println!("- what cannot be done is said");
    let times = page.find(Locator::Css("#times")).await?;
    times.clear().await?;
    times.send_keys("99999999999999999999999").await?;
    click(page, "#inject button[type=submit]").await?;
    shows(page, "#message", "times").await
}

async fn faults_are_removed(page: &Client, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- all faults are removed");
    click(page, "#clear").await?;
    shows(page, "#message", "No fault is in force.").await?;
    let order = sandbox.store().create_order("12.34")?;
    let pat = sandbox.store().issue_pat(order)?;
    expect(
        pay(sandbox, &pat).await? == 201,
        "a removed fault still strikes",
    )?;
    shows(page, "#ledger", "12.34 USD").await
}

/// Waits until an element's text has a part.
async fn shows(page: &Client, selector: &str, part: &str) -> Result<(), Failure> {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let text = page.find(Locator::Css(selector)).await?.text().await?;
        if text.contains(part) {
            return Ok(());
        }
        if tokio::time::Instant::now() > end {
            return Err(format!("the page shows no `{part}` in {selector}, but: {text}").into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn click(page: &Client, selector: &str) -> Result<(), Failure> {
    Ok(page.find(Locator::Css(selector)).await?.click().await?)
}

async fn choose(page: &Client, selector: &str, label: &str) -> Result<(), Failure> {
    let list = page.find(Locator::Css(selector)).await?;
    Ok(list.select_by_label(label).await?)
}

/// Sends a payment, and gives the status of the answer.
async fn pay(sandbox: &Sandbox, pat: &str) -> Result<u16, Failure> {
    let url = format!(
        "{}/stores/{}/payments",
        sandbox.payments_url(),
        sandbox.store_hash()
    );
    let payment = json!({"payment": {
        "payment_method_id": "stripe.card",
        "instrument": {
            "type": "card",
            "number": CARD_NUMBER,
            "cardholder_name": "Jane Doe",
            "expiry_month": 12,
            "expiry_year": 2040,
        },
    }});
    let request = reqwest::Client::new()
        .post(url)
        .header("accept", "application/vnd.bc.v1+json")
        .header("authorization", format!("PAT {pat}"))
        .json(&payment);
    Ok(request.send().await?.status().as_u16())
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
