use std::{error::Error, fmt};

use crate::Place;

/// An action that did not do what it is there for.
///
/// `Display` names the place of the action, its index, target and description, and says what
/// to do, in a few lines.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl fmt::Display for OverlayProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: actions[{}] ", self.place, self.index)?;
        let advice = match &self.kind {
            OverlayProblemKind::NoMatch => {
                f.write_str("matches nothing in the document")?;
                "correct the target, or remove the action if upstream dropped that part"
            }
            OverlayProblemKind::NoChange => {
                f.write_str("changes nothing: the document already is like this")?;
                "remove the action"
            }
            OverlayProblemKind::MadeUpstream => {
                f.write_str("ends where upstream's document already is")?;
                "remove the action; upstream has made the correction itself"
            }
            OverlayProblemKind::Inapplicable(why) => {
                write!(f, "cannot be applied: {why}")?;
                "correct the action"
            }
        };
        write!(f, "\n  target: {}", self.target)?;
        write!(f, "\n  description: {}", self.description.trim_end())?;
        write!(f, "\n  help: {advice}")
    }
}

impl Error for OverlayProblem {}
