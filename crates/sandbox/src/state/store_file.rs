//! Store files: where the definitions of stores come from.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::state::{check::consistent, definition::StoreDefinition};

/// The store that a sandbox plays when it is given none.
const DEFAULT_STORES: &str = include_str!("../../default-store.json");

/// A store definition that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFileError {
    /// The file cannot be read.
    #[error("cannot read the store file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: std::io::Error,
    },
    /// The text is not a store definition; the message names line and column.
    #[error("{origin}: {source}")]
    Malformed {
        /// The file, or `store definition` for text.
        origin: String,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// The definition is well-formed but contradicts itself.
    #[error("{origin}: {problem}")]
    Inconsistent {
        /// The file, or `store definition` for text.
        origin: String,
        /// What is wrong and where.
        problem: String,
    },
}

/// The stores of a sandbox that was given none.
pub(crate) fn default_stores() -> Result<Vec<StoreDefinition>, StoreFileError> {
    parse(DEFAULT_STORES, "the built-in store")
}

/// Reads a store file.
pub(crate) fn read(path: &Path) -> Result<Vec<StoreDefinition>, StoreFileError> {
    let text = std::fs::read_to_string(path).map_err(|source| StoreFileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&text, &path.display().to_string())
}

/// Reads the text of a store file; `origin` names it in errors.
pub(crate) fn parse(text: &str, origin: &str) -> Result<Vec<StoreDefinition>, StoreFileError> {
    let file: StoreFile =
        serde_json::from_str(text).map_err(|source| StoreFileError::Malformed {
            origin: origin.to_owned(),
            source,
        })?;
    check(file.stores, origin)
}

/// Gives the stores back where they do not contradict themselves; `origin` names them in errors.
pub(crate) fn check(
    stores: Vec<StoreDefinition>,
    origin: &str,
) -> Result<Vec<StoreDefinition>, StoreFileError> {
    match consistent(&stores) {
        Ok(()) => Ok(stores),
        Err(problem) => Err(StoreFileError::Inconsistent {
            origin: origin.to_owned(),
            problem,
        }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreFile {
    stores: Vec<StoreDefinition>,
}
