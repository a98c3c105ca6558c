//! The fault rules in force, and the choice of a fault for a call.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::Serialize;

use crate::{
    faults::{
        fault::Fault,
        rule::{FaultQuery, FaultRule},
    },
    random::{SeededRandom, Subject},
    state::lock,
    wire::endpoint::{Endpoint, Host},
};

/// Names an injected fault rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FaultId(pub(crate) u64);

impl std::fmt::Display for FaultId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The fault rules in force, oldest first.
#[derive(Debug)]
pub(crate) struct Faults {
    random: SeededRandom,
    rules: Mutex<Rules>,
    /// Spares calls the lock while nothing is injected.
    any: AtomicBool,
}

#[derive(Debug, Default)]
struct Rules {
    last_id: u64,
    active: Vec<ActiveRule>,
}

#[derive(Debug)]
struct ActiveRule {
    id: FaultId,
    rule: FaultRule,
    /// Calls that met the rule's conditions so far.
    met: u64,
    /// The same by endpoint and order, for a rule that strikes by chance.
    met_by_order: HashMap<(Option<Endpoint>, Option<u64>), u64>,
}

/// A rule in force, as the admin port shows it.
#[derive(Debug, Serialize)]
pub(crate) struct RuleView {
    id: FaultId,
    calls: u64,
    #[serde(flatten)]
    rule: FaultRule,
}

impl Faults {
    pub(crate) fn new(random: SeededRandom) -> Self {
        Self {
            random,
            rules: Mutex::default(),
            any: AtomicBool::new(false),
        }
    }

    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    pub(crate) fn add(&self, rule: FaultRule) -> FaultId {
        let mut rules = lock(&self.rules);
        // Spent rules are kept to be looked at, but not for ever.
        rules.active.retain(|active| !active.is_spent());
        rules.last_id += 1;
        let id = FaultId(rules.last_id);
        rules.active.push(ActiveRule {
            id,
            rule,
            met: 0,
            met_by_order: HashMap::new(),
        });
        self.any.store(true, Ordering::Release);
        id
    }

    pub(crate) fn remove(&self, id: FaultId) -> Option<FaultRule> {
        let mut rules = lock(&self.rules);
        let place = rules.active.iter().position(|active| active.id == id)?;
        let removed = rules.active.remove(place);
        self.any.store(!rules.active.is_empty(), Ordering::Release);
        Some(removed.rule)
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).active.clear();
        self.any.store(false, Ordering::Release);
    }

    pub(crate) fn list(&self) -> Vec<RuleView> {
        let rules = lock(&self.rules);
        rules
            .active
            .iter()
            .map(|active| RuleView {
                id: active.id,
                calls: active.met,
                rule: active.rule.clone(),
            })
            .collect()
    }

    /// Whether choosing a fault may depend on a call's order.
    pub(crate) fn ask_for_order(&self) -> bool {
        let depends = |rule: &FaultRule| rule.order_id.is_some() || rule.is_by_chance();
        self.any()
            && lock(&self.rules)
                .active
                .iter()
                .any(|active| depends(&active.rule))
    }

    /// Whether connections to a host are refused.
    pub(crate) fn refuses(&self, host: Host) -> bool {
        lock(&self.rules)
            .active
            .iter()
            .any(|active| active.rule.refuses() && active.rule.concerns_host(host))
    }

    /// How long a new connection to a host has to wait.
    pub(crate) fn connection_delay(&self, host: Host) -> Option<Duration> {
        let fault = self.pick(&FaultQuery {
            host,
            endpoint: None,
            store_hash: None,
            order_id: None,
            is_connection: true,
        });
        match fault {
            Some(Fault::SlowConnection { ms }) => Some(Duration::from_millis(ms)),
            _ => None,
        }
    }

    /// Chooses the fault of a call: the oldest rule that it meets, that is not spent and whose
    /// probability strikes.
    pub(crate) fn pick(&self, query: &FaultQuery<'_>) -> Option<Fault> {
        if !self.any() {
            return None;
        }
        let mut rules = lock(&self.rules);
        rules
            .active
            .iter_mut()
            .filter(|active| active.rule.meets(query))
            .find_map(|active| active.next(query, self.random))
    }
}

impl ActiveRule {
    fn is_spent(&self) -> bool {
        self.rule.fault_of_call(self.met).is_none()
    }

    fn next(&mut self, query: &FaultQuery<'_>, random: SeededRandom) -> Option<Fault> {
        let fault = self.rule.fault_of_call(self.met)?.clone();
        self.met += 1;
        let strikes = !self.rule.is_by_chance() || self.strikes_by_chance(query, random);
        strikes.then_some(fault)
    }

    /// Draws for the nth call of an order to an endpoint, whatever other calls come in between.
    fn strikes_by_chance(&mut self, query: &FaultQuery<'_>, random: SeededRandom) -> bool {
        let counter = self
            .met_by_order
            .entry((query.endpoint, query.order_id))
            .or_default();
        *counter += 1;
        let endpoint = query.endpoint.map_or(0, |it| it as u64 + 1);
        let subject = Subject {
            store: self.id.0 << 8 | endpoint,
            order: query.order_id.unwrap_or(0),
        };
        random.happens(self.rule.probability, subject, *counter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::When;

    fn query(endpoint: Endpoint, order_id: u64) -> FaultQuery<'static> {
        FaultQuery {
            host: endpoint.host(),
            endpoint: Some(endpoint),
            store_hash: Some("abc"),
            order_id: Some(order_id),
            is_connection: false,
        }
    }

    #[test]
    fn a_script_gives_its_steps_in_order_and_is_then_spent() {
        let faults = Faults::new(SeededRandom::new(1));
        let script = [
            Fault::reset(When::After),
            Fault::Pass,
            Fault::status(503, When::Before),
        ];
        faults.add(
            FaultRule::script(script.clone())
                .endpoint(Endpoint::ProcessPayment)
                .order(215),
        );

        assert_eq!(faults.pick(&query(Endpoint::CreateAccessToken, 215)), None);
        assert_eq!(faults.pick(&query(Endpoint::ProcessPayment, 216)), None);
        for step in script {
            assert_eq!(
                faults.pick(&query(Endpoint::ProcessPayment, 215)),
                Some(step)
            );
        }
        assert_eq!(faults.pick(&query(Endpoint::ProcessPayment, 215)), None);
        assert_eq!(faults.list().len(), 1);
        faults.add(FaultRule::new(Fault::Pass));
        assert_eq!(faults.list().len(), 1, "the spent script is forgotten");
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls() {
        let strikes = |seed| -> Vec<bool> {
            let faults = Faults::new(SeededRandom::new(seed));
            faults.add(FaultRule::new(Fault::HANG).probability(0.5));
            (0..64)
                .map(|order| {
                    faults
                        .pick(&query(Endpoint::ProcessPayment, order))
                        .is_some()
                })
                .collect()
        };
        assert_eq!(strikes(1), strikes(1));
        assert_ne!(strikes(1), strikes(2));
    }

    #[test]
    fn chance_strikes_an_order_alike_whatever_comes_in_between() {
        let strikes = |orders: &[u64]| -> Vec<bool> {
            let faults = Faults::new(SeededRandom::new(1));
            faults.add(FaultRule::new(Fault::HANG).probability(0.5));
            let picked = orders.iter().map(|&order| {
                let fault = faults.pick(&query(Endpoint::ProcessPayment, order));
                (order, fault.is_some())
            });
            let picked: Vec<(u64, bool)> = picked.collect();
            picked
                .iter()
                .filter(|(order, _)| *order == 1)
                .map(|it| it.1)
                .collect()
        };
        let alone = [1; 32];
        let mixed: Vec<u64> = alone.iter().flat_map(|&order| [2, order, 3]).collect();
        assert_eq!(strikes(&alone), strikes(&mixed));
    }
}
