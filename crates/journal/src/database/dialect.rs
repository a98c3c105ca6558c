//! The few words in which the engines differ.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::database::error::DatabaseError;

/// The engine that a journal is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file: one machine, any number of processes.
    Sqlite,
    /// What many machines share.
    Postgres,
}

/// The words of an engine, and the names of a journal's tables.
#[derive(Debug)]
pub(crate) struct Dialect {
    engine: Engine,
    journal: String,
}

impl Dialect {
    pub(crate) fn new(url: &str, journal: &str) -> Result<Self, DatabaseError> {
        let engine = match url.split_once(':').map_or(url, |(scheme, _)| scheme) {
            "sqlite" => Engine::Sqlite,
            "postgres" | "postgresql" => Engine::Postgres,
            _ => {
                return Err(DatabaseError::settings(
                    "the URL of a journal begins with sqlite:, postgres: or postgresql:",
                ));
            }
        };
        Self::named(engine, journal)
    }

    /// The name becomes part of the SQL, so that it holds nothing but letters, digits and `_`.
    pub(crate) fn named(engine: Engine, journal: &str) -> Result<Self, DatabaseError> {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let starts = journal.starts_with(|first: char| first.is_ascii_lowercase());
        if !starts || !journal.bytes().all(word) || journal.len() > 40 {
            return Err(DatabaseError::settings(
                "the name of a journal is 1 to 40 of a-z, 0-9 and _, and begins with a letter",
            ));
        }
        Ok(Self {
            engine,
            journal: journal.to_owned(),
        })
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// Begins a transaction that may write.
    ///
    /// PostgreSQL: each transaction sees what others committed before each of its statements,
    /// and is on the disk once its commit was confirmed, whatever the role or the database set;
    /// a session behind a pooler keeps no setting of ours. No statement takes longer than
    /// `longest`, and the server ends the session of a process that says nothing for `idle`, and
    /// would hold its locks: it was stopped. SQLite: the lock is taken at once, so that no
    /// transaction fails half way for want of it.
    pub(crate) fn begin(&self, longest: Duration, idle: Duration) -> SqlStr {
        // The server takes 0 for no limit.
        let milliseconds = |time: Duration| time.as_millis().clamp(1, i32::MAX as u128);
        let (longest, idle) = (milliseconds(longest), milliseconds(idle));
        match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE".into_sql_str(),
            Engine::Postgres => AssertSqlSafe(format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED; \
                 SELECT set_config('synchronous_commit', \
                 CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' \
                 ELSE current_setting('synchronous_commit') END, true), \
                 set_config('lock_timeout', '{longest}', true), \
                 set_config('statement_timeout', '{longest}', true), \
                 set_config('idle_in_transaction_session_timeout', '{idle}', true)"
            ))
            .into_sql_str(),
        }
    }

    /// Begins a transaction that only reads: it waits for no lock, and holds none.
    pub(crate) fn begin_reading(&self, bound: Duration) -> SqlStr {
        match self.engine {
            Engine::Sqlite => "BEGIN DEFERRED".into_sql_str(),
            Engine::Postgres => self.begin(bound, bound),
        }
    }

    /// Puts the journal's name and the engine's words into a statement.
    pub(crate) fn render(&self, template: &str) -> String {
        let (now, for_update, skip_locked) = match self.engine {
            Engine::Sqlite => (
                "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
                "",
                "",
            ),
            Engine::Postgres => (
                "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
                "FOR UPDATE",
                "FOR UPDATE SKIP LOCKED",
            ),
        };
        let rendered = template
            .replace("{journal}", &self.journal)
            .replace("{now}", now)
            .replace("{for update}", for_update)
            .replace("{skip locked}", skip_locked);
        #[cfg(test)]
        RENDERED.lock().unwrap().insert(rendered.clone());
        rendered
    }
}

/// All statements of this process, for the tests that explain them.
#[cfg(test)]
pub(super) static RENDERED: std::sync::Mutex<std::collections::BTreeSet<String>> =
    std::sync::Mutex::new(std::collections::BTreeSet::new());

#[cfg(test)]
mod tests {
    use super::{Dialect, Engine};

    #[test]
    fn the_scheme_names_the_engine() {
        let engine = |url| Dialect::new(url, "j").map(|it| it.engine()).ok();

        assert_eq!(engine("sqlite:///var/lib/j.db"), Some(Engine::Sqlite));
        assert_eq!(engine("postgres://localhost/shop"), Some(Engine::Postgres));
        assert_eq!(engine("postgresql:///shop"), Some(Engine::Postgres));
        for url in ["mysql://localhost", "", "sqlite", "/var/lib/j.db"] {
            assert_eq!(engine(url).filter(|_| url != "sqlite"), None, "{url}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_place_in_the_sql() {
        for name in ["", "1a", "a b", "a;b", "A", "a\"", "_a", &"a".repeat(41)] {
            assert!(Dialect::named(Engine::Sqlite, name).is_err(), "{name}");
        }
        let dialect = Dialect::named(Engine::Postgres, "shop_2").unwrap();
        assert_eq!(dialect.render("{journal}_keys"), "shop_2_keys");
    }
}
