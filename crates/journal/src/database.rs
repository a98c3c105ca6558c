//! The database: one schema and one text of SQL for both engines.

mod claim;
mod connection;
mod dialect;
mod error;
mod limit;
mod lost_row;
mod operators;
mod outcome;
#[cfg(test)]
mod plans;
mod recovery;
mod row;
mod schema;
mod sending;

use std::{sync::Arc, time::Duration};

use sqlx::{
    Any, AnyPool, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use crate::database::{connection::Connecting, dialect::Dialect};

pub(crate) use crate::database::{
    claim::{Claim, NewAttempt},
    operators::SettledBy,
    outcome::{FinishedAs, Written},
    row::AttemptRow,
    sending::{Permission, Sending, SendingPlace},
};
pub use crate::database::{
    dialect::Engine,
    error::{DatabaseError, DatabaseErrorKind},
    schema::{MigrationScript, migration_scripts},
};

/// A pool of connections whose durability was asserted, and the text of the SQL for its engine.
#[derive(Clone)]
pub(crate) struct Database {
    pool: AnyPool,
    dialect: Arc<Dialect>,
    /// The longest that one transaction may take, from asking for a connection to the commit.
    bound: Duration,
    /// Whether a statement may stay prepared: not where a pooler gives each transaction another
    /// session.
    prepared: bool,
}

/// How a database is reached.
pub(crate) struct DatabaseSettings {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) connections: u32,
    pub(crate) bound: Duration,
    pub(crate) pooler: bool,
    pub(crate) migrate: bool,
}

impl Database {
    /// Connects, asserts what durability needs, and brings the schema up to date.
    pub(crate) async fn open(settings: DatabaseSettings) -> Result<Self, DatabaseError> {
        let dialect = Arc::new(Dialect::new(&settings.url, &settings.name)?);
        let pool = Connecting {
            url: &settings.url,
            dialect: &dialect,
            connections: settings.connections,
            bound: settings.bound,
        }
        .pool()
        .await?;
        let database = Self {
            pool,
            dialect,
            bound: settings.bound,
            prepared: !settings.pooler,
        };
        database.prepare_schema(settings.migrate).await?;
        Ok(database)
    }

    pub(crate) fn engine(&self) -> Engine {
        self.dialect.engine()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// Closes the connections, as far as the server answers within that time.
    pub(crate) async fn close(&self, within: Duration) {
        let _ = tokio::time::timeout(within, self.pool.close()).await;
    }

    /// Runs `work` within the bound, and once more when it found only a connection that had been
    /// cut before: every `work` is written so that doing it twice does no harm.
    async fn bounded<T, F>(&self, work: impl Fn() -> F) -> Result<T, DatabaseError>
    where
        F: Future<Output = Result<T, DatabaseError>>,
    {
        let attempts = async {
            match work().await {
                Err(error) if error.is_lost_connection() => work().await,
                done => done,
            }
        };
        tokio::time::timeout(self.bound, attempts)
            .await
            .unwrap_or_else(|_| Err(DatabaseError::too_slow(self.bound)))
    }

    /// Begins a transaction that is durable once its commit was confirmed.
    async fn begin(&self) -> Result<Transaction, DatabaseError> {
        self.begin_longer(self.bound).await
    }

    /// Begins one whose statements may take longer than the bound.
    async fn begin_longer(&self, longest: Duration) -> Result<Transaction, DatabaseError> {
        let begin = self.dialect.begin(longest, self.bound);
        let inner = self.pool.begin_with(begin).await?;
        Ok(Transaction { inner })
    }

    /// Begins one that only reads.
    async fn begin_reading(&self) -> Result<Transaction, DatabaseError> {
        let begin = self.dialect.begin_reading(self.bound);
        let inner = self.pool.begin_with(begin).await?;
        Ok(Transaction { inner })
    }

    /// A statement in the words of the engine.
    fn query(&self, template: &str) -> Query<'static, Any, AnyArguments> {
        sqlx::query(AssertSqlSafe(self.dialect.render(template))).persistent(self.prepared)
    }
}

/// Rolled back when it is dropped.
struct Transaction {
    inner: sqlx::Transaction<'static, Any>,
}

impl Transaction {
    /// The number of rows that changed.
    async fn execute(
        &mut self,
        query: Query<'static, Any, AnyArguments>,
    ) -> Result<u64, DatabaseError> {
        Ok(query.execute(&mut *self.inner).await?.rows_affected())
    }

    async fn row(
        &mut self,
        query: Query<'static, Any, AnyArguments>,
    ) -> Result<Option<AnyRow>, DatabaseError> {
        Ok(query.fetch_optional(&mut *self.inner).await?)
    }

    async fn rows(
        &mut self,
        query: Query<'static, Any, AnyArguments>,
    ) -> Result<Vec<AnyRow>, DatabaseError> {
        Ok(query.fetch_all(&mut *self.inner).await?)
    }

    async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.inner.commit().await?)
    }

    async fn rollback(self) -> Result<(), DatabaseError> {
        Ok(self.inner.rollback().await?)
    }
}
