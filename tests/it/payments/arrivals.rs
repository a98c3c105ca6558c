//! A payments host that notes when each charge arrives, and answers as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bigcommerce_payments::{
    ChargeClient, Error, OrderId, PaymentAccessToken, PaymentsBuilder, Receipt,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::{
    payment,
    tls::{authority, leaf, trusting},
};

/// A host that speaks TLS, so that a connection is not there before the host has agreed to it.
#[derive(Clone)]
pub(super) struct Host {
    url: String,
    trusting: reqwest::Client,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

/// How the host behaves.
#[derive(Clone, Default)]
pub(super) struct Behaviour {
    /// How long it takes to agree to a new connection.
    pub(super) cold: Duration,
    /// How long it works on each charge.
    pub(super) slow: Duration,
    /// The first answers, head and body; then it charges.
    pub(super) answers: Vec<String>,
}

/// A charge, by its first byte.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub(super) at: Instant,
    /// The payment access token.
    pub(super) token: String,
}

impl Host {
    pub(super) async fn start(behaviour: Behaviour) -> Self {
        let ca = authority();
        let acceptor = leaf(&ca, "localhost", 2039);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let host = Self {
            url: format!("https://localhost:{port}"),
            trusting: trusting(&ca),
            arrivals: Arc::default(),
        };
        let answers = Arc::new(Mutex::new(VecDeque::from(behaviour.answers.clone())));
        let arrivals = Arc::clone(&host.arrivals);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let connection = Connection {
                    behaviour: behaviour.clone(),
                    answers: Arc::clone(&answers),
                    arrivals: Arc::clone(&arrivals),
                };
                tokio::spawn(connection.serve(socket, acceptor.clone()));
            }
        });
        host
    }

    /// The charging side of a store at this host.
    pub(super) fn charges(&self, builder: PaymentsBuilder) -> ChargeClient {
        let builder = builder.payments_url(&self.url).api_url(&self.url);
        let payments = builder.http_client(self.trusting.clone()).build().unwrap();
        payments.charges("abc123").unwrap()
    }

    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap().clone()
    }

    /// The most charges that arrived within any window of that length.
    pub(super) fn most_within(&self, window: Duration) -> usize {
        let mut at: Vec<_> = self.arrivals().iter().map(|arrival| arrival.at).collect();
        at.sort_unstable();
        (0..at.len())
            .map(|first| at[first..].partition_point(|each| *each < at[first] + window))
            .max()
            .unwrap_or(0)
    }
}

/// An answer of the host, its body whole.
pub(super) fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

fn charged() -> String {
    let receipt = r#"{"data":{"id":"1","status":"success","transaction_type":"purchase"}}"#;
    answer(201, "content-type: application/json\r\n", receipt)
}

/// Begins a charge with a token of that name.
pub(super) fn charge(charges: &ChargeClient, token: &str) -> JoinHandle<Result<Receipt, Error>> {
    let token = PaymentAccessToken::new(token).unwrap();
    let charges = charges.clone();
    tokio::spawn(async move {
        let order = OrderId::new(215).unwrap();
        charges.charge(order, token, &payment()).await
    })
}

struct Connection {
    behaviour: Behaviour,
    answers: Arc<Mutex<VecDeque<String>>>,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl Connection {
    async fn serve(self, socket: TcpStream, acceptor: TlsAcceptor) {
        tokio::time::sleep(self.behaviour.cold).await;
        let Ok(mut stream) = acceptor.accept(socket).await else {
            return;
        };
        while let Some(()) = self.serve_one(&mut stream).await {}
    }

    async fn serve_one(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<()> {
        let mut request = vec![stream.read_u8().await.ok()?];
        let at = Instant::now();
        while !is_whole(&request) {
            stream
                .read_buf(&mut request)
                .await
                .ok()
                .filter(|read| *read > 0)?;
        }
        let head = String::from_utf8_lossy(&request).into_owned();
        let token = head.split("PAT ").nth(1)?.lines().next()?.to_owned();
        self.arrivals.lock().unwrap().push(Arrival { at, token });
        tokio::time::sleep(self.behaviour.slow).await;
        let answer = self.answers.lock().unwrap().pop_front();
        let answer = answer.unwrap_or_else(charged);
        stream.write_all(answer.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        Some(()).filter(|()| !answer.contains("connection: close"))
    }
}

/// Whether the head and as many bytes as it announces are there.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .expect("a charge says how long it is");
    body.len() >= announced.parse::<usize>().unwrap()
}
