//! How a journal is opened.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    database::{Database, DatabaseError, DatabaseSettings},
    journal::Journal,
    rules::Rules,
};

/// Opens a [`Journal`] with other settings than the defaults.
#[derive(Clone)]
#[must_use]
pub struct JournalBuilder {
    url: String,
    name: String,
    owner: String,
    connections: u32,
    bound: Duration,
    pooler: bool,
    migrate: bool,
    rules: Rules,
}

impl Journal {
    /// Opens the journal at a URL: `sqlite:///var/lib/shop/payments.db`, a file on a local disk
    /// that is made when it is not there, or `postgres://user@host/database`.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL, the database, its settings or its schema.
    pub async fn open(url: &str) -> Result<Self, DatabaseError> {
        Self::builder(url).open().await
    }

    /// Begins with the defaults.
    pub fn builder(url: &str) -> JournalBuilder {
        JournalBuilder::new(url)
    }
}

impl JournalBuilder {
    fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            name: "payments_journal".to_owned(),
            owner: format!("process {}, {}", std::process::id(), Uuid::new_v4()),
            connections: 8,
            bound: Duration::from_secs(5),
            pooler: false,
            migrate: true,
            rules: Rules::default().limited(50, Duration::from_secs(4)),
        }
    }

    /// The name of the journal, with which the names of its tables begin: several journals share
    /// a database under different names. Default: `payments_journal`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What this process is called in the journal. Default: its number and a random id.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    /// The most connections to the database. Default: 8.
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How long one transaction may take, from asking for a connection to the confirmed commit.
    /// PostgreSQL is told so, too, and ends the session of a process that stops for so long in the
    /// middle of one. Changes of the schema may take longer. Default: 5 s.
    pub fn database_timeout(mut self, bound: Duration) -> Self {
        self.bound = bound;
        self
    }

    /// Whether each transaction may be given another session, as pgbouncer does with
    /// `pool_mode = transaction`. No statement stays prepared then.
    pub fn transaction_pooler(mut self, pooler: bool) -> Self {
        self.pooler = pooler;
        self
    }

    /// Whether opening may change the schema. Default: true; where the service may not alter
    /// tables, run the [scripts](crate::migration_scripts) by hand.
    pub fn migrate(mut self, migrate: bool) -> Self {
        self.migrate = migrate;
        self
    }

    /// How long an attempt that died is left alone: after its claim, within which the token is
    /// made and its place is waited for, and after it may have been sent, within which the answer
    /// comes. They have to be longer than the facade's `Timeouts::overall` and
    /// `Timeouts::payment`. Defaults: 150 s and 90 s.
    pub fn leases(mut self, claim: Duration, answer: Duration) -> Self {
        self.rules.claim_lease = claim;
        self.rules.answer_lease = answer;
        self
    }

    /// How long after its permission a charge may leave; later, it asks again. Default: 1 s.
    pub fn send_within(mut self, within: Duration) -> Self {
        self.rules.send_within = within;
        self
    }

    /// How long the service may still be busy with a charge that it was sent. Default: 60 s.
    pub fn settle(mut self, settle: Duration) -> Self {
        self.rules.settle = settle;
        self
    }

    /// How long a payment access token is taken to work at least; one that says to work longer is
    /// believed. Default: one hour.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.rules.token_lifetime = lifetime;
        self
    }

    /// The first pause between two look-ups of an attempt, which doubles up to the longest.
    /// Defaults: 1 s and 5 minutes.
    pub fn look_up_pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.rules.look_pauses = (first, longest);
        self
    }

    /// How long after its release an attempt is looked up again, twice. Defaults: an hour and a
    /// day.
    pub fn look_again_after_release(mut self, after: [Duration; 2]) -> Self {
        self.rules.look_again_after_release = after;
        self
    }

    /// How often recovery asks whether an attempt is due. Default: 1 s.
    pub fn recovery_interval(mut self, interval: Duration) -> Self {
        self.rules.recovery_interval = interval;
        self
    }

    /// The most payment requests of a store within any such window, of all instances together.
    /// Default: 50 within 4 s.
    pub fn rate_limit(mut self, requests: usize, window: Duration) -> Self {
        self.rules = self.rules.limited(requests, window);
        self
    }

    /// How much longer one charge may be on its way to the host than another, so that no window
    /// there holds more than the limit. Default: half a second.
    pub fn rate_limit_margin(mut self, margin: Duration) -> Self {
        self.rules.limit_margin = margin;
        self
    }

    /// Without a limit of the journal's.
    pub fn without_rate_limit(mut self) -> Self {
        self.rules.limit = None;
        self
    }

    /// The mode after the database was restored from a backup, or replaced by an asynchronous
    /// replica: the last attempts may be missing, so that every order is looked up before it is
    /// charged. Default: false.
    ///
    /// A charge that is seen, and that no attempt of the journal has made, is taken for this
    /// submission's where it can be, as [found by look-up](crate::Evidence::LookUp); where it
    /// cannot, the answer is [`CannotTell`](crate::ChargeError::CannotTell). An attempt that the
    /// database holds as claimed may have been sent since: it is looked up, and has its order for
    /// as long as a charge of it may land. What was sent last
    /// may land later than it is looked for: let no charge begin before the token lifetime and
    /// [`settle`](Self::settle) are over since the database was lost, and leave the mode on until
    /// no order is open that was begun before.
    ///
    /// Every instance that charges or recovers has to be in this mode at once: one that is not
    /// charges without looking, and takes such a claim for one that was never sent.
    pub fn restored(mut self, restored: bool) -> Self {
        self.rules.restored = restored;
        self
    }

    /// Connects, asserts what durability needs, and brings the schema up to date.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL, the database, its settings or its schema.
    pub async fn open(self) -> Result<Journal, DatabaseError> {
        let database = Database::open(DatabaseSettings {
            url: self.url,
            name: self.name,
            connections: self.connections,
            bound: self.bound,
            pooler: self.pooler,
            migrate: self.migrate,
        })
        .await?;
        Ok(Journal::new(database, self.owner, self.rules))
    }
}

#[cfg(test)]
mod tests {
    use super::JournalBuilder;

    /// 4 s at the server, 1 s within which a request leaves, and the margin of half a second.
    #[test]
    fn by_default_50_requests_have_a_place_within_five_and_a_half_seconds() {
        let limit = JournalBuilder::new("sqlite:").rules.limit_at_server();
        let limit = limit.map(|it| (it.requests, it.window_ms));
        assert_eq!(limit, Some((50, 4000 + 1000 + 500)));
    }
}
