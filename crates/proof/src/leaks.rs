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
mod scenario;
mod search;
pub mod searched_process;
mod secret;

use std::collections::{BTreeMap, BTreeSet};

use bigcommerce_progress::Progress;
use bigcommerce_sandbox::{Endpoint, Sandbox};

pub use self::allocation::{RememberingAllocator, remembering_allocator};
use self::{
    observed_process::ObservedProcess,
    owner::Owner,
    planted_leak::COPY_OF_OURS,
    scenario::{FREED, HONEST, KEPT, PRINTED, Scenario, prepare_orders},
    search::Search,
    secret::{PlantedSecrets, SecretKind},
};
use crate::error::ProofError;

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
}

/// Runs the process, searches it, and prints. `false` when something was found that must not be,
/// or a planted leak was not found.
///
/// # Errors
///
/// Fails where a process cannot be run, or its memory not be read.
pub async fn run(args: &Args) -> Result<bool, ProofError> {
    let progress = |processes| Progress::new("processes searched", Some(processes));
    if args.plant {
        let progress = progress(2);
        let printed = Findings::of(&PRINTED, &progress).await?;
        let printed = progress.pause(|| all_found(&printed.printed()));
        let kept = Findings::of(&KEPT, &progress).await?;
        let kept = progress.pause(|| all_found(&kept.planted_copies()));
        return Ok(printed && kept);
    }
    if args.plant_copy {
        let freed = Findings::of(&FREED, &progress(1)).await?;
        return Ok(all_found(&freed.planted_copies()));
    }
    let progress = progress(HONEST.len() as u64);
    let mut leaked = false;
    for scenario in &HONEST {
        let findings = Findings::of(scenario, &progress).await?;
        leaked |= progress.pause(|| findings.has_leak());
    }
    drop(progress);
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
    async fn of(scenario: &Scenario, progress: &Progress) -> Result<Self, ProofError> {
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
        progress.advance();
        progress.pause(|| {
            println!(
                "{}: {} KiB printed, {} KiB of memory",
                scenario.title,
                printed.len() >> 10,
                in_memory.bytes >> 10
            );
        });
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
