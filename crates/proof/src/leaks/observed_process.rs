//! The searched process, as the search sees it.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{ErrorKind, Read as _, Seek as _, SeekFrom},
    process::Stdio,
};

use bigcommerce_sandbox::Sandbox;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{
    error::ProofError,
    leaks::{owner::Owner, secret::PlantedSecrets},
};

/// A process that has done all that it was told, and waits to be searched.
pub(crate) struct ObservedProcess {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: File,
    printed: Vec<u8>,
}

impl ObservedProcess {
    /// Runs the process until it has dropped all that it made.
    pub(crate) async fn run(
        sandbox: &Sandbox,
        orders: &[u64],
        secrets: &PlantedSecrets,
        options: &[String],
    ) -> Result<Self, ProofError> {
        let stderr = tempfile::tempfile()?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["searched-process", "--api-url", sandbox.api_url()])
            .args(["--payments-url", sandbox.payments_url()])
            .args(orders.iter().map(|order| format!("--order={order}")))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr.try_clone()?)
            .kill_on_drop(true)
            .spawn()?;
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        for secret in secrets.in_order() {
            stdin.write_all(secret.as_bytes()).await?;
        }
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let (mut printed, mut stdout) = (Vec::new(), BufReader::new(stdout));
        while !printed.ends_with(b"dropped\n") {
            if stdout.read_until(b'\n', &mut printed).await? == 0 {
                return Err(ProofError::ProcessEnded(child.wait().await?));
            }
        }
        Ok(Self {
            child,
            stdin,
            stdout,
            stderr,
            printed,
        })
    }

    /// Its id, by which its memory is found.
    pub(crate) fn id(&self) -> Result<u32, ProofError> {
        let ended = || ProofError::Memory(ErrorKind::NotFound.into());
        self.child.id().ok_or_else(ended)
    }

    /// Asks it whose the buffers at these addresses are.
    pub(crate) async fn owners(
        &mut self,
        addresses: impl IntoIterator<Item = u64>,
    ) -> Result<BTreeMap<u64, Owner>, ProofError> {
        let mut owners = BTreeMap::new();
        for address in addresses {
            let question = format!("{address}\n");
            self.stdin.write_all(question.as_bytes()).await?;
            let mut answer = String::new();
            self.stdout.read_line(&mut answer).await?;
            owners.insert(
                address,
                Owner::of(&serde_json::from_str::<Vec<_>>(&answer)?),
            );
        }
        Ok(owners)
    }

    /// Lets it end, and gives all that it printed before it was asked anything.
    pub(crate) async fn output(mut self) -> Result<Vec<u8>, ProofError> {
        drop(self.stdin);
        self.child.wait().await?;
        self.stderr.seek(SeekFrom::Start(0))?;
        self.stderr.read_to_end(&mut self.printed)?;
        Ok(self.printed)
    }
}
