//! What a comparison finds, with its places in both documents.

use std::rc::Rc;

use bigcommerce_spec::{Document, OverlayProblem, OverlayProblemKind};
use serde::Serialize;
use serde_json::Value;

use crate::{
    differences::{Difference, DifferenceSide},
    named_path::named_path,
    rules::{self, Level},
};

/// A difference between two documents, or something else that drifted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that found it.
    pub id: String,
    /// How much it matters: the highest level of all the ways in which it is felt.
    pub level: Level,
    /// The first operation that feels it, as `POST /payments`. None for what belongs to the
    /// whole document.
    pub operation: Option<String>,
    /// All operations that feel it, in the order of the documents. More than one feels what
    /// they share.
    pub operations: Vec<String>,
    /// The JSON pointer of what changed, in the revision or, where that has it no more, in
    /// the base.
    pub path: String,
    /// The same path with the items of lists called by what they are, and not by their index:
    /// it stays when something is put before them. Acceptances say it.
    pub named_path: String,
    /// What changed, in words.
    pub message: String,
    /// What the base has.
    pub base: Side,
    /// What the revision has.
    pub revision: Side,
    /// The single values that came or went, where the finding is about several in a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Side>,
    /// Other places that changed with it and have no finding of their own, as the name of a
    /// property in `required`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Side>,
    /// Why and until when the policy accepts it; such a finding fails no check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
}

/// One of the two documents, at a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// The JSON pointer of what changed, or of what it was added to or removed from.
    pub pointer: String,
    /// What is there. Where nothing is, JSON has no such key; `null` is a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The JSON text of the value, where `value` rounds a number of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
    /// The name under which the document was read.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// How the policy accepts a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Accepted {
    /// Why it is acceptable.
    pub reason: String,
    /// The last day of the acceptance, as `2027-01-31`.
    pub expires: String,
}

impl Finding {
    /// Whether a check that fails at `level` must fail because of this finding.
    pub fn fails(&self, level: Level) -> bool {
        self.accepted.is_none() && self.level >= level
    }

    /// The values that this is about: those of a list one by one, and of what changed the new
    /// one.
    pub fn values(&self) -> Vec<&Value> {
        let entries = self.entries.iter().filter_map(|entry| entry.value.as_ref());
        let own = self.revision.value.as_ref().or(self.base.value.as_ref());
        match own {
            _ if !self.entries.is_empty() => entries.collect(),
            Some(Value::Array(items)) => items.iter().collect(),
            own => own.into_iter().collect(),
        }
    }

    pub(crate) fn new(
        difference: Difference,
        operations: &[Rc<str>],
        base: &Document,
        revision: &Document,
    ) -> Self {
        let in_revision = difference.revision.value.is_some();
        let (end, document) = if in_revision {
            (&difference.revision, revision)
        } else {
            (&difference.base, base)
        };
        let operations: Vec<_> = operations.iter().map(ToString::to_string).collect();
        let sides = |list: Vec<DifferenceSide>| {
            let sides = list.into_iter().map(|side| Side::of(side, document));
            sides.collect()
        };
        Self {
            path: end.pointer.clone(),
            named_path: named_path(document.value(), &end.pointer),
            id: difference.id,
            level: difference.level,
            operation: operations.first().cloned(),
            operations,
            message: difference.message,
            entries: sides(difference.entries),
            also: sides(difference.also),
            base: Side::of(difference.base, base),
            revision: Side::of(difference.revision, revision),
            accepted: None,
        }
    }

    /// A finding about both documents as they are, with a place in each.
    pub(crate) fn of_documents(
        id: &str,
        message: String,
        (base, at_base): (&Document, &str),
        (revision, at_revision): (&Document, &str),
    ) -> Self {
        let side = |document: &Document, pointer: &str| {
            let end = DifferenceSide {
                pointer: pointer.to_owned(),
                value: None,
                exact: None,
            };
            Side::of(end, document)
        };
        Self {
            id: id.to_owned(),
            level: rules::rule(id).map_or(Level::Warn, |rule| rule.level),
            operation: None,
            operations: Vec::new(),
            path: at_revision.to_owned(),
            named_path: named_path(revision.value(), at_revision),
            message,
            base: side(base, at_base),
            revision: side(revision, at_revision),
            entries: Vec::new(),
            also: Vec::new(),
            accepted: None,
        }
    }

    /// A finding at one place that is in none of the documents.
    pub(crate) fn at(id: &str, fallback: Level, message: String, side: Side) -> Self {
        Self {
            id: id.to_owned(),
            level: rules::rule(id).map_or(fallback, |rule| rule.level),
            operation: None,
            operations: Vec::new(),
            path: side.pointer.clone(),
            named_path: side.pointer.clone(),
            message,
            base: side.clone(),
            revision: side,
            entries: Vec::new(),
            also: Vec::new(),
            accepted: None,
        }
    }

    /// What is wrong with an action of an overlay that was applied to the revision.
    pub fn of_overlay(problem: &OverlayProblem) -> Self {
        let id = match problem.kind() {
            OverlayProblemKind::NoMatch => "overlay-action-matches-nothing",
            OverlayProblemKind::MadeUpstream => "overlay-action-made-upstream",
            OverlayProblemKind::NoChange => "overlay-action-changes-nothing",
            _ => "overlay-action-inapplicable",
        };
        let place = problem.place();
        let side = Side {
            pointer: format!("/actions/{}", problem.index()),
            value: Some(Value::from(problem.target())),
            exact: None,
            file: place.file.clone(),
            line: place.line,
            column: place.column,
        };
        Self::at(id, Level::Err, problem.to_string(), side)
    }
}

impl Side {
    fn of(end: DifferenceSide, document: &Document) -> Self {
        let place = document.place(&end.pointer);
        Self {
            pointer: end.pointer,
            value: end.value,
            exact: end.exact,
            file: place.file,
            line: place.line,
            column: place.column,
        }
    }

    /// The JSON text of what is there, with exact digits.
    pub(crate) fn text(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        Some(self.exact.clone().unwrap_or_else(|| value.to_string()))
    }
}
