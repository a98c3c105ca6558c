//! One connection: TLS if wanted, then HTTP/1.1 until either side ends it.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::exchange;
use super::listener::stopped;
use super::stream::{ConnectionControl, Stream};
use crate::endpoints::route::Host;
use crate::state::world::World;

/// Serves a connection until it ends, or until `stop` becomes true and it is idle.
pub(crate) async fn serve(
    tcp: TcpStream,
    world: Arc<World>,
    host: Host,
    tls: Option<TlsAcceptor>,
    mut stop: watch::Receiver<bool>,
) {
    // Small answers must not wait for an acknowledgement. Not every socket can be told so.
    let _ = tcp.set_nodelay(true);
    let control = Arc::new(ConnectionControl::default());
    let stream = match tls {
        None => Stream::plain(tcp, Arc::clone(&control)),
        Some(acceptor) => {
            match tokio::time::timeout(world.read_timeout, acceptor.accept(tcp)).await {
                Ok(Ok(tls)) => Stream::tls(tls, Arc::clone(&control)),
                Ok(Err(error)) => return tracing::debug!(%error, "TLS handshake failed"),
                Err(_) => return tracing::debug!("TLS handshake took too long"),
            }
        }
    };
    let read_timeout = world.read_timeout;
    let service = service_fn(move |request| {
        exchange::serve(Arc::clone(&world), host, Arc::clone(&control), request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}
