//! Where a measured journal is kept.

use bigcommerce_test_postgres::PostgresServer;
use sqlx::{
    AnyConnection, AssertSqlSafe, Connection as _, Executor as _, any::install_default_drivers,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::ENGINES;
use crate::error::Error;

/// A place for a journal. It goes away with this.
pub(super) struct Place {
    pub(super) engine: &'static str,
    pub(super) url: String,
    pub(super) server: Option<PostgresServer>,
    _folder: Option<TempDir>,
}

/// A number for each row that is written, from one to the most.
const NUMBERS: [&str; 2] = [
    "WITH RECURSIVE numbers (n) AS \
     (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most}) SELECT n FROM numbers",
    "SELECT n FROM generate_series(1, {most}) AS numbers (n)",
];

/// Attempts that were finished long ago, each of another order, as the journal leaves them behind.
const FILL: [&str; 4] = [
    "INSERT INTO payments_journal_attempts (attempt_id, store_hash, order_id, idempotency_key, \
     payment_method_id, instrument_type, correlation_id, further_tender, state, epoch, owner, \
     lease_until, looks, created_at, sending_at, finished_at, outcome) \
     SELECT 'attempt ' || n, 'teststore1', 1000000000 + n, 'key ' || n, 'stripe.card', 'card', \
     'call ' || n, 0, CASE n % 4 WHEN 0 THEN 'declined' ELSE 'charged' END, 1, 'a benchmark', \
     0, 0, n, n, n, '{}' FROM ({numbers}) AS numbers",
    "INSERT INTO payments_journal_keys (store_hash, idempotency_key, order_id, \
     payment_method_id, instrument_type, attempt_id, created_at) \
     SELECT store_hash, idempotency_key, order_id, payment_method_id, instrument_type, \
     attempt_id, created_at FROM payments_journal_attempts WHERE owner = 'a benchmark'",
    "ANALYZE payments_journal_attempts",
    "ANALYZE payments_journal_keys",
];

impl Place {
    /// None where the engine is not installed.
    pub(super) fn new(engine: &'static str) -> Result<Option<Self>, Error> {
        if engine == ENGINES[0] {
            let folder = tempfile::tempdir()?;
            return Ok(Some(Self {
                engine,
                url: format!("sqlite://{}/journal.db", folder.path().display()),
                server: None,
                _folder: Some(folder),
            }));
        }
        Ok(PostgresServer::start()?.map(|server| Self {
            engine,
            url: server.url(),
            server: Some(server),
            _folder: None,
        }))
    }

    /// Writes so many finished attempts into the journal that is there.
    pub(super) fn fill(&self, finished: u32) -> Result<(), Error> {
        let numbers = NUMBERS[usize::from(self.server.is_some())];
        let numbers = numbers.replace("{most}", &finished.to_string());
        install_default_drivers();
        Runtime::new()?.block_on(async {
            let mut connection = AnyConnection::connect(&self.url).await?;
            for statement in FILL {
                let statement = statement.replace("{numbers}", &numbers);
                connection.execute(AssertSqlSafe(statement)).await?;
            }
            Ok(connection.close().await?)
        })
    }
}
