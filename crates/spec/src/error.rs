//! Why a document cannot be used.

use std::fmt;

use thiserror::Error;

use crate::place::Place;

/// Why a document cannot be used: where, what is wrong, and what to do about it.
///
/// `Display` is a few lines that fit on one screen, the first of which starts with the file
/// and, where it is known, the line and column.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{location}: {problem}\n  help: {advice}")]
pub struct DocumentError {
    location: Location,
    problem: String,
    advice: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Location {
    File(String),
    Place(Place),
}

impl DocumentError {
    /// An error about the whole file.
    pub fn in_file(
        file: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            location: Location::File(file.into()),
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    /// An error about one place in a file.
    pub fn at(place: Place, problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            location: Location::Place(place),
            problem: problem.into(),
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => f.write_str(file),
            Self::Place(place) => place.fmt(f),
        }
    }
}

/// Cuts a text that came from a document down to what fits into a message.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let visible = |c: char| match c {
        c if c.is_control() => c.escape_default().collect::<String>(),
        c => c.to_string(),
    };
    let line: String = text.chars().take(MOST + 1).map(visible).collect();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
