//! The processes, each of which is started again when it ends.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::Stdio,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command as Program},
    sync::{mpsc, oneshot},
};

use crate::{
    error::ProofError,
    fleet::{
        args::WrongVariant,
        protocol::{Command, Job, Report, Setup, StepSignal, Told},
    },
};

/// The processes of a fleet.
pub(super) struct Processes {
    setup: Setup,
    program: PathBuf,
    slots: Vec<Slot>,
    jobs: AtomicU64,
    ended: AtomicUsize,
    is_over: AtomicBool,
}

/// The place of a process, whichever it is now.
#[derive(Default)]
struct Slot(Mutex<Running>);

#[derive(Default)]
struct Running {
    process: Option<Pid>,
    /// Whether it takes charges.
    is_ready: bool,
    is_stopped: bool,
    commands: Option<mpsc::UnboundedSender<String>>,
    waiting: HashMap<u64, oneshot::Sender<Told>>,
}

/// How long a caller waits for a process before it asks another; less where processes sleep over
/// charges that others are to make meanwhile.
const PATIENCE: Duration = Duration::from_secs(20);
const PATIENCE_WITH_SLEEPERS: Duration = Duration::from_secs(2);

impl Processes {
    pub(super) fn new(setup: Setup, instances: u32) -> Result<Self, ProofError> {
        Ok(Self {
            setup,
            program: std::env::current_exe()?,
            slots: (0..instances.max(1)).map(|_| Slot::default()).collect(),
            jobs: AtomicU64::new(0),
            ended: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        })
    }

    pub(super) fn count(&self) -> usize {
        self.slots.len()
    }

    /// How many processes have ended, of all that were started.
    pub(super) fn ended(&self) -> usize {
        self.ended.load(Ordering::Relaxed)
    }

    /// Keeps a process running in its place, until the run is over.
    pub(super) async fn keep(&self, number: usize) -> Result<(), ProofError> {
        while !self.is_over.load(Ordering::SeqCst) {
            let child = self.start(number)?;
            self.listen(number, child).await?;
            if !self.is_over.load(Ordering::SeqCst) {
                self.ended.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Lets them end, those that sleep too.
    pub(super) fn end(&self) -> Result<(), ProofError> {
        self.is_over.store(true, Ordering::SeqCst);
        for (number, slot) in self.slots.iter().enumerate() {
            self.signal(number, Signal::CONT)?;
            // Their standard input ends, and with it they do.
            slot.lock().commands = None;
        }
        Ok(())
    }

    /// Asks a process for a charge; none where it does not take any or does not answer.
    pub(super) async fn charge(&self, number: usize, mut job: Job) -> Option<Told> {
        job.number = self.jobs.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        {
            let mut running = self.slots[number].lock();
            if !running.is_ready || !running.tell(&Command::Charge(job.clone())) {
                return None;
            }
            running.waiting.insert(job.number, sender);
        }
        let patience = match self.setup.wrong {
            Some(WrongVariant::UnfencedSend) => PATIENCE_WITH_SLEEPERS,
            _ => PATIENCE,
        };
        let answer = tokio::time::timeout(patience, answer).await;
        self.slots[number].lock().waiting.remove(&job.number);
        answer.ok()?.ok()
    }

    /// Sends a process a signal, if it runs.
    pub(super) fn signal(&self, number: usize, signal: Signal) -> Result<(), ProofError> {
        let mut running = self.slots[number].lock();
        let Some(process) = running.process else {
            return Ok(());
        };
        running.is_stopped = signal == Signal::STOP;
        match kill_process(process, signal) {
            // It has just ended, and nobody has noticed yet.
            Err(rustix::io::Errno::SRCH) => Ok(()),
            sent => Ok(sent?),
        }
    }

    /// Tells a process something, if it runs.
    pub(super) fn tell(&self, number: usize, command: &Command) -> bool {
        self.slots[number].lock().tell(command)
    }

    pub(super) fn is_ready(&self, number: usize) -> bool {
        self.slots[number].lock().is_ready
    }

    pub(super) fn is_stopped(&self, number: usize) -> bool {
        self.slots[number].lock().is_stopped
    }

    fn start(&self, number: usize) -> Result<Child, ProofError> {
        let mut setup = self.setup.clone();
        setup.owner = format!("instance {number}.{}", self.ended());
        if setup.wrong == Some(WrongVariant::OutsideLimit) && number > 0 {
            setup.wrong = None;
        }
        let mut child = Program::new(&self.program)
            .arg("instance")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        let (commands, mut lines) = mpsc::unbounded_channel::<String>();
        // A process that sleeps reads nothing, and nobody waits for it.
        tokio::spawn(async move {
            while let Some(line) = lines.recv().await {
                if stdin.write_all(line.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        let _ = commands.send(format!("{}\n", serde_json::to_string(&setup)?));
        *self.slots[number].lock() = Running {
            process: child
                .id()
                .and_then(|id| Pid::from_raw(id.try_into().unwrap_or_default())),
            commands: Some(commands),
            ..Running::default()
        };
        Ok(child)
    }

    /// Hands on what a process says, until it ends.
    async fn listen(&self, number: usize, mut child: Child) -> Result<(), ProofError> {
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let mut lines = BufReader::new(stdout).lines();
        let slot = &self.slots[number];
        // A line that is cut off was about to be said when the process was killed.
        while let Ok(Some(line)) = lines.next_line().await {
            let Ok(report) = serde_json::from_str(&line) else {
                break;
            };
            let mut running = slot.lock();
            match report {
                Report::Ready => running.is_ready = true,
                Report::Answer { number, told } => {
                    if let Some(waiting) = running.waiting.remove(&number) {
                        let _ = waiting.send(told);
                    }
                }
                Report::AtStep { signal } => running.is_stopped = signal == StepSignal::Stop,
            }
        }
        *slot.lock() = Running::default();
        child.wait().await?;
        Ok(())
    }
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn tell(&self, command: &Command) -> bool {
        let line = serde_json::to_string(command).expect("a command is JSON");
        let commands = self.commands.as_ref();
        commands.is_some_and(|commands| commands.send(format!("{line}\n")).is_ok())
    }
}
