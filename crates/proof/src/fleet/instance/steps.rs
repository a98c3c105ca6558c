//! The steps of an attempt, at which the process sends itself a signal when it is told to.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
};

use rustix::process::{Signal, getpid, kill_process};
use tracing::{Event, Metadata, Subscriber, field::Field, subscriber::Interest};
use tracing_subscriber::{
    Layer, layer::Context, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::fleet::{
    instance::{attempts::CallAttempts, report},
    protocol::{Report, StepSignal},
};

/// Listens to the steps that the journal records.
#[derive(Clone, Default)]
pub(super) struct Steps(Arc<Mutex<Option<(String, StepSignal)>>>);

/// What the journal's events come from.
const JOURNAL: &str = "bigcommerce_payments_journal";

impl Steps {
    pub(super) fn install(attempts: &CallAttempts) -> Self {
        let steps = Self::default();
        let registry = tracing_subscriber::registry().with(attempts.clone());
        registry.with(steps.clone()).init();
        steps
    }

    /// Sends the signal when the next attempt comes to the step, or none.
    pub(super) fn plan(&self, signal: Option<(String, StepSignal)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = signal;
    }

    fn at(&self, step: &str) {
        let signal = {
            let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match planned.take() {
                Some((at, signal)) if at == step => signal,
                other => {
                    *planned = other;
                    return;
                }
            }
        };
        report(&Report::AtStep { signal });
        let signal = match signal {
            StepSignal::Kill => Signal::KILL,
            StepSignal::Stop => Signal::STOP,
        };
        kill_process(getpid(), signal).expect("a process may signal itself");
    }
}

impl<S: Subscriber> Layer<S> for Steps {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target().starts_with(JOURNAL) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target().starts_with(JOURNAL)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut step = None;
        event.record(&mut |field: &Field, value: &dyn Debug| {
            if field.name() == "step" {
                step = Some(format!("{value:?}"));
            }
        });
        if let Some(step) = step {
            self.at(step.trim_matches('"'));
        }
    }
}
