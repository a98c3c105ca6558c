//! What can be wrong with the database.

use std::{error::Error as StdError, fmt, io, time::Duration};

/// Why the database did not do what it was asked to. Nothing of it holds a secret: the URL, with
/// its password, is not part of it.
#[derive(Debug)]
pub struct DatabaseError {
    kind: DatabaseErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What is wrong with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseErrorKind {
    /// The URL or the name of the journal, or a setting or the certificate of the server, cannot
    /// be used.
    Settings,
    /// The schema is newer than this version can use, or older and may not be changed.
    Schema,
    /// It could not be reached, or the connection was lost.
    Unreachable,
    /// It did not answer within the bound.
    TooSlow,
    /// Another process holds the file's lock.
    Locked,
    /// The disk is full.
    Full,
    /// The file or the server takes no writes.
    ReadOnly,
    /// The file is no database, or a damaged one.
    NotADatabase,
    /// Anything else.
    Other,
}

impl DatabaseError {
    /// What is wrong.
    pub fn kind(&self) -> DatabaseErrorKind {
        self.kind
    }

    pub(crate) fn settings(message: impl Into<String>) -> Self {
        Self::new(DatabaseErrorKind::Settings, message)
    }

    pub(crate) fn schema(message: impl Into<String>) -> Self {
        Self::new(DatabaseErrorKind::Schema, message)
    }

    pub(crate) fn too_slow(bound: Duration) -> Self {
        Self::new(
            DatabaseErrorKind::TooSlow,
            format!("the database did not answer within {bound:?}"),
        )
    }

    pub(crate) fn unreadable(what: impl fmt::Display) -> Self {
        Self::new(
            DatabaseErrorKind::Other,
            format!("a row of the journal cannot be read: {what}"),
        )
    }

    pub(crate) fn busy(message: impl Into<String>) -> Self {
        Self::new(DatabaseErrorKind::Locked, message)
    }

    fn new(kind: DatabaseErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Whether a unique index refused it: another row has what it wants.
    pub(crate) fn is_unique_violation(&self) -> bool {
        let error = self.source.as_deref();
        let error = error.and_then(|it| it.downcast_ref::<sqlx::Error>());
        let error = error.and_then(sqlx::Error::as_database_error);
        error.is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    /// Whether a connection turned out to be gone, so that a new one may do.
    pub(crate) fn is_lost_connection(&self) -> bool {
        self.kind == DatabaseErrorKind::Unreachable
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let kind = kind(&error);
        Self {
            kind,
            message: kind.summary().to_owned(),
            source: Some(Box::new(error)),
        }
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for DatabaseError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl DatabaseErrorKind {
    fn summary(self) -> &'static str {
        match self {
            Self::Settings => "the database's settings cannot be used",
            Self::Schema => "the journal's schema cannot be used",
            Self::Unreachable => "the database cannot be reached",
            Self::TooSlow => "the database is too slow",
            Self::Locked => "another process holds the lock of the database",
            Self::Full => "the disk of the database is full",
            Self::ReadOnly => "the database takes no writes",
            Self::NotADatabase => "the file is no database",
            Self::Other => "the database failed",
        }
    }
}

fn kind(error: &sqlx::Error) -> DatabaseErrorKind {
    match error {
        // So a certificate is told that is not accepted.
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            DatabaseErrorKind::Settings
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => DatabaseErrorKind::Unreachable,
        sqlx::Error::PoolTimedOut => DatabaseErrorKind::TooSlow,
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => {
            DatabaseErrorKind::Unreachable
        }
        sqlx::Error::Configuration(_) | sqlx::Error::Tls(_) => DatabaseErrorKind::Settings,
        sqlx::Error::Database(error) => error.code().map_or(DatabaseErrorKind::Other, |code| {
            postgres_kind(&code).unwrap_or_else(|| sqlite_kind(&code))
        }),
        _ => DatabaseErrorKind::Other,
    }
}

/// By the classes of SQLSTATE, which has five characters.
fn postgres_kind(code: &str) -> Option<DatabaseErrorKind> {
    if code.len() != 5 {
        return None;
    }
    Some(match code {
        "53100" => DatabaseErrorKind::Full,
        "25006" => DatabaseErrorKind::ReadOnly,
        "55P03" | "40P01" | "40001" => DatabaseErrorKind::Locked,
        "3D000" | "42501" => DatabaseErrorKind::Settings,
        // A statement that took too long, and a session that said nothing for too long.
        "57014" => DatabaseErrorKind::TooSlow,
        "25P03" => DatabaseErrorKind::Unreachable,
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
            DatabaseErrorKind::Unreachable
        }
        _ if code.starts_with("28") => DatabaseErrorKind::Settings,
        _ => DatabaseErrorKind::Other,
    })
}

/// By SQLite's result codes, whose low byte is the primary one.
fn sqlite_kind(code: &str) -> DatabaseErrorKind {
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => DatabaseErrorKind::Locked,
        Ok(8) => DatabaseErrorKind::ReadOnly,
        Ok(10 | 14) => DatabaseErrorKind::Unreachable,
        Ok(13) => DatabaseErrorKind::Full,
        Ok(11 | 26) => DatabaseErrorKind::NotADatabase,
        _ => DatabaseErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseErrorKind, postgres_kind, sqlite_kind};

    #[test]
    fn codes_of_both_engines_say_what_is_wrong() {
        let table = [
            ("5", DatabaseErrorKind::Locked),
            ("517", DatabaseErrorKind::Locked),
            ("8", DatabaseErrorKind::ReadOnly),
            ("1032", DatabaseErrorKind::ReadOnly),
            ("13", DatabaseErrorKind::Full),
            ("26", DatabaseErrorKind::NotADatabase),
            ("14", DatabaseErrorKind::Unreachable),
            ("53100", DatabaseErrorKind::Full),
            ("25006", DatabaseErrorKind::ReadOnly),
            ("57P01", DatabaseErrorKind::Unreachable),
            ("57014", DatabaseErrorKind::TooSlow),
            ("25P03", DatabaseErrorKind::Unreachable),
            ("55P03", DatabaseErrorKind::Locked),
            ("53300", DatabaseErrorKind::Unreachable),
            ("28P01", DatabaseErrorKind::Settings),
            ("23505", DatabaseErrorKind::Other),
        ];
        for (code, expected) in table {
            let kind = postgres_kind(code).unwrap_or_else(|| sqlite_kind(code));
            assert_eq!(kind, expected, "{code}");
        }
    }
}
