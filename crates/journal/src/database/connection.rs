//! Connections whose durability is asserted, each of them, before they are used.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row,
    any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers},
};
use tokio::time::timeout;

use crate::database::{
    dialect::{Dialect, Engine},
    error::DatabaseError,
};

/// What a pool is made of.
pub(crate) struct Connecting<'a> {
    pub(crate) url: &'a str,
    pub(crate) dialect: &'a Arc<Dialect>,
    pub(crate) connections: u32,
    pub(crate) bound: Duration,
}

impl Connecting<'_> {
    /// A pool, after one connection was made that says what is wrong, where something is: the
    /// pool itself would only try again.
    pub(crate) async fn pool(&self) -> Result<AnyPool, DatabaseError> {
        install_default_drivers();
        let options = AnyConnectOptions::from_str(&self.full_url())
            .map_err(|_| DatabaseError::settings("the URL of the journal cannot be read"))?
            .disable_statement_logging();
        let (engine, bound) = (self.dialect.engine(), self.bound);
        let probe = async {
            let mut connection = options.connect().await?;
            assert_durable(&mut connection, engine, bound).await?;
            connection.close().await
        };
        timeout(bound, probe)
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
        Ok(AnyPoolOptions::new()
            .max_connections(self.connections)
            .acquire_timeout(self.bound)
            // A connection that was cut is found out by the first statement, which is tried again.
            .test_before_acquire(false)
            .before_acquire(move |connection, _| {
                Box::pin(async move { is_usable(connection, engine).await })
            })
            .after_release(move |connection, _| {
                Box::pin(async move { assert_answers(connection, bound).await.map(|()| true) })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move { assert_durable(connection, engine, bound).await })
            })
            .connect_lazy_with(options))
    }

    /// A file that is not there yet is made, unless the URL says otherwise.
    fn full_url(&self) -> String {
        let url = self.url;
        match self.dialect.engine() {
            Engine::Postgres => url.to_owned(),
            Engine::Sqlite if url.contains("mode=") => url.to_owned(),
            Engine::Sqlite if url.contains('?') => format!("{url}&mode=rwc"),
            Engine::Sqlite => format!("{url}?mode=rwc"),
        }
    }
}

/// A transaction that SQLite itself has rolled back, for want of space on the disk, is one that the
/// library still believes to be open: the connection takes no other, and has to go.
async fn is_usable(connection: &mut AnyConnection, engine: Engine) -> sqlx::Result<bool> {
    if engine == Engine::Sqlite {
        // What was dropped is rolled back before this answers.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// What was dropped in the middle is rolled back first. The pool itself would wait for the server
/// without end, and could not be closed meanwhile.
async fn assert_answers(connection: &mut AnyConnection, bound: Duration) -> sqlx::Result<()> {
    if !connection.should_flush() {
        return Ok(());
    }
    let answer = timeout(bound, connection.ping()).await;
    answer.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Fails unless what a commit confirms survives a crash of the machine.
async fn assert_durable(
    connection: &mut AnyConnection,
    engine: Engine,
    bound: Duration,
) -> sqlx::Result<()> {
    match engine {
        Engine::Sqlite => assert_sqlite(connection, bound).await,
        Engine::Postgres => assert_postgres(connection).await,
    }
}

/// `journal_mode` is `wal` only where the file system can share memory: not over a network.
async fn assert_sqlite(connection: &mut AnyConnection, bound: Duration) -> sqlx::Result<()> {
    let milliseconds = bound.as_millis();
    let timeout = format!("PRAGMA busy_timeout = {milliseconds}");
    connection
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(timeout)))
        .await?;
    let mode = connection
        .fetch_one(sqlx::raw_sql("PRAGMA journal_mode = WAL"))
        .await?;
    let mode: String = mode.try_get(0)?;
    if mode != "wal" {
        return Err(unsafe_setting(format!(
            "journal_mode is {mode} and cannot be wal: a journal is a file on a local disk"
        )));
    }
    connection
        .execute(sqlx::raw_sql(
            "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON",
        ))
        .await?;
    let synchronous = connection
        .fetch_one(sqlx::raw_sql("PRAGMA synchronous"))
        .await?;
    match synchronous.try_get::<i64, _>(0)? {
        2 | 3 => Ok(()),
        level => Err(unsafe_setting(format!("synchronous is {level}, not FULL"))),
    }
}

/// `synchronous_commit` is looked after by each transaction: a session behind a pooler is not
/// the one that answers here.
async fn assert_postgres(connection: &mut AnyConnection) -> sqlx::Result<()> {
    let settings = connection
        .fetch_one(sqlx::raw_sql(
            "SELECT current_setting('fsync') AS fsync, \
             current_setting('full_page_writes') AS full_page_writes, \
             CAST(pg_is_in_recovery() AS TEXT) AS standby",
        ))
        .await?;
    for setting in ["fsync", "full_page_writes"] {
        if settings.try_get::<String, _>(setting)? != "on" {
            return Err(unsafe_setting(format!(
                "{setting} is off: a commit that was confirmed may be lost"
            )));
        }
    }
    if settings.try_get::<String, _>("standby")? != "false" {
        return Err(unsafe_setting("the server is a standby".to_owned()));
    }
    Ok(())
}

fn unsafe_setting(message: String) -> sqlx::Error {
    sqlx::Error::Configuration(message.into())
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use sqlx::{AssertSqlSafe, Executor as _, Row as _};

    use super::Connecting;
    use crate::database::dialect::Dialect;

    #[tokio::test]
    async fn each_connection_to_a_file_keeps_what_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/journal.db", folder.path().display());
        let connecting = Connecting {
            url: &url,
            dialect: &Arc::new(Dialect::new(&url, "j").unwrap()),
            connections: 3,
            bound: Duration::from_secs(7),
        };
        let pool = connecting.pool().await.unwrap();
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(pool.acquire().await.unwrap());
        }
        let expected = [
            ("synchronous", 2),
            ("fullfsync", 1),
            ("checkpoint_fullfsync", 1),
            ("busy_timeout", 7000),
        ];
        for connection in &mut held {
            for (setting, expected) in expected {
                let ask = AssertSqlSafe(format!("PRAGMA {setting}"));
                let row = connection.fetch_one(sqlx::raw_sql(ask)).await.unwrap();
                assert_eq!(row.get::<i64, _>(0), expected, "{setting}");
            }
            let mode = sqlx::raw_sql("PRAGMA journal_mode");
            let mode = connection.fetch_one(mode).await.unwrap();
            assert_eq!(mode.get::<String, _>(0), "wal");
        }
    }
}
