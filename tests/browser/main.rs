//! The test of the pages in a real browser: headless Chromium, driven by `WebDriver`.

mod checkout;
mod driver;
mod page;
mod walk;

use std::{env, error::Error, path::PathBuf, process::ExitCode};

use driver::Driver;

/// Why the page is not as it should be, or could not be looked at.
type Failure = Box<dyn Error>;

/// Starts a sandbox, a driver and a browser, and walks through the sandbox's page, and then through
/// that of the example of a checkout. With an argument, saves a picture of the sandbox's page there
/// at the end.
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
    let axe = env::var_os("AXE").ok_or(
        "the variable AXE names no file: set it to what tests/axe.sh prints, the accessibility \
         checker that the page is held to",
    )?;
    let axe = std::fs::read_to_string(&axe)
        .map_err(|error| format!("cannot read {}: {error}", PathBuf::from(axe).display()))?;
    let browser = driver::find(
        "CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"],
    )?;
    let driver = Driver::start(&driver::find("CHROMEDRIVER", &["chromedriver"])?)?;
    let profile = tempfile::tempdir()?;
    let client = driver.open(&browser, profile.path()).await?;
    let walked = async {
        walk::walk(&client, &axe, screenshot).await?;
        checkout::walk(&client, &axe).await
    };
    let walked = walked.await;
    // The browser is closed whatever came of the walk; the walk's error matters more.
    let closed = client.close().await;
    walked?;
    Ok(closed?)
}
