use std::{error::Error, fmt};

use crate::place::Place;

/// Why a document cannot be used: where, what is wrong, and what to do about it.
///
/// `Display` is a few lines that fit on one screen, the first of which starts with the file
/// and, where it is known, the line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    file: String,
    place: Option<Place>,
    problem: String,
    advice: String,
}

impl DocumentError {
    /// An error about the whole file.
    pub fn in_file(
        file: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            place: None,
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    /// An error about one place in a file.
    pub fn at(place: Place, problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            file: place.file.clone(),
            place: Some(place),
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    /// The name of the document.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The place, unless the error is about the whole file.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What is wrong, in one sentence.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do about it.
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.problem)?,
            None => write!(f, "{}: {}", self.file, self.problem)?,
        }
        write!(f, "\n  help: {}", self.advice)
    }
}

impl Error for DocumentError {}

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
