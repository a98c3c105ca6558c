//! The rules: what each finding is called, how much it matters, and what it means.
//!
//! A rule is either about one thing ([`fixed`]), or an event that can happen to any schema
//! ([`events`]), in which case its identifier starts with where the schema is used.

mod events;
mod fixed;
mod usage;

use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

use serde::{Serialize, Serializer};

pub(crate) use usage::{Direction, Usage};

/// How much a finding matters to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A client that follows the base goes on working.
    Info,
    /// Some clients may stop working, or nobody can tell.
    Warn,
    /// A client that follows the base breaks.
    Err,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Err => "ERR",
        })
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "info" => Ok(Self::Info),
            "warn" => Ok(Self::Warn),
            "err" => Ok(Self::Err),
            _ => Err(format!("{text:?} is no level; write err, warn or info")),
        }
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One row of the rules table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The identifier, named as oasdiff names it where oasdiff has such a rule.
    pub id: String,
    /// The level, unless the policy overrides it.
    pub level: Level,
    /// Whether its findings are about values, as those of an enum: an acceptance has to name them,
    /// so that another value is not accepted with them.
    pub has_values: bool,
    /// What the rule reports, as a sentence without its full stop.
    pub meaning: String,
    /// Why it has this level, as a sentence without its full stop.
    pub reason: String,
}

/// The rules table, in the order in which `--rules` lists it.
pub fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> =
        LazyLock::new(|| fixed::rules().chain(events::rules()).collect());
    &RULES
}

/// The rule of this identifier.
pub fn rule(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<HashMap<&str, &Rule>> = LazyLock::new(|| {
        rules()
            .iter()
            .map(|rule| (rule.id.as_str(), rule))
            .collect()
    });
    BY_ID.get(id).copied()
}

/// What happened, as it follows the name of the thing it happened to.
pub(crate) fn phrase(event: &str) -> String {
    events::phrase(event).unwrap_or_else(|| "changed".to_owned())
}

/// The rows of a table: its lines, without comments and empty ones.
fn table(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The name in a row, and whether it is marked as one about values.
fn marked(name: &str) -> (&str, bool) {
    let bare = name.strip_suffix('=');
    (bare.unwrap_or(name), bare.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique_and_kebab_case() {
        let mut ids: Vec<_> = rules().iter().map(|rule| rule.id.as_str()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(
            ids.iter()
                .all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        );
    }

    #[test]
    fn the_names_that_oasdiff_users_know_are_there() {
        for (id, level) in [
            ("response-success-status-removed", Level::Err),
            ("request-property-became-required", Level::Err),
            ("response-property-enum-value-added", Level::Err),
            ("request-property-any-of-removed", Level::Err),
            ("api-removed-without-deprecation", Level::Err),
            ("request-property-max-length-increased", Level::Info),
            ("response-body-min-items-unset", Level::Err),
        ] {
            assert_eq!(rule(id).map(|rule| rule.level), Some(level), "{id}");
        }
    }
}
