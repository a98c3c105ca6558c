//! What a comparison finds, with its places in both documents.

use bigcommerce_spec::{Document, OverlayProblem, OverlayProblemKind};
use serde::Serialize;
use serde_json::Value;

use crate::{
    comparison::{Difference, DifferenceSide},
    rules::{self, Level},
};

/// A difference between two documents, or something else that drifted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that found it.
    pub id: String,
    /// How much it matters.
    pub level: Level,
    /// The operation, as `POST /payments`; the first that is affected where several share
    /// what changed. None for what belongs to the whole document.
    pub operation: Option<String>,
    /// The JSON pointer of what changed, in the revision or, where that has it no more, in
    /// the base.
    pub path: String,
    /// What changed, in words.
    pub message: String,
    /// What the base has.
    pub base: Side,
    /// What the revision has.
    pub revision: Side,
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
    /// What is there; none where nothing is.
    pub value: Option<Value>,
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

    pub(crate) fn new(difference: Difference, base: &Document, revision: &Document) -> Self {
        let in_revision = difference.revision.value.is_some();
        let end = if in_revision {
            &difference.revision
        } else {
            &difference.base
        };
        Self {
            path: end.pointer.clone(),
            id: difference.id,
            level: difference.level,
            operation: difference.operation,
            message: difference.message,
            base: Side::of(difference.base, base),
            revision: Side::of(difference.revision, revision),
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
            file: place.file.clone(),
            line: place.line,
            column: place.column,
        };
        Self {
            id: id.to_owned(),
            level: rules::rule(id).map_or(Level::Err, |rule| rule.level),
            operation: None,
            path: side.pointer.clone(),
            message: problem.to_string(),
            base: side.clone(),
            revision: side,
            accepted: None,
        }
    }
}

impl Side {
    fn of(end: DifferenceSide, document: &Document) -> Self {
        let place = document.place(&end.pointer);
        Self {
            pointer: end.pointer,
            value: end.value,
            file: place.file,
            line: place.line,
            column: place.column,
        }
    }
}
