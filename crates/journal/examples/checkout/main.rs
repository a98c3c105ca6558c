//! A checkout: a page with a pay button, two routes, and a journal of charges behind them.
//!
//! ```sh
//! cargo run -p bigcommerce-payments-journal --example checkout
//! ```
//!
//! The journal is a file, `checkout.db`; with `DATABASE_URL=postgres://…` it is there instead. A
//! test store runs beside it, in a process of its own, so that it outlives this one: kill this one
//! while a shopper pays, start it again, and the order is settled. A store of your own is named by
//! `BIGCOMMERCE_STORE_HASH`, `BIGCOMMERCE_ACCESS_TOKEN`, `BIGCOMMERCE_API_URL` and
//! `BIGCOMMERCE_PAYMENTS_URL`; a checkout is charged there, by a test card.

mod page;
mod shop;

use std::{env, error::Error, net::Ipv4Addr, process::ExitCode, sync::Arc, time::Duration};

use axum::{
    Form, Router,
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use bigcommerce_payments::{Card, OrderId, Payment};
use bigcommerce_payments_journal::{
    AttemptState, ChargeError, IdempotencyKey, Journal, JournaledCharge, JournaledStore,
};
use serde::Deserialize;
use tokio::{net::TcpListener, signal, time::timeout};
use uuid::Uuid;

use crate::{page::Page, shop::Shop};

type Failure = Box<dyn Error + Send + Sync>;

/// How long the shopper's browser waits for an answer before the page asks again.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long charges that run are waited for when the service is to end.
const SHUT_DOWN: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    let run = match env::args().nth(1).as_deref() {
        Some("test-store") => shop::run_test_store().await,
        _ => serve().await,
    };
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Failure> {
    let shop = Shop::open().await?;
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://checkout.db".to_owned());
    // A charge is given up after some seconds here, so that a lease need not be longer.
    let journal = Journal::builder(&url)
        .leases(shop::OVERALL, shop::ANSWER)
        .open()
        .await?;
    let accounts = shop.accounts();
    let _recovery = journal.recover(accounts);
    let checkout = Checkout {
        store: journal.store(shop.client()?),
        shop: Arc::new(shop),
    };
    let routes = Router::new()
        .route("/", get(show))
        .route("/pay", post(pay))
        .with_state(checkout);
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("Open http://{}", listener.local_addr()?);
    axum::serve(listener, routes)
        .with_graceful_shutdown(async {
            // Where there is no such signal, the service runs until it is killed.
            let _ = signal::ctrl_c().await;
        })
        .await?;
    journal.shut_down(SHUT_DOWN).await;
    Ok(())
}

/// What both routes work with.
#[derive(Clone)]
struct Checkout {
    store: JournaledStore,
    shop: Arc<Shop>,
}

/// The submission that the page is about, where it is about one. The key is made when the pay
/// button is shown: a second click, or a second window with the same address, sends the same one.
#[derive(Deserialize)]
struct PageQuery {
    order: Option<u32>,
    key: Option<Uuid>,
}

/// What the pay button sends.
#[derive(Deserialize)]
struct Paying {
    order: u32,
    key: Uuid,
    card: String,
}

/// Shows a pay button for a new order, or what became of a submission.
async fn show(State(checkout): State<Checkout>, Query(asked): Query<PageQuery>) -> Html<String> {
    let page = match (asked.order, asked.key) {
        (Some(order), Some(key)) => checkout.answer(order, key).await,
        _ => checkout.new_order().await,
    };
    Html(page.unwrap_or_else(|error| Page::trouble(&*error)).render())
}

/// Charges, and shows what became of it: at once, or in the next moment.
async fn pay(State(checkout): State<Checkout>, Form(paying): Form<Paying>) -> Response {
    // Dropping the future gives the answer up, not the charge.
    match timeout(PATIENCE, checkout.charge(&paying)).await {
        Ok(Ok(Some(page))) => return Html(page.render()).into_response(),
        // An earlier click may have charged it all the same.
        Ok(Err(error)) => eprintln!("order {}: {error}", paying.order),
        Ok(Ok(None)) | Err(_) => {}
    }
    // The rest is told by the page of the submission, from the journal.
    Redirect::to(&format!("/?order={}&key={}", paying.order, paying.key)).into_response()
}

impl Checkout {
    async fn new_order(&self) -> Result<Page, Failure> {
        let order = self.shop.create_order().await?;
        Ok(Page::pay(order, Uuid::new_v4(), None))
    }

    /// Charges. Gives a page where the order is another submission's: of this one the journal
    /// would say nothing, and nothing was charged by it, but the order may be paid.
    async fn charge(&self, paying: &Paying) -> Result<Option<Page>, Failure> {
        let payment = test_card(&paying.card)?;
        let order = OrderId::new(paying.order)?;
        let key = IdempotencyKey::new(paying.key.to_string())?;
        Ok(match self.store.charge(&key, order, &payment).await {
            Err(ChargeError::AlreadyPaid(charge)) => Some(told(paying.order, &charge)),
            Err(ChargeError::OrderTaken(_) | ChargeError::CannotTell(_)) => {
                Some(Page::taken(paying.order))
            }
            Err(ChargeError::Database(error)) => return Err(error.into()),
            _ => None,
        })
    }

    /// What the journal says of a submission.
    async fn answer(&self, order: u32, key: Uuid) -> Result<Page, Failure> {
        let stored = IdempotencyKey::new(key.to_string())?;
        let answer = match self.store.wait(&stored, Duration::ZERO).await {
            Ok(None) => return Ok(Page::pay(order, key, None)),
            Ok(Some(charge)) => Ok(charge),
            Err(error) => Err(error),
        };
        Ok(match answer {
            Ok(charge) => told(order, &charge),
            // It never left, or was declined: the one leaves its key free, the other needs a new.
            Err(ChargeError::Refused(refusal)) if !refusal.uses_up_key => {
                Page::pay(order, key, Some("Nothing was charged. Please try again."))
            }
            Err(ChargeError::Refused(refusal)) => {
                Page::pay(order, Uuid::new_v4(), Some(&refusal.message))
            }
            Err(ChargeError::OutcomeUnknown(attempt))
                if attempt.state == AttemptState::Released =>
            {
                let notice = "We could not find your payment. You can pay again: we look once more \
                     before you are charged.";
                Page::pay(order, key, Some(notice))
            }
            Err(ChargeError::Reversed(_)) => Page::reversed(order),
            Err(ChargeError::InProgress(_) | ChargeError::OutcomeUnknown(_)) => {
                Page::unknown(order)
            }
            Err(error) => return Err(error.into()),
        })
    }
}

fn told(order: u32, charge: &JournaledCharge) -> Page {
    if charge.status.as_str() == "success" {
        Page::paid(order, &charge.transaction_id)
    } else {
        Page::unknown(order)
    }
}

/// The test cards that the page offers. A shop of yours takes cards in its payment provider's
/// fields, never in a page of its own.
fn test_card(name: &str) -> Result<Payment, Failure> {
    let number = match name {
        "approved" => "4242424242424242",
        "declined" => "4000000000000002",
        _ => return Err("the page has no such card".into()),
    };
    let card = Card::new("Jane Doe", number, 12, 2039).verification_value("123");
    Ok(Payment::new(card, "stripe.card")?)
}
