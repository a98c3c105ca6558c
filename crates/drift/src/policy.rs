//! The policy: levels that a project sets itself, and findings that it accepts for a while.

use std::{collections::BTreeMap, fs, path::Path, str::FromStr};

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    finding::{Accepted, Finding, Side},
    rules::{self, Level},
    values::Values,
};

/// Which comparison an acceptance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcceptedIn {
    /// Ours with what upstream publishes now.
    Upstream,
    /// A branch with what it started from.
    Branch,
}

impl FromStr for AcceptedIn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "upstream" => Ok(Self::Upstream),
            "branch" => Ok(Self::Branch),
            _ => Err(format!(
                "{text:?} is no comparison; write upstream or branch"
            )),
        }
    }
}

/// Which level each rule has in this project, and which findings are accepted.
///
/// ```
/// use bigcommerce_drift::{Level, Policy};
///
/// let policy = Policy::parse("drift.toml", r#"
///     [levels]
///     request-property-removed = "err"
///
///     [[accept]]
///     comparison = "upstream"
///     id = "response-success-status-removed"
///     path = "/paths/~1payments/post/responses/202"
///     operation = "POST /payments"
///     reason = "the facade accepts every 2xx"
///     expires = 2027-01-31
///
///     [[accept]]
///     comparison = "branch"
///     id = "response-property-enum-value-added"
///     path = "/components/schemas/Order/properties/state/enum"
///     values = ["held", "returned"]
///     reason = "the facade reads every state"
///     expires = 2027-01-31
/// "#)?;
/// assert_eq!(policy.level("request-property-removed"), Some(Level::Err));
/// # Ok::<(), bigcommerce_drift::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    file: String,
    text: String,
    levels: BTreeMap<String, Level>,
    acceptances: Vec<Spanned<Acceptance>>,
}

/// Why a policy cannot be used: the file, the line and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    levels: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    accept: Vec<Spanned<Acceptance>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    /// A finding of another comparison is not accepted, even at the same path.
    comparison: AcceptedIn,
    id: String,
    /// As the finding's `named_path`.
    path: String,
    operation: Option<String>,
    /// The values that may have come or gone. Rules about values need them.
    values: Option<Vec<toml::Value>>,
    reason: String,
    expires: toml::value::Datetime,
}

impl Policy {
    /// Reads a policy from a TOML file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or [`parse`](Self::parse) refuses it.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| PolicyError(format!("{name}: cannot be read: {error}")))?;
        Self::parse(&name, &text)
    }

    /// Reads a policy from a text; `name` is what its errors say.
    ///
    /// # Errors
    ///
    /// When the text is no TOML, has a key that a policy has not, or names a rule or a level
    /// that does not exist.
    pub fn parse(name: &str, text: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            at(name, text, start, error.message())
        })?;
        let mut levels = BTreeMap::new();
        for (id, level) in file.levels {
            known(name, text, id.span().start, id.as_ref())?;
            let parsed = level.as_ref().parse();
            let parsed =
                parsed.map_err(|error: String| at(name, text, level.span().start, &error))?;
            levels.insert(id.into_inner(), parsed);
        }
        for acceptance in &file.accept {
            let start = acceptance.span().start;
            let entry = acceptance.as_ref();
            known(name, text, start, &entry.id)?;
            if entry.reason.trim().is_empty() {
                return Err(at(
                    name,
                    text,
                    start,
                    "say in `reason` why this is acceptable",
                ));
            }
            let has_values = rules::rule(&entry.id).is_some_and(|rule| rule.has_values);
            if has_values && entry.values.is_none() {
                let problem = "say in `values` which values are acceptable, as `values = [10]`; \
                               another one at the same place would be accepted with them";
                return Err(at(name, text, start, problem));
            }
            if last_day(entry).is_none() {
                return Err(at(
                    name,
                    text,
                    start,
                    "write `expires` as a date, as 2027-01-31",
                ));
            }
        }
        Ok(Self {
            file: name.to_owned(),
            text: text.to_owned(),
            levels,
            acceptances: file.accept,
        })
    }

    /// The level that this policy gives a rule, where it gives one.
    pub fn level(&self, id: &str) -> Option<Level> {
        self.levels.get(id).copied()
    }

    /// Gives the findings of a comparison their levels and marks those that are accepted today.
    /// What the policy accepts in vain there, or accepted until before today, is added.
    pub fn apply(&self, comparison: AcceptedIn, findings: &mut Vec<Finding>) {
        self.apply_on(
            comparison,
            findings,
            jiff::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date(),
        );
    }

    fn apply_on(&self, comparison: AcceptedIn, findings: &mut Vec<Finding>, today: Date) {
        let mut of_policy = Vec::new();
        for acceptance in &self.acceptances {
            let entry = acceptance.as_ref();
            if entry.comparison != comparison {
                continue;
            }
            let expires = last_day(entry).unwrap_or(Date::MIN);
            let mut matches = findings
                .iter_mut()
                .filter(|finding| entry.matches(finding))
                .peekable();
            if matches.peek().is_none() {
                of_policy.push(self.finding(
                    "acceptance-unmatched",
                    acceptance,
                    "matches no finding; remove it",
                ));
            } else if expires < today {
                let how = format!("ran out on {expires}; decide again");
                of_policy.push(self.finding("acceptance-expired", acceptance, &how));
            } else {
                matches.for_each(|finding| {
                    finding.accepted = Some(Accepted {
                        reason: entry.reason.clone(),
                        expires: expires.to_string(),
                    });
                });
            }
        }
        findings.extend(of_policy);
        for finding in findings {
            if let Some(level) = self.level(&finding.id) {
                finding.level = level;
            }
        }
    }

    fn finding(&self, id: &str, acceptance: &Spanned<Acceptance>, how: &str) -> Finding {
        let entry = acceptance.as_ref();
        let (line, column) = line_and_column(&self.text, acceptance.span().start);
        let side = Side {
            pointer: entry.path.clone(),
            value: None,
            exact: None,
            file: self.file.clone(),
            line,
            column,
        };
        let message = format!("the acceptance of {} at {} {how}", entry.id, entry.path);
        Finding::at(id, Level::Warn, message, side)
    }
}

impl Acceptance {
    fn matches(&self, finding: &Finding) -> bool {
        let same_operation = self
            .operation
            .as_ref()
            .is_none_or(|operation| finding.operations.contains(operation));
        self.id == finding.id
            && self.path == finding.named_path
            && same_operation
            && self
                .values
                .as_ref()
                .is_none_or(|values| covers(values, finding))
    }
}

/// Whether all that a finding is about is among the values.
fn covers(values: &[toml::Value], finding: &Finding) -> bool {
    let values: Vec<_> = values
        .iter()
        .filter_map(|it| serde_json::to_value(it).ok())
        .collect();
    let about = finding.values();
    let named = |value: &&serde_json::Value| {
        let same = Values::default();
        values.iter().any(|named| same.same(named, value))
    };
    !about.is_empty() && about.iter().all(named)
}

fn last_day(acceptance: &Acceptance) -> Option<Date> {
    acceptance.expires.to_string().parse().ok()
}

fn known(name: &str, text: &str, start: usize, id: &str) -> Result<(), PolicyError> {
    if rules::rule(id).is_some() {
        return Ok(());
    }
    let problem = format!("there is no rule {id:?}; `cargo xtask drift --rules` lists them");
    Err(at(name, text, start, &problem))
}

fn at(name: &str, text: &str, start: usize, problem: &str) -> PolicyError {
    let (line, column) = line_and_column(text, start);
    PolicyError(format!("{name}:{line}:{column}: {problem}"))
}

fn line_and_column(text: &str, start: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
