//! The admin port: control from any language, the API documents, and a page to watch.

mod context;
mod error;
mod guard;
mod handlers;
mod openapi;
mod orders;
mod page;
mod query;
mod view;

use std::{io, net::SocketAddr};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{delete, get, post, put},
};
pub(crate) use context::Admin;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// The running admin server.
pub(crate) struct AdminServer {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl AdminServer {
    pub(crate) async fn start(address: SocketAddr, admin: Admin) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, mut stopping) = watch::channel(false);
        let serving = tokio::spawn(async move {
            let stopped = async move {
                // A server that is gone wants to stop too.
                let _ = stopping.wait_for(|stop| *stop).await;
            };
            let server = axum::serve(listener, router(admin)).with_graceful_shutdown(stopped);
            if let Err(error) = server.await {
                tracing::error!(%error, "the admin port failed");
            }
        });
        Ok(Self {
            address,
            stop,
            serving,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts no more connections. Those of watching browsers are not waited for.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }
}

impl Drop for AdminServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn router(admin: Admin) -> Router {
    let routes = Router::new()
        .route("/", get(page::html))
        .route("/assets/{file}", get(page::asset))
        .route("/health", get(handlers::health))
        .route("/openapi/tokens.json", get(openapi::tokens))
        .route("/openapi/processing.json", get(openapi::processing))
        .route("/openapi/orders.json", get(openapi::orders))
        .route("/openapi/admin.json", get(openapi::admin))
        .route("/state", get(handlers::state))
        .route("/first-use", get(handlers::first_use))
        .route("/orders", get(handlers::orders))
        .route("/ledger", get(handlers::ledger))
        .route("/requests", get(handlers::requests))
        .route("/test-data", get(handlers::test_data))
        .route("/reset", post(handlers::reset))
        .route(
            "/faults",
            get(handlers::faults)
                .post(handlers::inject_fault)
                .delete(handlers::clear_faults),
        )
        .route("/faults/{id}", delete(handlers::remove_fault))
        .route("/forms", get(handlers::forms).put(handlers::set_forms))
        .route("/clock", get(handlers::clock))
        .route("/clock/advance", post(handlers::advance_clock))
        .route("/landings", get(handlers::landings))
        .route("/landings/land", post(handlers::land_all))
        .route("/stores", post(handlers::add_store));
    routes
        .merge(store_routes())
        .fallback(handlers::not_found)
        .method_not_allowed_fallback(handlers::method_not_allowed)
        .layer(from_fn_with_state(admin.clone(), guard::guard))
        .with_state(admin)
}

/// What is done to one store.
fn store_routes() -> Router<Admin> {
    Router::new()
        .route(
            "/stores/{hash}/payable-orders",
            post(orders::create_payable_orders),
        )
        .route(
            "/stores/{hash}/methods",
            put(orders::serve_methods).delete(orders::serve_own_methods),
        )
        .route("/stores/{hash}/orders/{order_id}", get(orders::timeline))
        .route(
            "/stores/{hash}/orders/{order_id}/settle",
            post(orders::settle_pending),
        )
        .route(
            "/stores/{hash}/orders/{order_id}/capture",
            post(orders::capture),
        )
        .route("/stores/{hash}/orders/{order_id}/void", post(orders::void))
        .route(
            "/stores/{hash}/orders/{order_id}/refund",
            post(orders::refund),
        )
        .route(
            "/stores/{hash}/orders/{order_id}/transactions",
            put(orders::serve_transactions)
                .post(orders::add_raw_transaction)
                .delete(orders::serve_own_transactions),
        )
}
