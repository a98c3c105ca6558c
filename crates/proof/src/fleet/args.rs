//! The options of a fleet run.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// How large a fleet, on which database, and what is wrong with it.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Processes that take charges.
    #[arg(long, default_value_t = 4)]
    pub instances: u32,
    /// Orders to charge.
    #[arg(long, default_value_t = 1_000)]
    pub payments: u32,
    /// Every order's plan, and what happens to the processes, follows from this number.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// `sqlite`, a file in a temporary folder; `postgres`, a private server from the installed
    /// programs; or the URL of a server.
    #[arg(long, default_value = "sqlite")]
    pub database: String,
    /// Let a transaction pooler (pgbouncer) lie before the private server.
    #[arg(long)]
    pub pooler: bool,
    /// Do wrong on purpose.
    #[arg(long, value_enum)]
    pub wrong: Option<WrongVariant>,
    /// Succeed only if the audit reports this: the audit can fail.
    #[arg(long, value_enum)]
    pub expect: Option<Expectation>,
    /// Print the history of this order, whether or not it went well.
    #[arg(long)]
    pub show_order: Option<u32>,
}

/// What a fleet does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum WrongVariant {
    /// The constraint that an order has one open attempt is dropped.
    NoUniqueConstraint,
    /// Recovery charges again what it finds.
    RepeatingRecovery,
    /// A charge is sent without asking whether the attempt is still the process's.
    UnfencedSend,
    /// A further tender is charged without a look at what the order owes.
    UncheckedTender,
    /// One process takes no place in the limit that all share.
    OutsideLimit,
}

/// What the audit is expected to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Expectation {
    /// An order was charged more than it costs.
    Overcharges,
    /// More payments arrived within a window than the limit allows.
    CrowdedWindows,
}
