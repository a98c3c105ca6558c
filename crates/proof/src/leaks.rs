//! A search for planted secrets, in what a process prints and in its memory.
//!
//! A verification value of three or four digits turns up in any text by chance, and is not
//! searched for on its own; it travels with the card number, which is.

pub mod searched_process;

use std::{
    fs::File,
    io::{ErrorKind, Read as _, Seek as _, SeekFrom},
    process::Stdio,
};

use bigcommerce_sandbox::{Endpoint, FaultRule, Sandbox};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
};

use crate::{chaos::plan::OrderPlan, error::ProofError};

/// What to search.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Let the process leak on purpose, and succeed only if that is found.
    #[arg(long)]
    plant: bool,
}

/// Orders that the searched process charges, with the faults that the chaos plans for them.
const ORDERS: u32 = 60;

/// A planted secret of a fixed length, so that the searched process can read it without leaving a
/// copy.
struct Secret {
    name: &'static str,
    value: String,
}

/// What a search found.
struct Finding {
    place: &'static str,
    secret: &'static str,
    hits: usize,
}

/// Runs the process without and with sending, searches it, and prints. `false` when something was
/// found that must not be, or `--plant` was not found.
///
/// # Errors
///
/// Fails where a process cannot be run, or its memory not be read.
pub async fn run(args: &Args) -> Result<bool, ProofError> {
    let mut leaked = false;
    for sends in [false, true] {
        let sandbox = Sandbox::builder().rate_limit(None).start().await?;
        let mut secrets = plant();
        sandbox.add_store("leaks1", &secrets[0].value)?;
        let (output, memory) = observe(&sandbox, &secrets, sends, args.plant).await?;
        secrets.extend(tokens_of(&sandbox));
        if sends && secrets.len() == 4 {
            return Err(ProofError::NothingSent);
        }
        let title = if sends {
            "after charging"
        } else {
            "without sending"
        };
        println!(
            "{title}: {} KiB printed, {} KiB of memory",
            output.len() >> 10,
            memory.len() >> 10
        );
        for finding in search("output", &output, &secrets) {
            println!(
                "  LEAK {} in the {}: {}",
                finding.secret, finding.place, finding.hits
            );
            leaked = true;
        }
        for finding in search("memory", &memory, &secrets) {
            // Buffers of the HTTP library are freed without being zeroed; the facade's are not.
            let excused = sends && !args.plant;
            let word = if excused {
                "left by the HTTP library:"
            } else {
                "LEAK"
            };
            println!(
                "  {word} {} in the {}: {}",
                finding.secret, finding.place, finding.hits
            );
            leaked |= !excused;
        }
    }
    println!(
        "{}",
        if leaked {
            "secrets leaked"
        } else {
            "no secret leaked"
        }
    );
    Ok(leaked == args.plant)
}

fn plant() -> Vec<Secret> {
    let hex = || format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
    vec![
        Secret {
            name: "account token",
            value: hex(),
        },
        Secret {
            name: "card number",
            value: card_number(),
        },
        Secret {
            name: "stored token",
            value: hex(),
        },
        Secret {
            name: "gift certificate",
            value: hex(),
        },
    ]
}

/// A number of the range that test cards come from, with its check digit.
fn card_number() -> String {
    let body = format!("424242{:09}", fastrand::u64(..1_000_000_000));
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = u32::from(digit - b'0') * if index % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// The payment access tokens that the searched process was given, as it sent them.
fn tokens_of(sandbox: &Sandbox) -> Vec<Secret> {
    let requests = sandbox.requests();
    let sent = requests
        .iter()
        .filter(|it| it.endpoint == Some(Endpoint::ProcessPayment));
    sent.filter_map(|it| it.header("authorization")?.strip_prefix("PAT "))
        .map(|token| Secret {
            name: "payment access token",
            value: token.to_owned(),
        })
        .collect()
}

/// Everything that the searched process prints, and its writable memory after it dropped what it made.
async fn observe(
    sandbox: &Sandbox,
    secrets: &[Secret],
    sends: bool,
    plant: bool,
) -> Result<(Vec<u8>, Vec<u8>), ProofError> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["searched-process", "--api-url", sandbox.api_url()]);
    command.args(["--payments-url", sandbox.payments_url()]);
    let store = sandbox
        .find_store("leaks1")
        .expect("the store was just added");
    for index in 0..ORDERS {
        let order = store.create_order("60.98")?;
        command.args(["--order", &order.to_string()]);
        for (endpoint, script) in OrderPlan::new(1, index, sandbox.payments_url()).faults {
            let times = script.len() as u64;
            let rule = FaultRule::script(script).endpoint(endpoint).order(order);
            sandbox.inject(rule.times(times)).await?;
        }
    }
    command.args(sends.then_some("--sends"));
    command.args(plant.then_some("--plant"));
    let log = tempfile::tempfile()?;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log.try_clone()?)
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    for secret in secrets {
        stdin.write_all(secret.value.as_bytes()).await?;
    }
    let stdout = child.stdout.take().expect("standard output is a pipe");
    let (mut output, mut stdout) = (Vec::new(), BufReader::new(stdout));
    while !output.ends_with(b"dropped\n") {
        if stdout.read_until(b'\n', &mut output).await? == 0 {
            return Err(ProofError::ProcessEnded(child.wait().await?));
        }
    }
    let memory = memory_of(&child)?;
    drop(stdin);
    stdout.read_to_end(&mut output).await?;
    child.wait().await?;
    let mut log = log;
    log.seek(SeekFrom::Start(0))?;
    log.read_to_end(&mut output)?;
    Ok((output, memory))
}

/// All writable memory of a process: heaps, stacks and static data.
fn memory_of(child: &Child) -> Result<Vec<u8>, ProofError> {
    let ended = || ProofError::Memory(ErrorKind::NotFound.into());
    let pid = child.id().ok_or_else(ended)?;
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).map_err(ProofError::Memory)?;
    let mut memory = File::open(format!("/proc/{pid}/mem")).map_err(ProofError::Memory)?;
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = address_range(line)?;
        memory.seek(SeekFrom::Start(from))?;
        // The kernel keeps some special mappings to itself.
        let _ = (&mut memory).take(to - from).read_to_end(&mut found);
    }
    Ok(found)
}

fn address_range(line: &str) -> Result<(u64, u64), ProofError> {
    let range = line.split(' ').next().unwrap_or_default();
    let (from, to) = range.split_once('-').unwrap_or_default();
    let address = |hexadecimal| u64::from_str_radix(hexadecimal, 16);
    address(from)
        .and_then(|from| Ok((from, address(to)?)))
        .map_err(|source| ProofError::MemoryMap {
            line: line.to_owned(),
            source,
        })
}

fn search(place: &'static str, text: &[u8], secrets: &[Secret]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for secret in secrets {
        let whole = secret.value.as_bytes();
        // The allocator writes over the first bytes of what is freed; the end would remain.
        let wanted = if whole.len() >= 32 {
            &whole[whole.len() / 2..]
        } else {
            whole
        };
        let hits = text
            .windows(wanted.len())
            .filter(|window| window[0] == wanted[0] && *window == wanted)
            .count();
        if hits > 0 {
            findings.push(Finding {
                place,
                secret: secret.name,
                hits,
            });
        }
    }
    findings
}
