//! Rules: which calls a fault strikes.

use hyper::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::{
    faults::fault::{Fault, LateAnswer},
    wire::endpoint::{Endpoint, Host},
};

/// A fault, or a script of them, and the calls that it strikes.
///
/// ```
/// use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, When};
///
/// // The first payment of order 215 is captured, but its answer is lost; the second is fine.
/// let rule = FaultRule::script([Fault::reset(When::After), Fault::Pass])
///     .endpoint(Endpoint::ProcessPayment)
///     .order(215);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// What happens to the first call that meets the conditions, to the second, and so on.
    pub steps: Vec<Fault>,
    /// How many calls the rule applies to, going through the steps again where there are fewer.
    /// Without it, one step applies to every call, and several to one call each.
    #[serde(default)]
    pub times: Option<u64>,
    /// Only this host.
    #[serde(default)]
    pub host: Option<Host>,
    /// Only this endpoint.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// Only this store.
    #[serde(default)]
    pub store_hash: Option<String>,
    /// Only calls for this order.
    #[serde(default)]
    pub order_id: Option<u64>,
    /// How likely a call that meets the conditions is struck, from 0 to 1. A call that is
    /// spared uses up a step all the same.
    #[serde(default = "certain")]
    pub probability: f64,
}

/// A fault rule that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultRuleError {
    /// The rule has no steps.
    #[error("`steps` is empty; give at least one fault")]
    NoSteps,
    /// The probability is not a number from 0 to 1.
    #[error("`probability` must be from 0 to 1")]
    Probability,
    /// Refusing happens before there is a call that could be counted or looked at.
    #[error(
        "`refuse` must be the only step and takes no order, store, times or probability: \
         a connection that is never made cannot be told apart from others"
    )]
    RefuseIsNotACall,
    /// A connection is made before there is a call that could be looked at.
    #[error(
        "`slow_connection` goes with no other step and takes no order or store: a connection is \
         made before there is a call; `times` counts connections"
    )]
    ConnectionIsNotACall,
    /// A status that is not a final answer.
    #[error("`status` must be from 200 to 599, not {0}")]
    Status(u16),
    /// A header that HTTP does not allow.
    #[error("`headers` has `{0}`, which is not a valid header")]
    Header(String),
}

/// What is known of a call when its fault is chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FaultQuery<'a> {
    pub(crate) host: Host,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) store_hash: Option<&'a str>,
    pub(crate) order_id: Option<u64>,
    /// Whether a connection was made, and there is no call yet.
    pub(crate) is_connection: bool,
}

impl FaultRule {
    /// This fault, for every call.
    pub fn new(fault: Fault) -> Self {
        Self::script([fault])
    }

    /// One fault per call, in this order; afterwards calls go through. A script of one step
    /// applies to every call.
    pub fn script(steps: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            times: None,
            host: None,
            endpoint: None,
            store_hash: None,
            order_id: None,
            probability: certain(),
        }
    }

    /// Only the first `times` calls that meet the conditions.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Only the first call that meets the conditions.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Only calls to this host.
    #[must_use]
    pub fn host(mut self, host: Host) -> Self {
        self.host = Some(host);
        self
    }

    /// Only calls to this endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Only calls to this store.
    #[must_use]
    pub fn store(mut self, hash: &str) -> Self {
        self.store_hash = Some(hash.to_owned());
        self
    }

    /// Only calls for this order.
    #[must_use]
    pub fn order(mut self, order_id: u64) -> Self {
        self.order_id = Some(order_id);
        self
    }

    /// Only this share of the calls that meet the conditions. Whether the nth call of an order to
    /// an endpoint is struck depends on the sandbox's seed alone, not on calls in between.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    /// Checks that the rule can be carried out.
    ///
    /// # Errors
    ///
    /// Names what is wrong.
    pub fn check(&self) -> Result<(), FaultRuleError> {
        if self.steps.is_empty() {
            return Err(FaultRuleError::NoSteps);
        }
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(FaultRuleError::Probability);
        }
        let refuses = self
            .steps
            .iter()
            .any(|step| matches!(step, Fault::Refuse { .. }));
        let is_plain = self.steps.len() == 1
            && self.order_id.is_none()
            && self.store_hash.is_none()
            && self.times.is_none()
            && self.probability >= 1.0;
        if refuses && !is_plain {
            return Err(FaultRuleError::RefuseIsNotACall);
        }
        let is_slow = |step: &Fault| matches!(step, Fault::SlowConnection { .. });
        let is_of_calls =
            self.order_id.is_some() || self.store_hash.is_some() || !self.steps.iter().all(is_slow);
        if self.delays_connections() && is_of_calls {
            return Err(FaultRuleError::ConnectionIsNotACall);
        }
        self.steps.iter().try_for_each(check_response)
    }

    /// Whether the rule is about connections rather than calls.
    pub(super) fn delays_connections(&self) -> bool {
        let is_slow = |step: &Fault| matches!(step, Fault::SlowConnection { .. });
        self.steps.iter().any(is_slow)
    }

    pub(crate) fn is_by_chance(&self) -> bool {
        self.probability < 1.0
    }

    pub(crate) fn refuses(&self) -> bool {
        matches!(self.steps.as_slice(), [Fault::Refuse { .. }])
    }

    pub(crate) fn concerns_host(&self, host: Host) -> bool {
        let wanted = self.host.or(self.endpoint.map(Endpoint::host));
        wanted.is_none_or(|wanted| wanted == host)
    }

    pub(super) fn meets(&self, query: &FaultQuery<'_>) -> bool {
        self.concerns_host(query.host)
            && !self.refuses()
            && self.delays_connections() == query.is_connection
            && (query.is_connection || self.endpoint.is_none_or(|it| Some(it) == query.endpoint))
            && self.order_id.is_none_or(|it| Some(it) == query.order_id)
            && self
                .store_hash
                .as_deref()
                .is_none_or(|it| Some(it) == query.store_hash)
    }

    /// The fault of the nth call that meets the conditions, or `None` once the rule is spent.
    pub(super) fn fault_of_call(&self, n: u64) -> Option<&Fault> {
        let steps = self.steps.len() as u64;
        let lives_for = match self.times {
            Some(times) => times,
            None if steps > 1 => steps,
            None => u64::MAX,
        };
        let step = usize::try_from(n.checked_rem(steps)?).ok()?;
        (n < lives_for).then(|| self.steps.get(step)).flatten()
    }
}

fn check_response(fault: &Fault) -> Result<(), FaultRuleError> {
    let (Fault::Respond {
        status, headers, ..
    }
    | Fault::RespondTruncated {
        status, headers, ..
    }
    | Fault::LandLater {
        answer: LateAnswer::Respond {
            status, headers, ..
        },
        ..
    }) = fault
    else {
        return Ok(());
    };
    if !(200..=599).contains(status) {
        return Err(FaultRuleError::Status(*status));
    }
    let invalid = headers.iter().find(|(name, value)| {
        name.parse::<HeaderName>().is_err() || value.parse::<HeaderValue>().is_err()
    });
    match invalid {
        Some((name, _)) => Err(FaultRuleError::Header(name.clone())),
        None => Ok(()),
    }
}

fn certain() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_cannot_be_carried_out_says_why() {
        let refuse = FaultRule::new(Fault::refuse());
        assert_eq!(refuse.check(), Ok(()));
        assert_eq!(
            refuse.order(1).check(),
            Err(FaultRuleError::RefuseIsNotACall)
        );
        assert_eq!(FaultRule::script([]).check(), Err(FaultRuleError::NoSteps));
        let rule = FaultRule::new(Fault::HANG);
        assert_eq!(
            rule.clone().probability(f64::NAN).check(),
            Err(FaultRuleError::Probability)
        );
        let status = FaultRule::new(Fault::status(101, crate::When::Before));
        assert_eq!(status.check(), Err(FaultRuleError::Status(101)));
        let slow = FaultRule::new(Fault::slow_connection(5)).times(2);
        assert_eq!(slow.check(), Ok(()));
        let mixed = FaultRule::script([Fault::slow_connection(5), Fault::Pass]);
        for rule in [slow.order(1), mixed] {
            assert_eq!(rule.check(), Err(FaultRuleError::ConnectionIsNotACall));
        }
        let header = FaultRule::new(Fault::rate_limited(&[("x y", "1")]));
        assert_eq!(
            header.check(),
            Err(FaultRuleError::Header("x y".to_owned()))
        );
    }

    #[test]
    fn rules_are_read_from_json() {
        let json = r#"{"steps": [{"kind": "delay", "ms": 5}], "endpoint": "process_payment"}"#;
        let rule: FaultRule = serde_json::from_str(json).unwrap();
        let expected =
            FaultRule::new(Fault::delay(5, crate::When::Before)).endpoint(Endpoint::ProcessPayment);
        assert_eq!(rule, expected);
    }
}
