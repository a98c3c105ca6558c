//! A journal of charges for [`bigcommerce_payments`]: one charge for one submission of the
//! shopper, across crashes and across instances.
//!
//! The facade's promises end with its process. The journal carries them over: what a service is
//! about to charge is on the disk before anything is sent, and what became of it is found out
//! when the process that sent it is gone.
//!
//! ```no_run
//! use bigcommerce_payments::{Card, OrderId, Payment, Payments};
//! use bigcommerce_payments_journal::{ChargeError, IdempotencyKey, Journal};
//!
//! # async fn pay() -> Result<(), Box<dyn std::error::Error>> {
//! let payments = Payments::new()?;
//! let journal = Journal::open("sqlite:///var/lib/shop/payments.db").await?;
//! let store = journal.store(payments.store("abc123", "account-token")?);
//! // Settles what a crash left behind; every instance may run one.
//! let _worker = journal.recover(move |hash: &str| payments.account(hash, "account-token").ok());
//!
//! let key = IdempotencyKey::new("cart-77-2f3a")?; // made when the pay button was shown
//! let payment = Payment::new(Card::new("Jane Doe", "4242424242424242", 12, 2030), "stripe.card")?;
//! match store.charge(&key, OrderId::new(215)?, &payment).await {
//!     Ok(charge) => println!("{}: {}", charge.transaction_id, charge.status),
//!     Err(ChargeError::OutcomeUnknown(_)) => println!("ask again with the same key"),
//!     Err(error) => println!("{error}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where it is kept
//!
//! | URL | for | needs |
//! |---|---|---|
//! | `sqlite:///path/to/file.db` | one machine, any number of processes | a local disk; nothing to start |
//! | `postgres://user@host/database` | many machines | PostgreSQL, a primary |
//!
//! Both have the same tables, made and changed by this crate, under a
//! [name](JournalBuilder::name) of which there can be several in a database. A service that may
//! not alter tables runs the [`migration_scripts`] by hand. Migrations only add; the schema names
//! the oldest version that it serves, and only older ones refuse to open it, and claim nothing any
//! more where they have it open. TLS to the database is rustls, as the URL's `sslmode` says:
//! `verify-full` with `sslrootcert` verifies the server and its name. Behind a pooler that gives each transaction another
//! session, say [`transaction_pooler`](JournalBuilder::transaction_pooler); pgbouncer needs
//! `ignore_startup_parameters = extra_float_digits`.
//!
//! What a charge through it costs is in `docs/cost.md` of this package; what one database takes, and
//! how to go on beyond it, in `docs/growth.md`.
//!
//! # What is promised
//!
//! **Intent before money.** An attempt is a claim, then a payment access token, then *sending*,
//! then the charge, then its outcome: three commits. The claim, *sending* and the outcome are on
//! the disk before the next step, whatever the server or the role set (`synchronous`,
//! `synchronous_commit`); a server that may lose commits (`fsync`) is refused. Where a commit was
//! not confirmed, nothing is sent. No secret, no digit of a card and no token is stored.
//!
//! **Same key, same answer.** A key stands for one submission, unique for the store. A finished
//! attempt is answered from the journal, without a request; where a crash lost the receipt, as
//! found by [look-up](Evidence::LookUp). The same key with another order, payment method or
//! instrument type is an [error](ChargeError::KeyReused). While the attempt runs, a second caller
//! is [told so](ChargeError::InProgress) and may [wait](JournaledStore::wait). After a decline,
//! take a new key; an attempt that never left, as the [refusal](Refusal::uses_up_key) says, or was
//! released leaves its key free. One whose process lost it before it was sent tells the caller
//! [so](ChargeError::LeaseLost): another attempt of the key may be charged by then.
//!
//! **One attempt at a time for an order**, across processes and keys, by a unique index. Whoever
//! comes second learns [whose](ChargeError::OrderTaken) it is and since when, and after a charge
//! that the order is [paid](ChargeError::AlreadyPaid). What a gift certificate or store credit
//! left owed is paid by a declared [further tender](JournaledStore::charge_further_tender): under
//! its claim, before a token is made, the order's transactions have to show every charge that the
//! journal knows, nothing pending or unclear, and less than the order's total, which the caller
//! names. Where that [cannot be told](ChargeError::CannotTell), nothing is charged.
//!
//! **Sending is fenced.** Before each try, one transaction stores *sending* under the condition
//! that the attempt is still this process's: its epoch and its lease. The request leaves within
//! [`send_within`](JournalBuilder::send_within) of that, by a monotonic clock and the wall's,
//! started before the database read its own, or not at all. A process that slept and wakes up
//! neither sends nor overwrites what others found out.
//!
//! **Nothing seen is never not charged.** After an unknown outcome the order is blocked until the
//! later of the last moment to send and the token's expiry, plus
//! [`settle`](JournalBuilder::settle). Then the attempt is *released*, and only a caller's new
//! [`charge`](JournaledStore::charge) sends again, after a look-up under its claim that shows no
//! charge of the order. A released attempt is looked up again an hour and a day after that. A
//! charge that lands later than that bound, and after the next attempt looked, is not prevented;
//! found then, it goes to a person, with the other attempts of the order named. Failed transactions
//! that are not known to be the attempt's own end it as nothing does. What became of a released
//! attempt stays [not known](ChargeError::OutcomeUnknown).
//!
//! **Pending stays open.** A payment that the service said to be pending, or was seen to be, has
//! its order until its own end is shown, however long that takes. Where it is not shown, where it
//! lasts for more than a day, and where the order shows a charge that none of its attempts has
//! made, a person has to see it.
//!
//! The service need not say in the order's transactions which of them is of which receipt. What
//! the journal's attempts have made is told by an id where there is one, and else counted: each of
//! them has made one charge, with an instrument of its kind.
//!
//! **Nothing is forgotten.** The [worker](Journal::recover) takes over attempts whose lease is
//! over, by the database's clock, looks them up with growing pauses, and settles them: charged,
//! declined, reversed, released, never sent, or marked for a [person](Attempt::attention): where
//! the answer cannot be told, the store's token is missing or revoked, or the look-up still fails
//! when nothing can land any more. No two workers hold one attempt.
//!
//! **A dropped future loses nothing.** The charge goes on, its outcome is written, in the
//! background and again while the database is away, and whoever asks with the key gets it.
//! [`shut_down`](Journal::shut_down) refuses new charges and waits for those that run. A receipt
//! that comes after recovery has taken the attempt over, of a charge or of one that is pending, is
//! written all the same: nothing is better known; where the order was free again by then, a person
//! has to see it. A payment that is pending takes its order again; where another attempt has it, the
//! order is not charged any more until its transactions show what became of the payment, or a
//! person settles it.
//!
//! **Database trouble.** Gone before: nothing is sent. Gone after: the caller still gets the
//! receipt. Every transaction is [bounded](JournalBuilder::database_timeout). What is wrong is a
//! [`DatabaseErrorKind`].
//!
//! **One limit for all instances.** The place of a request is taken in the transaction that
//! stores *sending*: 50 within any 4 s and store, counted where requests arrive, if what lies
//! between its permission and its arrival is no longer than `send_within` and the
//! [margin](JournalBuilder::rate_limit_margin) of half a second. First come, first served among
//! those who reach the store's row: PostgreSQL queues them, SQLite lets them try. Without the
//! database no charge is sent.
//!
//! # What is not
//!
//! - An asynchronous replica that takes over, or a backup that was restored, may not hold the last
//!   attempts: what they say is then not what was sent. In the mode
//!   [*restored*](JournalBuilder::restored) every order is looked up before it is charged, and so
//!   is every claim that the backup holds. In any mode, an outcome that finds no row writes it.
//! - On SQLite a process that is stopped in the middle of a transaction holds the file's lock until
//!   it goes on or ends; the others then send nothing. PostgreSQL ends its session when the
//!   [bound](JournalBuilder::database_timeout) is over.
//! - A charge that lands after its attempt was released, as said above.
//!
//! # For operators
//!
//! Two views, under the journal's name, list attempts; [`open_attempts`](Journal::open_attempts)
//! and [`attempts_needing_person`](Journal::attempts_needing_person) do the same. Times are
//! milliseconds since 1970, by the database's clock.
//!
//! | column | `{journal}_open` | `{journal}_needs_person` | meaning |
//! |---|---|---|---|
//! | `store_hash`, `order_id`, `idempotency_key` | yes | yes | what is charged, under which key |
//! | `attempt_id`, `correlation_id` | yes | yes | the attempt's own id, and the `X-Correlation-Id` of its charge |
//! | `payment_method_id`, `instrument_type` | yes | yes | with what |
//! | `state` | yes | yes | an [`AttemptState`]'s name |
//! | `owner` | yes | | the process that has it, or had it last |
//! | `created_at`, `sending_at` | yes | yes | when it was claimed, and when it was allowed to leave |
//! | `due_at`, `looks` | yes | | when recovery looks at it, and how often it has |
//! | `outcome` | | yes | what is known of it, as JSON |
//! | `attention` | yes | yes | why a person has to see it |
//!
//! A person [settles](Journal::settle) one, with a name and a reason that are recorded
//! (`settled_by`, `settled_because`, `settled_at` of `{journal}_attempts`); an order is set free
//! only when no charge of the attempt can land any more. [`prune`](Journal::prune) removes what
//! was finished long ago, and nothing of an order that has an open attempt, one that is looked up
//! again, or one that needs a person.
//!
//! # Steps
//!
//! Each step of an attempt is a `tracing` event at `DEBUG` with `attempt_id` and `step`:
//! `claiming`, `claimed`, `order looked up` where that is due, `token made`, `sending`, `answered`, `finished`, and `taken over` by a
//! worker. An outcome that cannot be written yet is a `WARN`, one that comes after a worker took
//! the attempt over an `ERROR`.

mod answer;
mod attempt;
mod attempt_state;
mod attribution;
mod before_charge;
mod builder;
mod database;
mod error;
mod fence;
mod finished;
mod journal;
mod key;
mod operators;
mod outcome_writer;
mod recovery;
mod replay;
mod rules;
mod store;
mod submission;

pub use answer::{Evidence, JournaledCharge, Refusal};
pub use attempt::Attempt;
pub use attempt_state::AttemptState;
pub use builder::JournalBuilder;
pub use database::{DatabaseError, DatabaseErrorKind, Engine, MigrationScript, migration_scripts};
pub use error::ChargeError;
pub use journal::Journal;
pub use key::IdempotencyKey;
pub use operators::{Resolution, SettleError};
pub use recovery::{Accounts, RecoveryWorker};
pub use store::JournaledStore;

/// The README's example is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
