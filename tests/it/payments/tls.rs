//! Certificates and protocols that must not be trusted: each is refused before a secret leaves.

use std::sync::{Arc, Mutex};

use bigcommerce_payments::{
    Error, ErrorKind, OrderId, PaymentAccessToken, Payments, PaymentsBuilder, StoreClient,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivatePkcs8KeyDer},
};

use super::payment;

const ACCOUNT_TOKEN: &str = "the-account-token";
const PAYMENT_ACCESS_TOKEN: &str = "the-payment-access-token";

#[tokio::test]
async fn a_trusted_certificate_is_accepted() {
    let ca = authority();
    let server = Server::start(Speaks::Tls(leaf(&ca, "localhost", 2039))).await;
    let builder = Payments::builder().http_client(trusting(&ca.pem()));
    let [charge, _] = server.try_both(builder).await;

    assert_eq!(charge.status(), Some(400), "the server was talked to");
    assert!(
        server.decrypted().contains(PAYMENT_ACCESS_TOKEN),
        "this matrix can fail"
    );
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let server = Server::start(Speaks::Tls(leaf(&authority(), "localhost", 2039))).await;
    server
        .is_refused(Payments::builder(), "UnknownIssuer")
        .await;
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let ca = authority();
    let server = Server::start(Speaks::Tls(leaf(&ca, "example.com", 2039))).await;
    let builder = Payments::builder().http_client(trusting(&ca.pem()));
    server.is_refused(builder, "not valid for name").await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let ca = authority();
    let server = Server::start(Speaks::Tls(leaf(&ca, "localhost", 2020))).await;
    let builder = Payments::builder().http_client(trusting(&ca.pem()));
    server.is_refused(builder, "expired").await;
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let server = Server::start(Speaks::Tls(acceptor(certificate.der().to_vec(), &key))).await;
    server
        .is_refused(Payments::builder(), "UnknownIssuer")
        .await;
}

#[tokio::test]
async fn tls_1_1_is_refused() {
    let server = Server::start(Speaks::Bytes(&SERVER_HELLO_OF_TLS_1_1)).await;
    server
        .is_refused(Payments::builder(), "ServerDoesNotSupportTls12Or13")
        .await;
}

#[tokio::test]
async fn plain_http_on_the_port_is_refused() {
    let server = Server::start(Speaks::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    server
        .is_refused(Payments::builder(), "InvalidContentType")
        .await;
}

#[test]
fn plain_http_to_another_machine_is_refused_before_it_is_tried() {
    let error = Payments::builder()
        .payments_url("http://payments.bigcommerce.com")
        .build();

    assert_eq!(error.unwrap_err().field_errors()[0].field, "payments_url");
}

/// A record with a handshake message: a `ServerHello` of version 3.2 (RFC 4346, section 7.4.1.3), 32
/// bytes of random, no session, `TLS_RSA_WITH_AES_128_CBC_SHA`, no compression.
const SERVER_HELLO_OF_TLS_1_1: [u8; 47] = {
    let mut bytes = [7; 47];
    let head = [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    let tail = [0, 0, 0x2f, 0];
    let mut at = 0;
    while at < head.len() {
        bytes[at] = head[at];
        at += 1;
    }
    at = 0;
    while at < tail.len() {
        bytes[43 + at] = tail[at];
        at += 1;
    }
    bytes
};

/// What a server does with a connection.
#[derive(Clone)]
enum Speaks {
    Tls(TlsAcceptor),
    Bytes(&'static [u8]),
}

/// A server of both hosts that keeps what it was sent, as it came and decrypted.
struct Server {
    url: String,
    raw: Arc<Mutex<Vec<u8>>>,
    decrypted: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    async fn start(speaks: Speaks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let raw = Arc::<Mutex<Vec<u8>>>::default();
        let decrypted = Arc::<Mutex<Vec<u8>>>::default();
        let server = Self {
            url: format!("https://localhost:{port}"),
            raw: Arc::clone(&raw),
            decrypted: Arc::clone(&decrypted),
        };
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (raw, decrypted) = (Arc::clone(&raw), Arc::clone(&decrypted));
                tokio::spawn(serve(socket, speaks.clone(), raw, decrypted));
            }
        });
        server
    }

    /// Tries both hosts, and checks that neither was reached, and why.
    async fn is_refused(&self, builder: PaymentsBuilder, why: &str) {
        for error in self.try_both(builder).await {
            assert_eq!(error.kind(), ErrorKind::NotSent);
            assert!(error.is_safe_to_retry());
            let reasons = reasons(&error);
            assert!(reasons.contains(why), "{reasons}");
        }
        self.saw_no_secret();
    }

    async fn try_both(&self, builder: PaymentsBuilder) -> [Error; 2] {
        let store = self.store(builder.attempts(1));
        let order = OrderId::new(215).unwrap();
        let token = PaymentAccessToken::new(PAYMENT_ACCESS_TOKEN).unwrap();
        let payment = payment();
        let charge = store.charges().charge(order, token, &payment).await;
        let token = store.account().create_token(order).await;
        [charge.unwrap_err(), token.unwrap_err()]
    }

    fn store(&self, builder: PaymentsBuilder) -> StoreClient {
        let payments = builder.api_url(&self.url).payments_url(&self.url).build();
        payments.unwrap().store("abc123", ACCOUNT_TOKEN).unwrap()
    }

    fn decrypted(&self) -> String {
        String::from_utf8_lossy(&self.decrypted.lock().unwrap()).into_owned()
    }

    fn saw_no_secret(&self) {
        assert_eq!(self.decrypted(), "", "nothing was sent over TLS");
        let raw = self.raw.lock().unwrap();
        assert!(!raw.is_empty(), "the client did connect");
        for secret in [ACCOUNT_TOKEN, PAYMENT_ACCESS_TOKEN, "4242424242424242"] {
            let found = raw
                .windows(secret.len())
                .any(|bytes| bytes == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}

/// What the error says of its causes.
fn reasons(error: &Error) -> String {
    let mut reasons = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        reasons.push(error.to_string());
        next = error.source();
    }
    reasons.join(": ")
}

async fn serve(
    mut socket: TcpStream,
    speaks: Speaks,
    raw: Arc<Mutex<Vec<u8>>>,
    decrypted: Arc<Mutex<Vec<u8>>>,
) {
    let mut first = vec![0; 4096];
    let read = socket.peek(&mut first).await.unwrap_or_default();
    raw.lock().unwrap().extend_from_slice(&first[..read]);
    match speaks {
        Speaks::Bytes(bytes) => {
            // The client may hang up at any byte; so it should.
            let _ = socket.write_all(bytes).await;
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest).await;
            raw.lock().unwrap().extend_from_slice(&rest);
        }
        Speaks::Tls(acceptor) => {
            let Ok(mut stream) = acceptor.accept(socket).await else {
                return;
            };
            let read = stream.read(&mut first).await.unwrap_or_default();
            decrypted.lock().unwrap().extend_from_slice(&first[..read]);
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for the host, good from 2019 until the given year.
fn leaf(ca: &CertifiedIssuer<'static, KeyPair>, host: &str, until: i32) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, ca).unwrap();
    acceptor(certificate.der().to_vec(), &key)
}

fn acceptor(certificate: Vec<u8>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key.into())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

pub(super) fn trusting(ca_pem: &str) -> reqwest::Client {
    let certificate = reqwest::Certificate::from_pem(ca_pem.as_bytes()).unwrap();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([certificate])
        .build()
        .unwrap()
}
