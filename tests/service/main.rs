//! A service outside the workspace: it depends on the packages as they are packaged.
//!
//! Without arguments it starts a test store, and itself once more, as a service that trusts the
//! test store's certificates as it would those of any machine. Says which TLS library it used, and
//! fails where that is not the expected one.

use std::{
    env,
    error::Error,
    fs,
    process::{Command, ExitCode},
};

use bigcommerce_payments::{Card, OrderId, Payment, Payments, StoreClient};
use bigcommerce_sandbox::Sandbox;
use tokio::{io::AsyncWriteExt, net::TcpListener};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let run = match arguments[..] {
        ["none"] => without_tls().await,
        [tls_library, folder] => with_tls(tls_library, folder).await,
        [tls_library, api, payments, hash, token, order] => {
            let urls = [api, payments];
            match charge(urls, hash, token, order).await {
                Ok(()) => is_used(tls_library).await,
                Err(error) => Err(error),
            }
        }
        _ => Err("say which TLS library is expected, and where files can be written".into()),
    };
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A client for the service's own URLs cannot be made; one for a test store beside it can.
async fn without_tls() -> Result<(), Failure> {
    let error = Payments::new()
        .err()
        .ok_or("a client was made")?
        .to_string();
    if !error.contains("switch on the feature `rustls`") {
        return Err(error.into());
    }
    println!("no client without TLS: {error}");
    let sandbox = Sandbox::start().await?;
    let urls = [sandbox.api_url(), sandbox.payments_url()];
    let order = sandbox.store().create_order("60.98")?.to_string();
    charge(urls, sandbox.store_hash(), sandbox.access_token(), &order).await
}

async fn with_tls(tls_library: &str, folder: &str) -> Result<(), Failure> {
    let sandbox = Sandbox::builder().tls(true).start().await?;
    let certificates = format!("{folder}/ca.pem");
    fs::write(&certificates, sandbox.ca_pem().ok_or("no certificate")?)?;
    let order = sandbox.store().create_order("60.98")?.to_string();
    let mut service = Command::new(env::current_exe()?);
    service
        .args([tls_library, sandbox.api_url(), sandbox.payments_url()])
        .args([sandbox.store_hash(), sandbox.access_token(), &order])
        .env("SSL_CERT_FILE", certificates);
    let status = tokio::task::spawn_blocking(move || service.status()).await??;
    status.success().then_some(()).ok_or("it failed".into())
}

async fn charge(urls: [&str; 2], hash: &str, token: &str, order: &str) -> Result<(), Failure> {
    let [api, payments] = urls;
    let client = Payments::builder().api_url(api).payments_url(payments);
    let store = client.build()?.store(hash, token)?;
    let card = Card::new("Jane Doe", "4242424242424242", 12, 2039).verification_value("422");
    let payment = Payment::new(card, "stripe.card")?;
    pay(store, OrderId::new(order.parse()?)?, &payment).await?;
    println!("order {order} is paid at {api}");
    Ok(())
}

#[cfg(not(feature = "journal"))]
async fn pay(store: StoreClient, order: OrderId, payment: &Payment) -> Result<(), Failure> {
    let receipt = store.charge(order, payment).await?;
    receipt
        .is_final()
        .then_some(())
        .ok_or("it is not final".into())
}

/// The same submission twice, and one charge.
#[cfg(feature = "journal")]
async fn pay(store: StoreClient, order: OrderId, payment: &Payment) -> Result<(), Failure> {
    use bigcommerce_payments_journal::{IdempotencyKey, Journal};

    let file = env::temp_dir().join(format!("journal-{}.db", std::process::id()));
    let journal = Journal::open(&format!("sqlite://{}", file.display())).await?;
    let store = journal.store(store);
    let key = IdempotencyKey::new("cart-77")?;
    let first = store.charge(&key, order, payment).await?;
    let second = store.charge(&key, order, payment).await?;
    fs::remove_file(file)?;
    (first.transaction_id == second.transaction_id)
        .then_some(())
        .ok_or("it was charged twice".into())
}

/// Each library has words of its own for a server that speaks no TLS.
async fn is_used(expected: &str) -> Result<(), Failure> {
    const WORDS: [(&str, &str); 2] = [
        ("rustls", "InvalidContentType"),
        ("native-tls", "wrong version number"),
    ];
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("https://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let payments = Payments::builder().api_url(url).attempts(1).build()?;
    let account = payments.account("abc123", "account-token")?;
    let created = account.create_token(OrderId::new(1)?).await;
    let error = created.err().ok_or("a server without TLS was talked to")?;
    let mut reasons = String::new();
    let mut next: Option<&dyn Error> = Some(&error);
    while let Some(error) = next {
        reasons += &format!("{error}: ");
        next = error.source();
    }
    let found = WORDS.iter().find(|(_, words)| reasons.contains(words));
    match found {
        Some((library, _)) if *library == expected => Ok(println!("TLS: {library}")),
        _ => Err(format!("expected {expected}, and found: {reasons}").into()),
    }
}
