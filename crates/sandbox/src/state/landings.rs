//! Effects of requests that take place some time after the request was answered, or was not.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{clock::Clock, state::lock};

/// What happens when an effect lands.
type Effect = Box<dyn FnOnce() + Send>;

/// Effects that have yet to land, in the order they were put off.
#[derive(Clone, Default)]
pub(crate) struct Landings(Arc<Mutex<Outstanding>>);

#[derive(Default)]
struct Outstanding {
    last_id: u64,
    effects: BTreeMap<u64, Effect>,
}

impl Landings {
    /// Lands an effect after this much real time. Needs a tokio runtime.
    pub(crate) fn after_real_time(&self, delay: Duration, effect: impl FnOnce() + Send + 'static) {
        let (landings, id) = (self.clone(), self.add(Box::new(effect)));
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            landings.land(id);
        });
    }

    /// Lands an effect once a clock shows this much more: when it is advanced, or by itself
    /// where it follows real time.
    pub(crate) fn after_clock_time(
        &self,
        clock: &Arc<Clock>,
        delay: Duration,
        effect: impl FnOnce() + Send + 'static,
    ) {
        let (landings, id) = (self.clone(), self.add(Box::new(effect)));
        clock.set_alarm(delay, move || landings.land(id));
        if !clock.is_fixed() {
            let clock = Arc::downgrade(clock);
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                if let Some(clock) = clock.upgrade() {
                    clock.ring_alarms();
                }
            });
        }
    }

    /// Lands everything that is outstanding, now.
    pub(crate) fn land_all(&self) {
        let effects = std::mem::take(&mut lock(&self.0).effects);
        for land in effects.into_values() {
            land();
        }
    }

    /// Lets nothing land that is outstanding.
    pub(crate) fn forget_all(&self) {
        lock(&self.0).effects.clear();
    }

    /// How many effects have yet to land.
    pub(crate) fn outstanding(&self) -> usize {
        lock(&self.0).effects.len()
    }

    fn add(&self, effect: Effect) -> u64 {
        let mut outstanding = lock(&self.0);
        outstanding.last_id += 1;
        let id = outstanding.last_id;
        outstanding.effects.insert(id, effect);
        id
    }

    fn land(&self, id: u64) {
        let effect = lock(&self.0).effects.remove(&id);
        if let Some(land) = effect {
            land();
        }
    }
}
