//! What takes the place of a TLS identity where the feature `tls` is off.

use std::{future::Ready, io};

use tokio::net::TcpStream;

use crate::server::stream::Socket;

/// There is none.
pub(crate) enum Identity {}

impl Identity {
    pub(crate) fn ca_pem(&self) -> &str {
        match *self {}
    }

    pub(crate) fn accept(&self, _: TcpStream) -> Ready<io::Result<Box<dyn Socket>>> {
        match *self {}
    }
}
