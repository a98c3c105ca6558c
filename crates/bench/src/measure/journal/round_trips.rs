//! Counts what a journal asks of its server.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use bigcommerce_test_postgres::PostgresServer;

use super::place::Place;
use crate::error::Error;

/// Lies between a journal and its server.
pub(super) struct Counter {
    pub(super) url: String,
    round_trips: Arc<AtomicU32>,
}

/// What was counted, or a part of it.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) commits: f64,
    pub(super) round_trips: f64,
}

impl Counter {
    pub(super) fn before(place: &Place) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = place.server.as_ref().map_or(0, PostgresServer::port);
        let own = listener.local_addr()?.port();
        let round_trips = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&round_trips);
        thread::spawn(move || {
            for client in listener.incoming() {
                // A connection that fails is one that its client tells of.
                let _ = client.and_then(|client| relay(client, server, &counted));
            }
        });
        Ok(Self {
            url: place.url.replace(&server.to_string(), &own.to_string()),
            round_trips,
        })
    }

    /// All until now. What the server counts it tells when its sessions end, a moment later.
    pub(super) fn counted(&self, place: &Place) -> Result<Counted, Error> {
        thread::sleep(Duration::from_secs(1));
        let commits = match &place.server {
            Some(server) => server.psql(
                "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()",
            )?,
            None => String::new(),
        };
        Ok(Counted {
            commits: commits.parse()?,
            round_trips: f64::from(self.round_trips.load(Ordering::Relaxed)),
        })
    }
}

impl Counted {
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            commits: self.commits - before.commits,
            round_trips: self.round_trips - before.round_trips,
        }
    }

    pub(super) fn each(self, of: u32) -> Self {
        Self {
            commits: self.commits / f64::from(of),
            round_trips: self.round_trips / f64::from(of),
        }
    }
}

/// Hands on both ways. What a client says after the server has answered is a further round trip.
fn relay(client: TcpStream, server: u16, round_trips: &Arc<AtomicU32>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server))?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let answered = Arc::new(AtomicBool::new(true));
    let (to_server, to_client) = (server.try_clone()?, client.try_clone()?);
    let (asks, counted) = (Arc::clone(&answered), Arc::clone(round_trips));
    thread::spawn(move || {
        hand_on(client, to_server, || {
            if asks.swap(false, Ordering::SeqCst) {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    thread::spawn(move || hand_on(server, to_client, || answered.store(true, Ordering::SeqCst)));
    Ok(())
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, seen: impl Fn()) -> io::Result<()> {
    let mut buffer = [0; 16 << 10];
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return to.shutdown(std::net::Shutdown::Write);
        }
        seen();
        to.write_all(&buffer[..read])?;
    }
}
