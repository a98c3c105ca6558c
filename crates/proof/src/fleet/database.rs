//! The database that the processes share, and what is done to it.

use std::{collections::VecDeque, time::Duration};

use bigcommerce_test_postgres::{PgBouncer, PostgresServer};
use sqlx::{
    AnyConnection, AssertSqlSafe, Connection as _, Executor as _, any::install_default_drivers,
};
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::{error::ProofError, fleet::args::Args};

/// The database that the processes share.
pub(super) enum FleetDatabase {
    /// A file.
    Sqlite(TempDir),
    /// A server of this run alone.
    Private {
        /// Ends before the server.
        pooler: Option<PgBouncer>,
        server: PostgresServer,
    },
    /// A server that somebody else runs.
    Foreign(String),
}

/// Something that happens to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outage {
    /// The file is locked for a while.
    Locked,
    /// The server is stopped as if its machine had lost power, and started again.
    Stopped,
    /// All connections are cut.
    Cut,
}

impl FleetDatabase {
    pub(super) fn open(args: &Args) -> Result<Self, ProofError> {
        install_default_drivers();
        Ok(match args.database.as_str() {
            "sqlite" => Self::Sqlite(tempfile::tempdir()?),
            "postgres" => {
                let server = PostgresServer::start()?;
                let server = server.ok_or(ProofError::NotInstalled("PostgreSQL"))?;
                let pooler = if args.pooler {
                    let pooler = PgBouncer::start(&server, args.instances.max(2))?;
                    Some(pooler.ok_or(ProofError::NotInstalled("pgbouncer"))?)
                } else {
                    None
                };
                Self::Private { pooler, server }
            }
            url => Self::Foreign(url.to_owned()),
        })
    }

    /// Its URL, as the processes reach it.
    pub(super) fn url(&self) -> String {
        match self {
            Self::Private {
                pooler: Some(pooler),
                ..
            } => pooler.url(),
            _ => self.direct_url(),
        }
    }

    /// Its URL, without a pooler.
    pub(super) fn direct_url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}/fleet.db", folder.path().display()),
            Self::Private { server, .. } => server.url(),
            Self::Foreign(url) => url.clone(),
        }
    }

    /// What it is called in a report.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Private {
                pooler: Some(_), ..
            } => "PostgreSQL behind pgbouncer",
            Self::Private { pooler: None, .. } => "PostgreSQL",
            Self::Foreign(_) => "a server of somebody else's",
        }
    }

    /// A connection of the run's own.
    pub(super) async fn connect(&self) -> Result<AnyConnection, ProofError> {
        Ok(AnyConnection::connect(&self.direct_url()).await?)
    }

    /// Runs SQL as an operator does, beside the journal.
    pub(super) async fn run_sql(&self, sql: String) -> Result<(), ProofError> {
        let mut connection = self.connect().await?;
        connection.execute(AssertSqlSafe(sql)).await?;
        Ok(connection.close().await?)
    }

    /// Whether it is a file, which one process locks for all others while it writes.
    fn is_file(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Private { .. } => false,
            Self::Foreign(url) => url.starts_with("sqlite"),
        }
    }

    /// Whether no process holds it up for all others: one may sleep in the middle of a transaction.
    pub(super) async fn takes_writes(&self) -> Result<bool, ProofError> {
        if !self.is_file() {
            return Ok(true);
        }
        let mut connection = self.connect().await?;
        connection.execute("PRAGMA busy_timeout = 500").await?;
        let takes = connection.execute("BEGIN IMMEDIATE").await.is_ok();
        connection.close().await?;
        Ok(takes)
    }

    /// What can happen to it, most of it rarely.
    pub(super) fn outages(&self) -> VecDeque<Outage> {
        match self {
            Self::Private { .. } => [Outage::Cut, Outage::Stopped].into(),
            _ if self.is_file() => [Outage::Locked].into(),
            _ => [Outage::Cut].into(),
        }
    }

    /// Starts the server again where the run ended while it was stopped.
    pub(super) fn restore(&mut self) -> Result<(), ProofError> {
        if let Self::Private { server, .. } = self
            && server.psql("SELECT 1").is_err()
        {
            block_in_place(|| server.restart())?;
        }
        Ok(())
    }

    /// Lets it happen.
    pub(super) async fn suffer(
        &mut self,
        outage: Outage,
        lasting: Duration,
    ) -> Result<(), ProofError> {
        match (outage, self) {
            (Outage::Stopped, Self::Private { server, .. }) => {
                block_in_place(|| server.stop_immediately())?;
                tokio::time::sleep(lasting).await;
                block_in_place(|| server.restart())?;
            }
            (Outage::Cut, database) => {
                let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
                database.run_sql(cut.to_owned()).await?;
            }
            (_, database) => {
                let mut connection = database.connect().await?;
                // Where somebody else holds the lock for long, the file is locked as well.
                if connection.execute("BEGIN EXCLUSIVE").await.is_ok() {
                    tokio::time::sleep(lasting).await;
                    connection.execute("ROLLBACK").await?;
                }
                connection.close().await?;
            }
        }
        Ok(())
    }
}
