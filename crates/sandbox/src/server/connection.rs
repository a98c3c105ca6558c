//! One connection: TLS if wanted, then HTTP/1.1 until either side ends it.

use std::{future::poll_fn, io, pin::Pin, sync::Arc};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::watch};

use crate::{
    server::{
        Identity, exchange,
        listener::stopped,
        stream::{ConnectionControl, Socket, Stream},
    },
    state::shared::SharedState,
    wire::endpoint::Host,
};

/// The answer to a request whose head does not come in time.
const TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves a connection until it ends, or until its listener closes and it is idle.
pub(crate) async fn serve(
    tcp: TcpStream,
    shared: Arc<SharedState>,
    host: Host,
    identity: Option<Arc<Identity>>,
    stop: watch::Receiver<bool>,
) {
    // Small answers must not wait for an acknowledgement. Not every socket can be told so.
    let _ = tcp.set_nodelay(true);
    if let Some(delay) = shared.faults.connection_delay(host) {
        tokio::time::sleep(delay).await;
    }
    let socket: Box<dyn Socket> = match identity {
        None => Box::new(tcp),
        Some(identity) => {
            match tokio::time::timeout(shared.read_timeout, identity.accept(tcp)).await {
                Ok(Ok(tls)) => tls,
                Ok(Err(error)) => {
                    return tracing::info!(?host, %error, "a client gave up TLS");
                }
                Err(_) => return tracing::info!(?host, "a TLS handshake took too long"),
            }
        }
    };
    let control = Arc::new(ConnectionControl::default());
    let stream = Stream::new(socket, Arc::clone(&control));
    if let Err(error) = serve_http(stream, control, shared, host, stop).await {
        tracing::debug!(%error, "a connection could not be closed in order");
    }
}

async fn serve_http(
    stream: Stream,
    control: Arc<ConnectionControl>,
    shared: Arc<SharedState>,
    host: Host,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let read_timeout = shared.read_timeout;
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        Box::pin(exchange::serve(shared, host, Arc::clone(&control), request))
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => Some(ended),
        () = stopped(&mut stop) => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        Pin::new(&mut connection).graceful_shutdown();
        poll_fn(|cx| connection.poll_without_shutdown(cx)).await
    };
    if let Err(error) = &ended
        && error.is_parse()
    {
        tracing::info!(?host, %error, "what a client sent is not HTTP");
    }
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    // A connection that was merely idle is closed without a word: a client could take an answer
    // for the one to its next request.
    let head_began = !parts.read_buf.is_empty();
    if ended.is_err_and(|error| error.is_timeout()) && head_began {
        stream.write_all(TIMEOUT).await?;
    }
    stream.shutdown().await
}
