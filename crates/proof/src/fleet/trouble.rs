//! What happens to the processes and their database, over and over.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use fastrand::Rng;
use rustix::process::Signal;
use tokio::time::sleep;

use crate::{
    error::ProofError,
    fleet::{
        database::{FleetDatabase, Outage},
        processes::Processes,
        protocol::{Command, PLACE_CAME, STEPS, StepSignal},
        rules::LEASE,
    },
};

/// All that happened to the processes and their database.
pub(super) struct Trouble {
    started: Instant,
    events: Mutex<Vec<(Duration, String)>>,
    counts: Mutex<BTreeMap<String, usize>>,
}

/// How long a process sleeps: beyond every lease that it may hold.
const SLEEP: Duration = LEASE.saturating_add(Duration::from_millis(1_500));

/// How long a process has to come to a step before it is given up.
const UNTIL_STEP: Duration = Duration::from_secs(2);

/// How long a process may take to do what a signal or a command says.
const UNTIL_IT_SLEEPS: Duration = Duration::from_millis(100);

impl Trouble {
    pub(super) fn new(started: Instant) -> Self {
        Self {
            started,
            events: Mutex::default(),
            counts: Mutex::default(),
        }
    }

    /// Kills processes and puts them to sleep, in the middle of anything and at every step.
    pub(super) async fn of_processes(
        &self,
        processes: &Processes,
        seed: u64,
    ) -> Result<Infallible, ProofError> {
        let mut chance = Rng::with_seed(seed ^ 0x000F_1EE7);
        loop {
            sleep(Duration::from_millis(chance.u64(400..1_800))).await;
            let number = chance.usize(..processes.count());
            if !processes.is_ready(number) {
                continue;
            }
            match chance.u8(..10) {
                0 | 1 => {
                    self.note(format!("instance {number} is killed"));
                    processes.signal(number, Signal::KILL)?;
                }
                2..=5 => {
                    let step = STEPS[chance.usize(..STEPS.len())];
                    self.at_step(processes, number, step, StepSignal::Kill)
                        .await?;
                }
                6 => {
                    self.note(format!("instance {number} is put to sleep"));
                    processes.signal(number, Signal::STOP)?;
                    self.wake_up(processes, number).await?;
                }
                7 | 8 => {
                    let step = STEPS[chance.usize(..STEPS.len())];
                    self.at_step(processes, number, step, StepSignal::Stop)
                        .await?;
                }
                _ => {
                    self.note(format!("instance {number} is shut down"));
                    processes.tell(number, &Command::ShutDown);
                }
            }
        }
    }

    /// Puts one process after the other to sleep while its charges wait for their place, beyond
    /// their leases, so that others release and charge their orders in the meantime.
    pub(super) async fn before_sending(
        &self,
        processes: &Processes,
        database: &tokio::sync::Mutex<FleetDatabase>,
    ) -> Result<Infallible, ProofError> {
        let mut number = 0;
        loop {
            let stop = StepSignal::Stop;
            if processes.is_ready(number)
                && self.comes_to(processes, number, PLACE_CAME, stop).await
            {
                // One that sleeps in the middle of a transaction would hold up all others.
                while !database.lock().await.takes_writes().await? {
                    processes.signal(number, Signal::CONT)?;
                    sleep(UNTIL_IT_SLEEPS).await;
                    processes.signal(number, Signal::STOP)?;
                    sleep(UNTIL_IT_SLEEPS).await;
                }
                self.wake_up(processes, number).await?;
            }
            number = (number + 1) % processes.count();
            sleep(UNTIL_IT_SLEEPS).await;
        }
    }

    /// Takes the database away and gives it back.
    pub(super) async fn of_database(
        &self,
        database: &tokio::sync::Mutex<FleetDatabase>,
        seed: u64,
    ) -> Result<Infallible, ProofError> {
        let mut chance = Rng::with_seed(seed ^ 0xDA7A);
        let mut outages = database.lock().await.outages();
        loop {
            sleep(Duration::from_millis(chance.u64(4_000..12_000))).await;
            outages.rotate_left(1);
            let lasting = Duration::from_millis(chance.u64(200..2_000));
            self.note(format!("the database is {}", outages[0]));
            database.lock().await.suffer(outages[0], lasting).await?;
            self.happened("the database is there again".to_owned());
        }
    }

    /// What happened, and how often.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        let counts = self.counts.lock();
        counts.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What happened in a span of time.
    pub(super) fn within(&self, from: Duration, to: Duration) -> Vec<(Duration, String)> {
        let events = self.events.lock();
        let events = events.unwrap_or_else(PoisonError::into_inner);
        let within = |(at, _): &&(Duration, String)| (from..=to).contains(at);
        events.iter().filter(within).cloned().collect()
    }

    async fn at_step(
        &self,
        processes: &Processes,
        number: usize,
        step: &str,
        signal: StepSignal,
    ) -> Result<(), ProofError> {
        if self.comes_to(processes, number, step, signal).await && signal == StepSignal::Stop {
            self.wake_up(processes, number).await?;
        }
        Ok(())
    }

    /// Whether a process came to the step, where it sent itself the signal.
    async fn comes_to(
        &self,
        processes: &Processes,
        number: usize,
        step: &str,
        signal: StepSignal,
    ) -> bool {
        let ended = processes.ended();
        processes.tell(
            number,
            &Command::SignalAt {
                step: step.to_owned(),
                signal,
            },
        );
        let start = Instant::now();
        let is_there = || match signal {
            StepSignal::Kill => processes.ended() > ended,
            StepSignal::Stop => processes.is_stopped(number),
        };
        while !is_there() {
            if start.elapsed() > UNTIL_STEP {
                processes.tell(number, &Command::NoSignal);
                sleep(UNTIL_IT_SLEEPS).await;
                if is_there() {
                    break;
                }
                return false;
            }
            sleep(Duration::from_millis(10)).await;
        }
        let what = match signal {
            StepSignal::Kill => "killed",
            StepSignal::Stop => "put to sleep",
        };
        self.note(format!("instance {number} is {what} at {step:?}"));
        true
    }

    async fn wake_up(&self, processes: &Processes, number: usize) -> Result<(), ProofError> {
        sleep(SLEEP).await;
        processes.signal(number, Signal::CONT)?;
        self.happened(format!("instance {number} wakes up"));
        Ok(())
    }

    /// Counts what happens, whichever process it happens to.
    fn note(&self, event: String) {
        let kind = match event
            .strip_prefix("instance ")
            .and_then(|it| it.split_once(' '))
        {
            Some((_, rest)) => format!("a process {rest}"),
            None => event.clone(),
        };
        let counts = self.counts.lock();
        *counts
            .unwrap_or_else(PoisonError::into_inner)
            .entry(kind)
            .or_default() += 1;
        self.happened(event);
    }

    fn happened(&self, event: String) {
        let events = self.events.lock();
        let mut events = events.unwrap_or_else(PoisonError::into_inner);
        events.push((self.started.elapsed(), event));
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "locked",
            Self::Stopped => "stopped at once and started again",
            Self::Cut => "cut off from all processes",
        })
    }
}
