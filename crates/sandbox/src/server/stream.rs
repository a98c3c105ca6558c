//! A connection's byte stream, which faults can cut, replace or reset.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Instant,
};

use bytes::{Buf, Bytes};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::state::lock;

/// What a fault asks of the connection that its call came on.
#[derive(Debug, Default)]
pub(crate) struct ConnectionControl {
    reset: AtomicBool,
    /// Bytes to send in place of the next answer.
    instead: Mutex<Option<Bytes>>,
    /// When the first byte of the next request came.
    first_byte: Mutex<Option<Instant>>,
}

impl ConnectionControl {
    /// Makes the connection end with a TCP reset, without another byte.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Release);
    }

    /// Sends these bytes in place of whatever is answered.
    pub(crate) fn send_instead(&self, bytes: Bytes) {
        *lock(&self.instead) = Some(bytes);
    }

    /// When the first byte came that no request has taken yet.
    pub(crate) fn take_first_byte(&self) -> Option<Instant> {
        lock(&self.first_byte).take()
    }

    fn is_reset(&self) -> bool {
        self.reset.load(Ordering::Acquire)
    }
}

/// A plain or encrypted connection.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// A connection under the control of faults.
pub(crate) struct Stream {
    socket: Box<dyn Socket>,
    control: Arc<ConnectionControl>,
    /// Set once foreign bytes were sent: nothing else may follow them.
    replaced: bool,
}

impl Stream {
    pub(crate) fn new(socket: Box<dyn Socket>, control: Arc<ConnectionControl>) -> Self {
        Self {
            socket,
            control,
            replaced: false,
        }
    }

    /// Writes what replaces the answer, if anything does, and says whether something did.
    fn poll_replace(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            let Some(bytes) = lock(&self.control.instead).clone() else {
                return Poll::Ready(Ok(self.replaced));
            };
            self.replaced = true;
            let written = ready!(Pin::new(&mut self.socket).poll_write(cx, &bytes))?;
            let rest = bytes.slice(written..);
            *lock(&self.control.instead) = rest.has_remaining().then_some(rest);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.control.is_reset() {
            // With no time to linger, closing the socket sends RST. A socket on which this
            // fails is closed already.
            let _ = self.socket.tcp().set_zero_linger();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            lock(&this.control.first_byte).get_or_insert_with(Instant::now);
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.control.is_reset() || ready!(this.poll_replace(cx))? {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut this.socket).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.control.is_reset() {
            // An orderly close first would hide the reset from the client.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.socket).poll_shutdown(cx)
    }
}
