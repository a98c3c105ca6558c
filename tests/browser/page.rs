//! What a person does with the page, and sees on it.

use std::{str::FromStr, time::Duration};

use fantoccini::{
    Client, Locator, elements::Element, error::CmdError, wd::WebDriverCompatibleCommand,
};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::Failure;

/// How long the page may take to show a change; it looks for changes every second.
const PATIENCE: Duration = Duration::from_secs(60);

/// The page in a browser.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) client: &'a Client,
    pub(super) axe: &'a str,
}

impl Page<'_> {
    /// Waits until an element's text has a part.
    pub(super) async fn shows(&self, selector: &str, part: &str) -> Result<(), Failure> {
        self.wait_for(selector, part, true).await
    }

    /// Waits until an element's text has a part no more.
    pub(super) async fn hides(&self, selector: &str, part: &str) -> Result<(), Failure> {
        self.wait_for(selector, part, false).await
    }

    async fn wait_for(&self, selector: &str, part: &str, shown: bool) -> Result<(), Failure> {
        patiently(async || {
            let text = self.element(selector).await?.text().await?;
            let wanted = if shown { "shows no" } else { "still shows" };
            let otherwise = format!("the page {wanted} `{part}` in {selector}, but: {text}");
            expect(text.contains(part) == shown, &otherwise)
        })
        .await
    }

    pub(super) async fn text(&self, selector: &str) -> Result<String, Failure> {
        patiently(async || Ok(self.element(selector).await?.text().await?)).await
    }

    async fn element(&self, selector: &str) -> Result<Element, Failure> {
        let found = self.client.find(Locator::Css(selector)).await;
        found.map_err(|error| format!("the page has no {selector}: {error}").into())
    }

    pub(super) async fn click(&self, selector: &str) -> Result<(), Failure> {
        click(async || self.element(selector).await).await
    }

    /// Clicks the button with this text.
    pub(super) async fn press(&self, text: &str) -> Result<(), Failure> {
        let button = format!("//button[normalize-space()='{text}']");
        click(async || {
            let found = self.client.find(Locator::XPath(&button)).await;
            found.map_err(|error| format!("no button says `{text}`: {error}").into())
        })
        .await
    }

    pub(super) async fn choose(&self, selector: &str, label: &str) -> Result<(), Failure> {
        patiently(async || {
            let list = self.element(selector).await?;
            Ok(list.select_by_label(label).await?)
        })
        .await
    }

    pub(super) async fn fill(&self, selector: &str, text: &str) -> Result<(), Failure> {
        patiently(async || {
            let field = self.element(selector).await?;
            field.clear().await?;
            Ok(field.send_keys(text).await?)
        })
        .await
    }

    /// Runs a script in the page, and gives what it returns.
    pub(super) async fn run(&self, script: &str) -> Result<Value, Failure> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Lets axe look at the page, and fails where it finds something.
    pub(super) async fn is_accessible(&self, when: &str) -> Result<(), Failure> {
        self.run(self.axe).await?;
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run().then((it) => done(it.violations.map((rule) => \
            rule.id + ': ' + rule.nodes.map((node) => node.html + node.failureSummary).join(' '))));";
        let found = self.client.execute_async(script, Vec::new()).await?;
        match found {
            Value::Array(rules) if rules.is_empty() => Ok(()),
            other => Err(format!("axe finds, {when}: {other:#}").into()),
        }
    }

    /// Emulates dark mode, or ends it.
    pub(super) async fn dark(&self, dark: bool) -> Result<(), Failure> {
        let value = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": value}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}))
            .await
    }

    /// Makes the page as wide as this many pixels.
    pub(super) async fn width(&self, width: u32) -> Result<(), Failure> {
        let metrics = json!({
            "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Result<(), Failure> {
        let command = DevTools {
            command: command.to_owned(),
            parameters,
        };
        self.client.issue_cmd(command).await?;
        Ok(())
    }
}

/// A command of the browser's own protocol, which its driver passes on.
#[derive(Debug)]
struct DevTools {
    command: String,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base_url: &Url,
        session_id: Option<&str>,
    ) -> Result<Url, <Url as FromStr>::Err> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}

/// Tries until it succeeds: what the page draws anew is not there for a moment. Where it never
/// does, the last failure tells why.
async fn patiently<T>(step: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let end = Instant::now() + PATIENCE;
    loop {
        match step().await {
            Err(_) if Instant::now() < end => sleep(Duration::from_millis(100)).await,
            done => return done,
        }
    }
}

/// Clicks what is found, once: again only where it had gone or could not be clicked yet, of which the
/// driver says so before it clicks.
async fn click(find: impl AsyncFn() -> Result<Element, Failure>) -> Result<(), Failure> {
    let clicked = patiently(async || {
        let found = find().await?;
        match found.click().await {
            Err(error) if is_before_click(&error) => Err(error.into()),
            clicked => Ok(clicked),
        }
    });
    Ok(clicked.await??)
}

fn is_before_click(error: &CmdError) -> bool {
    error.is_stale_element_reference() || error.is_element_not_interactable()
}

pub(super) fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
