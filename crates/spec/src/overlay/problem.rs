//! What is wrong with an action of an overlay.

use std::fmt;

use thiserror::Error;

use crate::Place;

/// An action that did not do what it is there for.
///
/// `Display` names the place of the action, its index, target and description, and says what
/// to do, in a few lines.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{place}: actions[{index}] {kind}\n  target: {target}\n  description: {}\n  help: {}",
    description.trim_end(),
    kind.advice()
)]
pub struct OverlayProblem {
    pub(super) place: Place,
    pub(super) index: usize,
    pub(super) target: String,
    pub(super) description: String,
    pub(super) kind: OverlayProblemKind,
}

/// In which way an action failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OverlayProblemKind {
    /// The target is not in the document.
    NoMatch,
    /// The document already is as the action would make it.
    NoChange,
    /// After all actions, everything this one touched is as it was at first: upstream has made
    /// the correction itself, or a later action undoes it.
    MadeUpstream,
    /// The action cannot be applied, for the reason given.
    Inapplicable(String),
}

impl OverlayProblem {
    /// Where the action stands in the overlay.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The position of the action among the actions, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The JSONPath the action is meant for.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Why the action is there, in its own words.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// In which way it failed.
    pub fn kind(&self) -> &OverlayProblemKind {
        &self.kind
    }
}

impl fmt::Display for OverlayProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMatch => f.write_str("matches nothing in the document"),
            Self::NoChange => f.write_str("changes nothing: the document already is like this"),
            Self::MadeUpstream => f.write_str("ends where upstream's document already is"),
            Self::Inapplicable(why) => write!(f, "cannot be applied: {why}"),
        }
    }
}

impl OverlayProblemKind {
    fn advice(&self) -> &'static str {
        match self {
            Self::NoMatch => {
                "correct the target, or remove the action if upstream dropped that part"
            }
            Self::NoChange => "remove the action",
            Self::MadeUpstream => "remove the action; upstream has made the correction itself",
            Self::Inapplicable(_) => "correct the action",
        }
    }
}
