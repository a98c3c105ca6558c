//! The command line of the binary.

use std::path::PathBuf;

use bigcommerce_sandbox::{
    ClaimsForm, ClockMode, ErrorForm, Sandbox, SandboxBuilder, SuccessForm, WireForms,
};
use clap::Parser;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A BigCommerce test store in a box: both payment hosts on loopback ports.
///
/// When ready, one line of JSON on standard output gives the URLs, a store hash and an API
/// token. Requests are logged on standard error with their secrets redacted.
#[derive(Debug, Parser)]
#[command(name = "bigcommerce-sandbox", version)]
pub(crate) struct Cli {
    /// Port of the tokens host; 0 takes any free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    api_port: u16,

    /// Port of the payments host; 0 takes any free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    payments_port: u16,

    /// Port of the admin interface; 0 takes any free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    admin_port: u16,

    /// Draw everything random from this seed, and start a clock that moves only when told
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// `real`, or a Unix time in seconds at which the clock stands until told to move
    #[arg(long, value_name = "CLOCK", value_parser = clock)]
    clock: Option<ClockMode>,

    /// Play the stores of this JSON file instead of the built-in one
    #[arg(long, value_name = "FILE")]
    store_file: Option<PathBuf>,

    /// Serve both hosts over TLS, with a certificate by a CA made at start
    #[arg(long)]
    tls: bool,

    /// Write the CA's certificate in PEM to this file too
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) ca_file: Option<PathBuf>,

    #[command(flatten)]
    rules: Rules,

    /// How a processed payment is answered, for example `202_flat`
    #[arg(long, value_name = "FORM", default_value = "201_enveloped", value_parser = form::<SuccessForm>)]
    success_form: SuccessForm,

    /// How errors are answered, for example `html`
    #[arg(long, value_name = "FORM", default_value = "problem", value_parser = form::<ErrorForm>)]
    error_form: ErrorForm,

    /// How the ids in a payment access token are written, for example `integers`
    #[arg(long, value_name = "FORM", default_value = "strings", value_parser = form::<ClaimsForm>)]
    claims_form: ClaimsForm,

    /// Do not log requests
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// What the stores do that the service may do or not.
#[derive(Debug, clap::Args)]
struct Rules {
    /// Answer any number of payment requests
    #[arg(long)]
    no_rate_limit: bool,

    /// Make no other payment access token for an order of which a part is paid
    #[arg(long)]
    refuse_partly_paid: bool,
}

impl Cli {
    /// The sandbox that the flags ask for.
    pub(crate) fn builder(&self) -> SandboxBuilder {
        let forms = WireForms::default()
            .with_success(self.success_form)
            .with_error(self.error_form)
            .with_claims(self.claims_form);
        let mut builder = Sandbox::builder()
            .api_port(self.api_port)
            .payments_port(self.payments_port)
            .admin_port(self.admin_port)
            .tls(self.tls)
            .partly_paid_orders_are_payable(!self.rules.refuse_partly_paid)
            .forms(forms);
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(clock) = self.clock {
            builder = builder.clock(clock);
        }
        if let Some(path) = &self.store_file {
            builder = builder.store_file(path);
        }
        if self.rules.no_rate_limit {
            builder = builder.rate_limit(None);
        }
        builder
    }
}

fn clock(text: &str) -> Result<ClockMode, String> {
    match text {
        "real" => Ok(ClockMode::Real),
        _ => text
            .parse()
            .map(ClockMode::Fixed)
            .map_err(|_| "give `real` or a Unix time in seconds".to_owned()),
    }
}

/// Reads a wire form by the name that it has in JSON; the error lists the names.
fn form<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(name)).map_err(|error| error.to_string())
}
