//! Runs a test store until it is told to stop.

mod cli;

use std::{
    io::{IsTerminal, Write},
    net::SocketAddr,
    process::ExitCode,
};

use bigcommerce_sandbox::Sandbox;
use clap::Parser;
use cli::Cli;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tracing::level_filters::LevelFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.check_health {
        return check_health(cli.admin_address()).await;
    }
    match run(&cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> Result<(), Box<dyn std::error::Error>> {
    log_to_stderr(cli.quiet);
    // Told to stop while starting counts as well.
    let stop = stop_signal()?;
    let sandbox = cli.builder().start().await?;
    if let (Some(path), Some(pem)) = (cli.ca_file(), sandbox.ca_pem()) {
        std::fs::write(path, pem)
            .map_err(|error| format!("cannot write the CA to {}: {error}", path.display()))?;
    }
    if cli.is_open_to_others() {
        eprintln!(
            "warning: this is a test store, for tests only: everyone who reaches it can use it"
        );
    }
    announce(&sandbox)?;
    stop.await;
    sandbox.shutdown().await;
    Ok(())
}

/// Whether the sandbox behind this admin port answers. A container has no other program to ask.
async fn check_health(address: SocketAddr) -> ExitCode {
    let asked = async {
        let mut socket = TcpStream::connect(address).await?;
        let request = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        socket.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let patience = std::time::Duration::from_secs(5);
    match tokio::time::timeout(patience, asked).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => ExitCode::SUCCESS,
        _ => {
            eprintln!("error: no sandbox answers on the admin port, {address}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the one line that tells a program where the sandbox is.
fn announce(sandbox: &Sandbox) -> std::io::Result<()> {
    let mut ready = json!({
        "api_url": sandbox.api_url(),
        "payments_url": sandbox.payments_url(),
        "admin_url": sandbox.admin_url(),
        "store_hash": sandbox.store_hash(),
        "access_token": sandbox.access_token(),
        "seed": sandbox.seed(),
    });
    if let Some(pem) = sandbox.ca_pem() {
        ready["ca_pem"] = pem.into();
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{ready}")?;
    out.flush()
}

fn log_to_stderr(quiet: bool) {
    let level = if quiet {
        LevelFilter::WARN
    } else {
        LevelFilter::INFO
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}

/// Completes on SIGINT or SIGTERM. The handlers are in place once this returns.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler, the platform's own one ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
