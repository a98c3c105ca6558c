//! Pays an order with a stored card, through both hosts.
//!
//! `cargo run --example charge` starts a test store in this process and creates the order there.
//! With a store of your own, it pays an order that exists:
//!
//! ```sh
//! BIGCOMMERCE_STORE_HASH=abc123 BIGCOMMERCE_ACCESS_TOKEN=… BIGCOMMERCE_ORDER_ID=215 \
//!     cargo run --example charge
//! ```
//!
//! `BIGCOMMERCE_API_URL` and `BIGCOMMERCE_PAYMENTS_URL` override the base URLs of the two hosts.

use std::{env, process::ExitCode, time::Duration};

use bigcommerce_payments::{
    AcceptedMethod, ChargeAttempt, ChargeStatus, InstrumentType, OrderId, Payment, Payments,
    Receipt, Sensitive, StoreClient, StoredInstrument,
};
use bigcommerce_sandbox::Sandbox;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    if let Some(shop) = Shop::from_environment()? {
        return pay(&shop).await;
    }
    let sandbox = Sandbox::start().await?;
    println!("Started a test store: {}", sandbox.api_url());
    let order = create_order(&sandbox).await?;
    println!("Created order {order}");
    pay(&Shop::in_sandbox(&sandbox, order)?).await?;
    sandbox.shutdown().await;
    Ok(())
}

/// The main job: methods, charge, receipt, and the proof that the order is paid.
async fn pay(shop: &Shop) -> Result<(), Failure> {
    let methods = shop
        .store
        .account()
        .accepted_methods(shop.order)
        .await?
        .methods;
    println!("Accepted methods:");
    for method in &methods {
        let stored = method.stored_instruments.len();
        println!("  {} ({stored} stored instruments)", method.id);
    }
    let (method, card) = stored_card(&methods)
        .ok_or("the order's customer has no stored card; store one, or choose another order")?;
    let last = card.last_4.as_deref().unwrap_or("????");
    println!(
        "Charging the card that ends in {last} through {}",
        method.id
    );

    let payment = Payment::stored(method, card)?;
    match shop.store.charge(shop.order, &payment).await {
        Ok(receipt) => done(shop, receipt).await?,
        Err(error) => match error.unknown_outcome() {
            Some(unknown) => find_out(shop, &unknown.attempt).await?,
            None => return Err(format!("{error}; {}", error.advice()).into()),
        },
    }
    let payments = shop.store.order_payments(shop.order).await?;
    for paid in &payments.totals {
        println!(
            "Order {} is paid {} {}",
            shop.order, paid.paid, paid.currency
        );
    }
    println!("Its status is {}", shop.order_status().await?);
    Ok(())
}

/// A pending payment is not done.
async fn done(shop: &Shop, receipt: Receipt) -> Result<(), Failure> {
    println!("Receipt: {}", serde_json::to_string_pretty(&receipt)?);
    if receipt.is_final() {
        return Ok(());
    }
    find_out(shop, &receipt.attempt).await
}

/// Neither a pending payment nor an unknown outcome is a failure: the order's transactions tell.
async fn find_out(shop: &Shop, attempt: &ChargeAttempt) -> Result<(), Failure> {
    println!("Looking it up");
    let answer = shop
        .store
        .look_up_until(attempt, Duration::from_secs(90))
        .await?;
    match answer.status {
        ChargeStatus::Charged { .. } => Ok(()),
        other => Err(format!("order {}: {other:?}", shop.order).into()),
    }
}

/// The shopper's preferred card, or the first one.
fn stored_card(methods: &[AcceptedMethod]) -> Option<(&AcceptedMethod, &StoredInstrument)> {
    let mut cards = methods.iter().flat_map(|method| {
        let stored = method.stored_instruments.iter();
        stored
            .filter(|it| it.kind == InstrumentType::StoredCard)
            .map(move |it| (method, it))
    });
    let first = cards.next()?;
    let preferred = cards.find(|(_, card)| card.is_default == Some(true));
    let is_default = first.1.is_default == Some(true);
    Some(preferred.filter(|_| !is_default).unwrap_or(first))
}

/// A store, and the order to pay there.
struct Shop {
    store: StoreClient,
    order: OrderId,
    orders_url: String,
    access_token: Sensitive,
}

impl Shop {
    /// The store that the environment names; none when it names nothing.
    fn from_environment() -> Result<Option<Self>, Failure> {
        let names = [
            "BIGCOMMERCE_STORE_HASH",
            "BIGCOMMERCE_ACCESS_TOKEN",
            "BIGCOMMERCE_ORDER_ID",
        ];
        let [hash, token, order] = names.map(variable);
        let (hash, token, order) = (hash?, token?, order?);
        let missing: Vec<_> = names
            .into_iter()
            .zip([&hash, &token, &order])
            .filter_map(|(name, value)| value.is_none().then_some(name))
            .collect();
        let (Some(hash), Some(token), Some(order)) = (hash, token, order) else {
            return match missing.len() {
                3 => Ok(None),
                _ => Err(format!("set {} too, or none of the three", missing.join(" and ")).into()),
            };
        };
        let order = order.parse().map_err(|_| {
            format!("BIGCOMMERCE_ORDER_ID must be the number of an order, not `{order}`")
        })?;
        let api_url = variable("BIGCOMMERCE_API_URL")?;
        let api_url = api_url.as_deref().unwrap_or("https://api.bigcommerce.com");
        let mut builder = Payments::builder().api_url(api_url);
        if let Some(url) = variable("BIGCOMMERCE_PAYMENTS_URL")? {
            builder = builder.payments_url(url);
        }
        Self::new(
            &builder.build()?,
            api_url,
            &hash,
            token.into(),
            OrderId::new(order)?,
        )
        .map(Some)
    }

    fn in_sandbox(sandbox: &Sandbox, order: OrderId) -> Result<Self, Failure> {
        let payments = Payments::builder()
            .api_url(sandbox.api_url())
            .payments_url(sandbox.payments_url())
            .build()?;
        let token = sandbox.access_token().into();
        Self::new(
            &payments,
            sandbox.api_url(),
            sandbox.store_hash(),
            token,
            order,
        )
    }

    fn new(
        payments: &Payments,
        api_url: &str,
        hash: &str,
        access_token: Sensitive,
        order: OrderId,
    ) -> Result<Self, Failure> {
        Ok(Self {
            store: payments.store(hash, access_token.clone())?,
            order,
            orders_url: format!("{}/stores/{hash}/v2/orders", api_url.trim_end_matches('/')),
            access_token,
        })
    }

    /// The status of the order, such as `Awaiting Fulfillment`, which orders are read for on the
    /// V2 API.
    async fn order_status(&self) -> Result<String, Failure> {
        let url = format!("{}/{}", self.orders_url, self.order);
        let request = http_client()?
            .get(url)
            .header("X-Auth-Token", self.access_token.expose())
            .header("Accept", "application/json");
        let order: Value = request.send().await?.error_for_status()?.json().await?;
        Ok(order["status"].as_str().unwrap_or("unknown").to_owned())
    }
}

/// For the V2 API, which the facade leaves alone. A token goes to no redirect.
fn http_client() -> Result<reqwest::Client, Failure> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    Ok(builder.build()?)
}

/// A variable of the environment; an empty one does not count.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not valid UTF-8").into()),
    }
}

/// Creates an order of a customer with stored cards, as a storefront does over HTTP.
async fn create_order(sandbox: &Sandbox) -> Result<OrderId, Failure> {
    let url = format!(
        "{}/stores/{}/v2/orders",
        sandbox.api_url(),
        sandbox.store_hash()
    );
    let order = json!({
        "status_id": 0,
        "customer_id": 11,
        "billing_address": {
            "first_name": "Jane", "last_name": "Doe", "street_1": "123 Main Street",
            "city": "Austin", "state": "Texas", "zip": "78751",
            "country": "United States", "country_iso2": "US", "email": "jane@example.com"
        },
        "products": [
            {"name": "Poster", "quantity": 1, "price_inc_tax": 10.98, "price_ex_tax": 10}
        ]
    });
    let request = http_client()?
        .post(url)
        .header("X-Auth-Token", sandbox.access_token())
        .header("Accept", "application/json")
        .json(&order);
    let order: Value = request.send().await?.error_for_status()?.json().await?;
    let id = order["id"].as_u64().ok_or("the new order has no id")?;
    Ok(OrderId::try_from(id)?)
}
