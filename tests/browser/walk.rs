//! The walk through the page: everything that it claims, step by step.

use std::{path::PathBuf, time::Duration};

use bigcommerce_sandbox::Sandbox;
use fantoccini::{Client, key::Key};
use serde_json::json;

use super::{
    Failure,
    page::{Page, expect},
};

/// The page shows another test card by itself, so that this one must not be seen.
const CARD_NUMBER: &str = "5555555555554444";
const PENDING_CARD: &str = "4000000000003220";

pub(super) async fn walk(
    client: &Client,
    axe: &str,
    screenshot: Option<PathBuf>,
) -> Result<(), Failure> {
    let page = Page { client, axe };
    let sandbox = Sandbox::builder().seed(1).start().await?;
    client.goto(sandbox.admin_url()).await?;
    page.shows("#summary", sandbox.payments_url()).await?;
    page.shows("#stores", sandbox.store_hash()).await?;
    a_first_use_is_explained(page, &sandbox).await?;
    let order = a_fault_strikes_and_all_is_shown(page, &sandbox).await?;
    an_order_and_a_request_are_opened(page, order).await?;
    a_selection_and_the_focus_survive(page, &sandbox, order).await?;
    what_cannot_be_done_is_said(page).await?;
    faults_are_removed(page, &sandbox).await?;
    payments_are_changed(page, &sandbox).await?;
    charges_land(page, &sandbox).await?;
    lists_have_filters_and_pages(page, &sandbox).await?;
    forms_and_clock_are_set(page, &sandbox).await?;
    everyone_can_use_it(page).await?;
    if let Some(path) = screenshot {
        std::fs::write(path, client.screenshot().await?)?;
    }
    everything_is_reset(page, &sandbox).await?;
    println!("- a sandbox that is gone is said to be");
    sandbox.shutdown().await;
    page.shows("#summary", "cannot be reached").await?;
    println!("The page does all that it should.");
    Ok(())
}

async fn a_first_use_is_explained(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- a first use finds the token and an order that can be paid");
    page.shows("#first-token", sandbox.access_token()).await?;
    page.shows("#first-order", "Order 215 can be paid.").await?;
    page.shows("#first-curl-token", "/v3/payments/access_tokens")
        .await
}

async fn a_fault_strikes_and_all_is_shown(
    page: Page<'_>,
    sandbox: &Sandbox,
) -> Result<u64, Failure> {
    println!("- a fault is injected, said in words, and strikes after the capture");
    page.choose("#fault", "500 after capture").await?;
    page.press("Inject").await?;
    page.shows("#message", "The fault is in force.").await?;
    page.shows("#faults", "status 500 after processing").await?;
    let order = sandbox.store().create_order("60.98")?;
    let pat = sandbox.store().issue_pat(order)?;
    let status = pay(sandbox, &pat, CARD_NUMBER).await?;
    expect(status == 500, "the fault does not strike")?;
    let captures = sandbox.store().captures(order).len();
    expect(captures == 1, "the payment was not captured")?;

    println!("- the ledger, the order and the request appear, without secrets");
    page.shows("#ledger", &order.to_string()).await?;
    page.shows("#ledger", "60.98 USD").await?;
    page.shows("#orders", "11 Awaiting Fulfillment").await?;
    page.shows("#requests", "respond").await?;
    let source = page.client.source().await?;
    let shown = [CARD_NUMBER, pat.as_str()]
        .iter()
        .any(|it| source.contains(it));
    expect(!shown, "the page shows a secret")?;
    Ok(order)
}

async fn an_order_and_a_request_are_opened(page: Page<'_>, order: u64) -> Result<(), Failure> {
    println!("- the timeline of an order has its request, fault, answer and ledger");
    page.press(&order.to_string()).await?;
    page.shows("#timeline-title", &format!("Order {order}"))
        .await?;
    for part in [
        "process payment",
        "fault: respond",
        "answered 500",
        "ledger: capture of 60.98",
    ] {
        page.shows("#timeline-events", part).await?;
    }
    println!("- the inspector has request, answer and the command");
    page.press("process payment").await?;
    page.shows("#inspector-request", "POST /stores/teststore1/payments")
        .await?;
    page.shows("#inspector-request", "[redacted]").await?;
    page.shows("#inspector-answer", "Status 500").await?;
    page.shows("#inspector-state", "struck by the fault respond")
        .await?;
    page.shows("#inspector-curl", "Authorization: PAT $PAT")
        .await?;
    page.press("Copy as curl").await?;
    page.shows("#message", "The command is").await?;
    let focused = page.run("return document.activeElement.id").await?;
    expect(focused == "copy", "the button lost the focus")
}

async fn a_selection_and_the_focus_survive(
    page: Page<'_>,
    sandbox: &Sandbox,
    order: u64,
) -> Result<(), Failure> {
    println!("- a selection survives the page's looking, and nothing is read out meanwhile");
    select(page, "#ledger td:nth-child(3)").await?;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    is_still_selected(page, "60.98 USD").await?;

    println!("- the focus survives a change of its row");
    let focus = format!(
        "[...document.querySelectorAll('#orders button')].find((it) => it.textContent === '{order}').focus()"
    );
    page.run(&focus).await?;
    sandbox.store().refund(order, None, Some("1.00"))?;
    page.shows("#orders", "14 Partially Refunded").await?;
    let focused = page
        .run("return document.activeElement.textContent")
        .await?;
    let is_there = focused.as_str() == Some(order.to_string().as_str());
    expect(is_there, "the row lost the focus")?;

    println!("- a selection survives beside a clock that runs");
    let real = Sandbox::start().await?;
    page.client.goto(real.admin_url()).await?;
    page.shows("#summary", real.payments_url()).await?;
    select(page, "#summary-hosts").await?;
    let clock = page.text("#summary-clock").await?;
    page.hides("#summary-clock", &clock).await?;
    is_still_selected(page, real.payments_url()).await?;
    page.client.goto(sandbox.admin_url()).await?;
    page.shows("#summary", sandbox.payments_url()).await
}

/// Selects what an element shows, and listens for what would be read out.
async fn select(page: Page<'_>, selector: &str) -> Result<(), Failure> {
    let script = format!(
        "window.said = 0; \
         for (const node of document.querySelectorAll('[aria-live], [role=status], [role=alert]')) \
           new MutationObserver(() => window.said++).observe(node, {{childList: true, subtree: true}}); \
         getSelection().selectAllChildren(document.querySelector('{selector}'));"
    );
    page.run(&script).await?;
    Ok(())
}

async fn is_still_selected(page: Page<'_>, part: &str) -> Result<(), Failure> {
    let selected = page.run("return String(getSelection())").await?;
    let is_there = selected.as_str().is_some_and(|text| text.contains(part));
    expect(is_there, &format!("the selection is lost: {selected}"))?;
    let said = page.run("return window.said").await?;
    expect(said == 0, "the page chatters")
}

async fn what_cannot_be_done_is_said(page: Page<'_>) -> Result<(), Failure> {
    println!("- what cannot be done is said");
    page.fill("#times", "99999999999999999999999").await?;
    page.press("Inject").await?;
    page.shows("#message", "times").await
}

async fn faults_are_removed(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- all faults are removed");
    page.press("Remove all").await?;
    page.shows("#message", "No fault is in force.").await?;
    page.hides("#faults", "status 500").await?;
    let order = sandbox.store().create_order("12.34")?;
    let pat = sandbox.store().issue_pat(order)?;
    let status = pay(sandbox, &pat, CARD_NUMBER).await?;
    expect(status == 201, "a removed fault still strikes")?;
    page.shows("#ledger", "12.34 USD").await
}

async fn payments_are_changed(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- a pending payment is settled, refunded in part and no more voided");
    let order = sandbox.store().create_order("30.00")?;
    let pat = sandbox.store().issue_pat(order)?;
    expect(
        pay(sandbox, &pat, PENDING_CARD).await? == 201,
        "no pending payment",
    )?;
    page.shows("#orders", "7 Awaiting Payment").await?;
    page.press(&order.to_string()).await?;
    page.shows("#timeline-title", &order.to_string()).await?;
    page.press("Settle: success").await?;
    page.shows("#timeline-events", "ledger: capture of 30.00")
        .await?;
    page.fill("#refund-amount", "10.00").await?;
    page.press("Refund").await?;
    page.shows("#timeline-events", "ledger: refund of 10.00")
        .await?;
    page.shows("#timeline-state", "14 Partially Refunded")
        .await?;
    page.press("Void").await?;
    page.shows("#message", "no payment that could be voided")
        .await
}

async fn charges_land(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- a charge lands when the clock is advanced, or at once");
    page.fill("#times", "2").await?;
    page.choose("#fault", "Charge lands when the clock is advanced")
        .await?;
    page.press("Inject").await?;
    page.shows("#faults", "takes effect 60 s later by the clock")
        .await?;
    for button in ["Advance", "Land all now"] {
        let order = sandbox.store().create_order("45.00")?;
        let pat = sandbox.store().issue_pat(order)?;
        let status = pay(sandbox, &pat, CARD_NUMBER).await?;
        expect(status == 504, "the fault does not strike")?;
        page.shows("#landings", "1 requests have yet to land")
            .await?;
        page.press(button).await?;
        page.shows("#landings", "Nothing has yet to land").await?;
        let captures = sandbox.store().captures(order).len();
        expect(captures == 1, "the charge did not land")?;
    }
    Ok(())
}

async fn lists_have_filters_and_pages(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- lists have filters and pages");
    for _ in 0..25 {
        sandbox.store().create_order("7.77")?;
    }
    page.shows("#orders", "7.77 USD").await?;
    page.hides("#orders", "215").await?;
    page.click("#orders-older").await?;
    page.shows("#orders", "98.00 USD").await?;
    page.click("#orders-newer").await?;
    page.hides("#orders", "98.00 USD").await?;
    page.fill("#orders-id", "215").await?;
    page.hides("#orders", "7.77 USD").await?;
    page.shows("#orders", "98.00 USD").await?;
    page.fill("#orders-id", "").await?;
    page.choose("#orders-status", "14 Partially Refunded")
        .await?;
    page.hides("#orders", "7.77 USD").await?;
    page.choose("#orders-status", "Any").await?;
    page.choose("#requests-faulted", "With").await?;
    page.hides("#requests", "201").await?;
    page.shows("#requests", "land_later").await?;
    page.choose("#requests-faulted", "With and without").await?;

    println!("- each store has its ledger");
    sandbox.add_store("another", "another-token")?;
    page.shows("#stores", "another").await?;
    page.shows("#ledger", "60.98 USD").await?;
    page.choose("#ledger-store", "another").await?;
    page.hides("#ledger", "60.98 USD").await?;
    page.choose("#ledger-store", sandbox.store_hash()).await?;
    page.shows("#ledger", "60.98 USD").await
}

async fn forms_and_clock_are_set(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- forms and clock are set");
    page.choose("#form-success", "202_flat").await?;
    page.press("Use these forms").await?;
    page.shows("#message", "The forms are in use.").await?;
    let order = sandbox.store().create_order("5.00")?;
    let pat = sandbox.store().issue_pat(order)?;
    page.press("Remove all").await?;
    page.shows("#message", "No fault is in force.").await?;
    let status = pay(sandbox, &pat, CARD_NUMBER).await?;
    expect(status == 202, "the form is not in use")?;
    let before = sandbox.clock().unix_seconds();
    page.fill("#seconds", "90").await?;
    page.press("Advance").await?;
    page.shows("#message", "The clock is advanced.").await?;
    let moved = sandbox.clock().unix_seconds() - before;
    expect(moved == 90, "the clock did not move by 90 seconds")
}

async fn everyone_can_use_it(page: Page<'_>) -> Result<(), Failure> {
    println!("- axe finds nothing, wide and at 390 pixels, light and dark; nothing is cut off");
    for dark in [false, true] {
        for width in [1280, 390] {
            page.dark(dark).await?;
            page.width(width).await?;
            let when = format!("at {width} pixels, dark: {dark}");
            page.is_accessible(&when).await?;
            let script = "return document.documentElement.scrollWidth - innerWidth";
            let overflow = page.run(script).await?;
            let fits = overflow.as_i64().is_some_and(|pixels| pixels <= 0);
            expect(fits, &format!("the page is too wide {when}: {overflow}"))?;
        }
    }
    page.dark(false).await?;
    page.width(1280).await?;

    println!("- the keyboard reaches a fault's button, and opens an order");
    page.run("document.querySelector('#orders button').focus()")
        .await?;
    let focused = page.client.active_element().await?;
    let order = focused.text().await?;
    focused.send_keys(&Key::Enter.to_string()).await?;
    page.shows("#timeline-title", &order).await?;
    let focused = page.run("return document.activeElement.id").await?;
    expect(focused == "timeline-title", "the focus does not follow")
}

async fn everything_is_reset(page: Page<'_>, sandbox: &Sandbox) -> Result<(), Failure> {
    println!("- everything is reset");
    page.press("Reset everything").await?;
    page.shows("#summary", "4 orders").await?;
    page.shows("#summary", "0 ledger entries").await?;
    expect(
        sandbox.store().ledger().is_empty(),
        "the ledger is not empty",
    )
}

/// Sends a payment, and gives the status of the answer.
async fn pay(sandbox: &Sandbox, pat: &str, card: &str) -> Result<u16, Failure> {
    let url = format!(
        "{}/stores/{}/payments",
        sandbox.payments_url(),
        sandbox.store_hash()
    );
    let payment = json!({"payment": {
        "payment_method_id": "stripe.card",
        "instrument": {
            "type": "card",
            "number": card,
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
