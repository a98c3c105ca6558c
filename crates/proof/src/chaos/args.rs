//! The options of a chaos run.

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
    /// Let the sandbox charge an order again that is paid, so that only the client stands
    /// between a shopper and a second charge.
    #[arg(long)]
    pub unprotected: bool,
    /// Charge through a client that is wrong on purpose: it charges again when the outcome of
    /// a charge is unknown.
    #[arg(long)]
    pub wrong_client: bool,
    /// Succeed only if the audit reports orders that were charged twice: the audit can fail.
    #[arg(long)]
    pub expect_double_captures: bool,
    /// Print the plan and the history of this order, whether or not it went well.
    #[arg(long)]
    pub show_order: Option<u32>,
}
