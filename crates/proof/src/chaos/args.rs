//! The options of a chaos run.

use clap::ValueEnum;

/// How much chaos, and of which kind.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Orders to charge.
    #[arg(long, default_value_t = 10_000)]
    pub payments: u32,
    /// Every order's plan follows from this number.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Orders that are being charged at the same time.
    #[arg(long, default_value_t = 512)]
    pub concurrency: u32,
    /// Let the stores charge an order again that is paid, so that only the client stands between
    /// a shopper and a second charge.
    #[arg(long)]
    pub unprotected: bool,
    /// Let charges land after the time within which they are promised to: what comes of that is
    /// not covered by any promise, and is counted apart.
    #[arg(long)]
    pub beyond_bound: bool,
    /// Follow the client's promise, or do wrong on purpose.
    #[arg(long, value_enum, default_value_t = Conduct::Right)]
    pub conduct: Conduct,
    /// Succeed only if the audit reports this: the audit can fail.
    #[arg(long, value_enum)]
    pub expect: Option<Expectation>,
    /// Print the plan and the history of this order, whether or not it went well.
    #[arg(long)]
    pub show_order: Option<u32>,
}

/// How the callers go about what they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Conduct {
    /// They do what the documentation says.
    Right,
    /// They take an unknown outcome for a failure, and charge again.
    RepeatUnknown,
    /// They send a charge of unknown outcome once more.
    SendAgain,
    /// They take the first look-up that sees nothing for the last word.
    LookUpTooEarly,
    /// They take a pending payment for a paid one.
    TakePendingForPaid,
    /// They take a charge that was given back for a paid one.
    IgnoreReversals,
    /// They take a look-up that cannot tell for one that saw nothing.
    TakeDoubtForNothing,
    /// They have no limit of payments.
    Unlimited,
}

/// What the audit is expected to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Expectation {
    /// A caller was told what is not true, within the promise.
    WrongAnswers,
    /// An order was charged more than it costs, within the promise.
    Overcharges,
    /// A charge was sent again that may have been processed.
    SentAgain,
    /// More payments arrived within a window than the limit allows.
    CrowdedWindows,
    /// A charge landed too late for the promise, and nothing else was wrong.
    BeyondBound,
}
