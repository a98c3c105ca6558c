//! The journal: what all stores of a process share.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::{
    database::{Database, Engine},
    rules::Rules,
};

/// A journal of charges, shared by all who open the same database. Clones are cheap.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    database: Database,
    owner: String,
    rules: Rules,
    /// Held for reading by each attempt that runs, for writing by whoever waits for all of them.
    running: Arc<RwLock<()>>,
    shutting_down: AtomicBool,
}

impl Journal {
    /// The engine it is kept in.
    pub fn engine(&self) -> Engine {
        self.0.database.engine()
    }

    /// Refuses new charges, and waits until those that run have written their outcomes, or the
    /// deadline is over: recovery takes the rest.
    ///
    /// Returns whether all were finished.
    pub async fn shut_down(&self, deadline: Duration) -> bool {
        let began = Instant::now();
        self.0.shutting_down.store(true, Ordering::SeqCst);
        let finished = tokio::time::timeout(deadline, self.0.running.write()).await;
        let finished = finished.is_ok();
        let left = deadline.saturating_sub(began.elapsed());
        self.0.database.close(left).await;
        finished
    }

    /// Whether the database can be asked no more.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.database.is_closed()
    }

    pub(crate) fn is_shutting_down(&self) -> bool {
        self.0.shutting_down.load(Ordering::SeqCst)
    }

    pub(crate) fn new(database: Database, owner: String, rules: Rules) -> Self {
        Self(Arc::new(Shared {
            database,
            owner,
            rules,
            running: Arc::default(),
            shutting_down: AtomicBool::new(false),
        }))
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn owner(&self) -> &str {
        &self.0.owner
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.0.rules
    }

    /// What an attempt holds while it runs; none when the journal is shutting down.
    pub(crate) fn begin_attempt(&self) -> Option<OwnedRwLockReadGuard<()>> {
        let guard = Arc::clone(&self.0.running).try_read_owned().ok()?;
        (!self.is_shutting_down()).then_some(guard)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("engine", &self.engine())
            .field("owner", &self.0.owner)
            .finish_non_exhaustive()
    }
}
