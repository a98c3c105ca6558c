//! A charge whose time runs out before the HTTP library asks for its body: it is not sent, or it
//! arrives, and never both.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bigcommerce_payments::{ErrorKind, OrderId, PaymentAccessToken, Payments, Timeouts};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

use super::payment;

/// So many headers that the library takes a while to write them. It has the request in hand then,
/// and asks for the body at the end.
const HEADERS: u32 = 20_000;

const TRIES: u32 = 150;

/// How much longer a charge gets after one that was not sent, and how much shorter after one that
/// was: so most run out of time while the library writes, however fast it does.
const STEP: f64 = 1.25;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_charge_that_is_not_sent_does_not_arrive() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let arrived = Arc::<Mutex<Vec<String>>>::default();
    let host = tokio::spawn(note_arrivals(listener, Arc::clone(&arrived)));
    let http = with_many_headers();
    let mut not_sent = Vec::new();
    let mut time = Duration::from_millis(1);
    for number in 0..TRIES {
        let token = format!("charge-{number}");
        if charge(&http, address, &token, time).await == ErrorKind::NotSent {
            not_sent.push(token);
            time = time.mul_f64(STEP);
        } else {
            time = time.div_f64(STEP);
        }
    }
    // What is on its way arrives before a charge that is begun now.
    charge(&http, address, "last", Duration::from_secs(60)).await;
    let began = Instant::now();
    while !arrived.lock().unwrap().contains(&"last".to_owned()) {
        assert!(began.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    host.abort();

    let arrived = arrived.lock().unwrap();
    assert!(!not_sent.is_empty() && not_sent.len() < TRIES as usize);
    let both: Vec<_> = not_sent.iter().filter(|it| arrived.contains(it)).collect();
    assert!(both.is_empty(), "not sent, and arrived: {both:?}");
}

fn with_many_headers() -> reqwest::Client {
    let headers = (0..HEADERS).map(|number| {
        let name = HeaderName::try_from(format!("h{number}")).unwrap();
        (name, HeaderValue::from_static(""))
    });
    let headers = headers.collect::<HeaderMap>();
    let http = reqwest::Client::builder().default_headers(headers);
    http.no_proxy().build().unwrap()
}

/// The kind of the error with which a charge ends that nobody answers.
async fn charge(
    http: &reqwest::Client,
    address: SocketAddr,
    token: &str,
    time: Duration,
) -> ErrorKind {
    let mut timeouts = Timeouts::default();
    timeouts.payment = time;
    let payments = Payments::builder()
        .payments_url(format!("http://{address}"))
        .http_client(http.clone())
        .timeouts(timeouts)
        .attempts(1)
        .build()
        .unwrap();
    let charges = payments.charges("abc123").unwrap();
    let token = PaymentAccessToken::new(token).unwrap();
    let order = OrderId::new(1).unwrap();
    let error = charges.charge(order, token, &payment()).await.unwrap_err();
    error.kind()
}

/// Notes the tokens of the charges whose body arrives, and hangs up on them.
async fn note_arrivals(listener: TcpListener, arrived: Arc<Mutex<Vec<String>>>) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let arrived = Arc::clone(&arrived);
        tokio::spawn(async move {
            if let Some(token) = token_of_charge(socket).await {
                arrived.lock().unwrap().push(token);
            }
        });
    }
}

/// The token of a charge of whose body a byte arrives.
async fn token_of_charge(mut socket: TcpStream) -> Option<String> {
    const END: &str = "\r\n\r\n";
    let (mut request, mut chunk) = (String::new(), vec![0; 1 << 16]);
    loop {
        let read = socket.read(&mut chunk).await.ok().filter(|it| *it > 0)?;
        let looked_at = request.len().saturating_sub(END.len());
        request.push_str(&String::from_utf8_lossy(&chunk[..read]));
        let end = request[looked_at..]
            .find(END)
            .map(|it| looked_at + it + END.len());
        if end.is_some_and(|end| end < request.len()) {
            let token = request.split("PAT ").nth(1)?.split("\r\n").next()?;
            return Some(token.to_owned());
        }
    }
}
