//! A search for planted secrets, in what a process prints and in its memory.
//!
//! The process frees nothing for good, so that what a buffer held when it was freed can still be
//! found; and it remembers who allocated what. A secret in a buffer that the HTTP library made is
//! the library's: it has to hold what it sends. Any other is a leak, on the stack too.

mod allocation;
mod memory;
mod observed_process;
mod owner;
mod planted_leak;
mod received_secrets;
mod search;
pub mod searched_process;
mod secret;

use std::collections::{BTreeMap, BTreeSet};

use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Sandbox, TestStore, When};
use serde_json::{Value, json};

pub use self::allocation::{RememberingAllocator, remembering_allocator};
use self::{
    observed_process::ObservedProcess,
    owner::Owner,
    planted_leak::COPY_OF_OURS,
    search::Search,
    secret::{PlantedSecrets, SecretKind, with_separator},
};
use crate::{chaos::plan::OrderPlan, error::ProofError};

/// What to search.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Let the process print every secret, then keep a copy of every secret, and succeed only if
    /// each is found.
    #[arg(long)]
    plant: bool,
    /// Let the process free a copy of every secret among the buffers of the HTTP library, and
    /// succeed only if each is found, and is not taken for the library's.
    #[arg(long)]
    plant_copy: bool,
    /// Let the service repeat in its errors what it was sent.
    #[arg(long)]
    echoes: bool,
}

/// What the searched process is to do.
struct Scenario {
    title: &'static str,
    options: &'static [&'static str],
    /// Whether the service repeats in its errors what it was sent.
    echoes: bool,
}

/// Orders that the searched process charges.
const ORDERS: u32 = 60;

const HONEST: [Scenario; 3] = [
    Scenario {
        title: "without sending",
        options: &[],
        echoes: false,
    },
    Scenario {
        title: "after charging, under the faults of the chaos",
        options: &["--sends"],
        echoes: false,
    },
    Scenario {
        title: "after charging, with errors that repeat what was sent",
        options: &["--sends"],
        echoes: true,
    },
];

const PRINTED: Scenario = Scenario {
    title: "with every secret printed",
    options: &["--sends", "--leak=printed"],
    echoes: false,
};

const KEPT: Scenario = Scenario {
    title: "with a copy of every secret kept",
    options: &["--sends", "--leak=kept"],
    echoes: false,
};

const FREED: Scenario = Scenario {
    title: "with a copy of every secret freed",
    options: &["--sends", "--leak=freed"],
    echoes: false,
};

/// Runs the process, searches it, and prints. `false` when something was found that must not be,
/// or a planted leak was not found.
///
/// # Errors
///
/// Fails where a process cannot be run, or its memory not be read.
pub async fn run(args: &Args) -> Result<bool, ProofError> {
    if args.plant {
        let printed = all_found(&Findings::of(&PRINTED).await?.printed());
        let kept = all_found(&Findings::of(&KEPT).await?.planted_copies());
        return Ok(printed && kept);
    }
    if args.plant_copy {
        return Ok(all_found(&Findings::of(&FREED).await?.planted_copies()));
    }
    let mut leaked = false;
    for scenario in HONEST.iter().filter(|it| it.echoes == args.echoes) {
        leaked |= Findings::of(scenario).await?.has_leak();
    }
    println!(
        "{}",
        if leaked {
            "secrets leaked"
        } else {
            "no secret leaked"
        }
    );
    Ok(!leaked)
}

/// What was found in one process.
struct Findings {
    output: BTreeMap<SecretKind, usize>,
    memory: BTreeMap<(SecretKind, Owner), usize>,
}

impl Findings {
    async fn of(scenario: &Scenario) -> Result<Self, ProofError> {
        let sandbox = Sandbox::builder().rate_limit(None).start().await?;
        let secrets = PlantedSecrets::random();
        let store = sandbox.add_store("leaks1", &secrets.account_token)?;
        let orders = prepare_orders(&sandbox, &store, scenario, &secrets).await?;
        let mut options = scenario
            .options
            .iter()
            .copied()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        options.push(format!("--leak-order={}", store.create_order("60.98")?));
        let mut process = ObservedProcess::run(&sandbox, &orders, &secrets, &options).await?;
        let mut forms = secrets.forms();
        forms.extend(payment_access_tokens(&sandbox));
        let tokens = forms
            .iter()
            .any(|it| it.0 == SecretKind::PaymentAccessToken);
        if !tokens && !scenario.options.is_empty() {
            return Err(ProofError::NothingSent);
        }
        let search = Search::new(&forms);
        let in_memory = memory::search(process.id()?, &search)?;
        let owners = process.owners(in_memory.hits.iter().map(|it| it.1)).await?;
        let printed = process.output().await?;
        let mut findings = Self {
            output: BTreeMap::new(),
            memory: BTreeMap::new(),
        };
        for hit in search.hits(&printed) {
            *findings.output.entry(hit.kind).or_default() += 1;
        }
        for (hit, address) in in_memory.hits {
            let owner = owners[&address].clone();
            *findings.memory.entry((hit.kind, owner)).or_default() += 1;
        }
        println!(
            "{}: {} KiB printed, {} KiB of memory",
            scenario.title,
            printed.len() >> 10,
            in_memory.bytes >> 10
        );
        Ok(findings)
    }

    /// Prints all findings, and says whether one is a leak.
    fn has_leak(&self) -> bool {
        let mut leaked = false;
        for (kind, count) in &self.output {
            println!("  LEAK: {kind}, printed: {count}");
            leaked = true;
        }
        for ((kind, owner), count) in &self.memory {
            match owner {
                Owner::HttpLibrary(library) => {
                    println!("  {kind}, in buffers of {library}: {count}");
                }
                // The generated type holds a cardholder's name as any string.
                Owner::Ours(function)
                    if *kind == SecretKind::CardholderName
                        && function.contains("processing_api::generated") =>
                {
                    println!("  {kind}, in memory of {function}: {count}");
                }
                Owner::Ours(function) => {
                    println!("  LEAK: {kind}, in memory of {function}: {count}");
                    leaked = true;
                }
                Owner::Unknown => {
                    println!("  LEAK: {kind}, in memory outside of buffers: {count}");
                    leaked = true;
                }
            }
        }
        leaked
    }

    fn printed(&self) -> BTreeSet<SecretKind> {
        self.output.keys().copied().collect()
    }

    fn planted_copies(&self) -> BTreeSet<SecretKind> {
        let planted = self.memory.keys().filter(
            |(_, owner)| matches!(owner, Owner::Ours(function) if function.contains(COPY_OF_OURS)),
        );
        planted.map(|(kind, _)| *kind).collect()
    }
}

/// Prints which kinds of secrets were found, and says whether every one was.
fn all_found(found: &BTreeSet<SecretKind>) -> bool {
    for kind in SecretKind::ALL {
        let word = if found.contains(&kind) {
            "found"
        } else {
            "MISSED"
        };
        println!("  {word}: {kind}");
    }
    SecretKind::ALL.iter().all(|kind| found.contains(kind))
}

/// Orders, with the faults that the chaos plans for them or errors that repeat the secrets.
async fn prepare_orders(
    sandbox: &Sandbox,
    store: &TestStore,
    scenario: &Scenario,
    secrets: &PlantedSecrets,
) -> Result<Vec<u64>, ProofError> {
    let mut orders = Vec::new();
    for index in 0..ORDERS {
        let order = store.create_order("60.98")?;
        orders.push(order);
        let faults = if scenario.echoes {
            vec![echo(index, secrets)]
        } else {
            OrderPlan::new(1, index, sandbox.payments_url()).faults
        };
        for (endpoint, script) in faults {
            let times = script.len() as u64;
            let rule = FaultRule::script(script).endpoint(endpoint).order(order);
            sandbox.inject(rule.times(times)).await?;
        }
    }
    Ok(orders)
}

/// An error that repeats what it was sent, in the ways in which a service might.
fn echo(index: u32, secrets: &PlantedSecrets) -> (Endpoint, Vec<Fault>) {
    let status = [422, 400, 500, 429, 202][index as usize / 4 % 5];
    let endpoint = if index / 20 == 2 {
        Endpoint::CreateAccessToken
    } else {
        Endpoint::ProcessPayment
    };
    let body = match (endpoint, index % 4) {
        (Endpoint::CreateAccessToken, _) => account_token_echo(secrets),
        (_, 0) => card_echo(secrets),
        (_, 1) => json!({
            "title": format!("No instrument {}", secrets.stored_token),
            "errors": {"verification_value": secrets.verification_value},
        }),
        (_, 2) => json!({
            "detail": format!("{} is spent", secrets.gift_certificate_code),
            "errors": [{"code": 30051, "message": secrets.gift_certificate_code}],
        }),
        _ => json!({
            "detail": format!("<{}>", secrets.provider_token),
            "type": format!("https://example.com/{}", secrets.provider_token),
        }),
    };
    let fault = Fault::Respond {
        status,
        body: Some(body.to_string()),
        headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        when: When::Before,
    };
    (endpoint, vec![fault; 3])
}

fn account_token_echo(secrets: &PlantedSecrets) -> Value {
    json!({
        "title": format!("{} may not do this", secrets.account_token),
        "errors": {"x-auth-token": secrets.account_token},
    })
}

fn card_echo(secrets: &PlantedSecrets) -> Value {
    let number = &secrets.card_number;
    json!({
        "title": format!("{} was declined for {}", number, secrets.cardholder_name),
        "detail": format!(
            "card {} ({}) of {}, {}",
            with_separator(number, ' '),
            with_separator(number, '-'),
            secrets.cardholder_name.to_uppercase(),
            secrets.verification_value,
        ),
        "errors": {
            "number": number.parse::<u64>().unwrap_or_default(),
            "verification_value": format!("{} is wrong", secrets.verification_value),
            "cvv": secrets.verification_value,
            "cardholder_name": [secrets.cardholder_name],
        },
    })
}

/// The payment access tokens that the searched process was given, as it sent them or the store
/// made them.
fn payment_access_tokens(sandbox: &Sandbox) -> Vec<(SecretKind, String)> {
    let requests = sandbox.requests();
    let sent = requests
        .iter()
        .filter(|it| it.endpoint == Some(Endpoint::ProcessPayment));
    sent.filter_map(|it| it.header("authorization")?.strip_prefix("PAT "))
        .map(|token| (SecretKind::PaymentAccessToken, token.to_owned()))
        .collect()
}
