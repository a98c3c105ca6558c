//! A listener that can be closed and opened again on the same port.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Mutex, watch},
    task::{JoinHandle, JoinSet},
};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4096;

/// How long exchanges under way may take to finish when a listener closes.
const GRACE: Duration = Duration::from_secs(1);

/// What is done with each connection; the receiver says when it should come to an end.
pub(crate) type Serve =
    Arc<dyn Fn(TcpStream, watch::Receiver<bool>) -> ConnectionFuture + Send + Sync>;

type ConnectionFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// A listening address and the connections that were made to it.
pub(crate) struct Listener {
    address: SocketAddr,
    /// Bound but never listening: it keeps the port ours while the listener is closed.
    _placeholder: TcpSocket,
    serve: Serve,
    open: Mutex<Option<Open>>,
}

/// A listener that accepts. Dropping it ends it and its connections at once.
struct Open {
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Listener {
    /// Binds to an address and starts to accept connections. Port 0 means any free port.
    pub(crate) fn bind(address: SocketAddr, serve: Serve) -> io::Result<Self> {
        let placeholder = bound_socket(address)?;
        let address = placeholder.local_addr()?;
        let open = Open::start(address, &serve)?;
        Ok(Self {
            address,
            _placeholder: placeholder,
            serve,
            open: Mutex::new(Some(open)),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts connections, if it does not do so already.
    pub(crate) async fn open(&self) -> io::Result<()> {
        let mut open = self.open.lock().await;
        if open.is_none() {
            *open = Some(Open::start(self.address, &self.serve)?);
        }
        Ok(())
    }

    /// Refuses connections from now on, and ends the ones there are: idle ones at once, busy
    /// ones after their exchange or after a second.
    pub(crate) async fn close(&self) {
        if let Some(mut open) = self.open.lock().await.take() {
            open.stop.send_replace(true);
            // A task that panicked or was aborted has ended too.
            let _ = (&mut open.accepting).await;
        }
    }

    /// Ends the listener and its connections at once.
    pub(crate) fn abort(&self) {
        // Whoever holds the lock is opening or closing the listener, and drops it afterwards.
        if let Ok(mut open) = self.open.try_lock() {
            *open = None;
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Open {
    fn start(address: SocketAddr, serve: &Serve) -> io::Result<Self> {
        let listener = bound_socket(address)?.listen(BACKLOG)?;
        let (stop, stopping) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, Arc::clone(serve), stopping));
        Ok(Self { stop, accepting })
    }
}

fn bound_socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // The placeholder and the listener share the port, and so do connections of the past.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Completes once the listener wants its connections to come to an end.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A listener that is gone wants so too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn accept(listener: TcpListener, serve: Serve, stopping: watch::Receiver<bool>) {
    let mut stop = stopping.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((tcp, _)) => {
                    connections.spawn(serve(tcp, stopping.clone()));
                }
                Err(error) => {
                    // Out of file descriptors, or a connection that is gone already.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            },
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, all_ended).await;
}
