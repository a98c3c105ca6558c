//! The schema and its changes, which only add.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row};
use tokio::time::timeout;

use crate::database::{
    Database, Transaction,
    dialect::{Dialect, Engine},
    error::DatabaseError,
};

/// A change of the schema, for a database that the service itself may not alter: run the
/// scripts in their order, each in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationScript {
    /// The version of the schema that it leads to.
    pub version: i64,
    /// Statements, each ended by a semicolon.
    pub sql: String,
}

struct Migration {
    version: i64,
    /// The oldest version of this crate's schema that can go on using the tables after it.
    oldest_served: i64,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        oldest_served: 1,
        sql: include_str!("../../migrations/1.sql"),
    },
    Migration {
        version: 2,
        oldest_served: 1,
        sql: include_str!("../../migrations/2.sql"),
    },
];

/// The schema that this version of the crate works with.
pub(super) const LATEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// How long a change of the schema may take: an index of many rows takes its time.
const LONGEST_MIGRATION: Duration = Duration::from_mins(10);

/// All changes of the schema, for a journal of that name.
///
/// # Errors
///
/// [`Settings`](crate::DatabaseErrorKind::Settings) for a name that is not allowed.
pub fn migration_scripts(
    engine: Engine,
    name: &str,
) -> Result<Vec<MigrationScript>, DatabaseError> {
    let dialect = Dialect::named(engine, name)?;
    let scripts = MIGRATIONS.iter().map(|migration| MigrationScript {
        version: migration.version,
        sql: dialect.render(&script(migration)),
    });
    Ok(scripts.collect())
}

fn script(migration: &Migration) -> String {
    let Migration {
        version,
        oldest_served,
        sql,
    } = migration;
    let note = if *version == 1 {
        format!(
            "CREATE TABLE {{journal}}_schema (version BIGINT NOT NULL, oldest_served BIGINT NOT NULL);\n\
             INSERT INTO {{journal}}_schema VALUES ({version}, {oldest_served});\n"
        )
    } else {
        format!(
            "UPDATE {{journal}}_schema SET version = {version}, oldest_served = {oldest_served};\n"
        )
    };
    format!("{sql}\n{note}")
}

#[derive(Clone, Copy)]
struct SchemaVersion {
    version: i64,
    oldest_served: i64,
}

impl SchemaVersion {
    fn assert_served(self) -> Result<(), DatabaseError> {
        let Self {
            version,
            oldest_served,
        } = self;
        if oldest_served <= LATEST {
            return Ok(());
        }
        Err(DatabaseError::schema(format!(
            "the journal's schema is version {version} and serves versions from {oldest_served} on; \
             this is version {LATEST}: update the service"
        )))
    }
}

impl Database {
    /// Leaves the database with a schema that this version can use, or says why there is none.
    pub(super) async fn prepare_schema(&self, migrate: bool) -> Result<(), DatabaseError> {
        let found = self.bounded(|| self.usable_version()).await?;
        if found.version >= LATEST {
            return Ok(());
        }
        if !migrate {
            return Err(DatabaseError::schema(format!(
                "the journal's schema is version {}, this version needs {LATEST}, and may not change it: \
                 run the migration scripts",
                found.version
            )));
        }
        timeout(LONGEST_MIGRATION, self.migrate())
            .await
            .unwrap_or_else(|_| Err(DatabaseError::too_slow(LONGEST_MIGRATION)))?;
        self.bounded(|| self.usable_version()).await?;
        Ok(())
    }

    /// The version of a schema that serves this one, and takes writes.
    async fn usable_version(&self) -> Result<SchemaVersion, DatabaseError> {
        let mut transaction = self.begin().await?;
        let found = self.schema_version(&mut transaction).await?;
        found.assert_served()?;
        if found.version > 0 {
            // Fails at once where no writes are taken, rather than at the first charge.
            let no_row = "UPDATE {journal}_limits SET places = places WHERE store_hash = ''";
            transaction.execute(self.query(no_row)).await?;
        }
        transaction.commit().await?;
        Ok(found)
    }

    async fn migrate(&self) -> Result<(), DatabaseError> {
        let mut transaction = self.begin_longer(LONGEST_MIGRATION).await?;
        if self.engine() == Engine::Postgres {
            // Two that start at once: the second waits, and finds the work done.
            let lock = "SELECT CAST(pg_advisory_xact_lock(hashtext('{journal}')) AS TEXT)";
            transaction.row(self.query(lock)).await?;
        }
        let found = self.schema_version(&mut transaction).await?;
        for migration in MIGRATIONS {
            if migration.version > found.version {
                let sql = AssertSqlSafe(self.dialect.render(&script(migration)));
                sqlx::raw_sql(sql).execute(&mut *transaction.inner).await?;
            }
        }
        transaction.commit().await
    }

    /// Fails where a deploy has changed the schema so that this version may not go on.
    pub(super) async fn assert_served(
        &self,
        transaction: &mut Transaction,
    ) -> Result<(), DatabaseError> {
        self.schema_version(transaction).await?.assert_served()
    }

    async fn schema_version(
        &self,
        transaction: &mut Transaction,
    ) -> Result<SchemaVersion, DatabaseError> {
        let exists = match self.engine() {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{journal}_schema'"
            }
            Engine::Postgres => {
                "SELECT CAST(to_regclass('{journal}_schema') AS TEXT) AS name \
                 WHERE to_regclass('{journal}_schema') IS NOT NULL"
            }
        };
        let none = SchemaVersion {
            version: 0,
            oldest_served: 0,
        };
        if transaction.row(self.query(exists)).await?.is_none() {
            return Ok(none);
        }
        let row = transaction
            .row(self.query("SELECT version, oldest_served FROM {journal}_schema"))
            .await?;
        row.map_or(Ok(none), |row| {
            Ok(SchemaVersion {
                version: row.try_get("version")?,
                oldest_served: row.try_get("oldest_served")?,
            })
        })
    }
}
