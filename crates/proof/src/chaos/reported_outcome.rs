//! What a caller was told about an order.

use std::fmt;

/// The last thing a caller was told about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportedOutcome {
    /// A receipt.
    Paid,
    /// A decline.
    Declined,
    /// An error after which nothing was charged.
    NotProcessed,
    /// Unknown first; then the look-up found a charge.
    ReconciledPaid,
    /// Unknown first; then the look-up found none.
    ReconciledNotPaid,
    /// Unknown, and no look-up gave an answer.
    NeverAnswered,
}

impl ReportedOutcome {
    pub(crate) fn agrees_with(self, charges: usize) -> bool {
        match self {
            Self::Paid | Self::ReconciledPaid => charges == 1,
            Self::Declined | Self::NotProcessed | Self::ReconciledNotPaid => charges == 0,
            Self::NeverAnswered => false,
        }
    }
}

impl fmt::Display for ReportedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::NotProcessed => "not processed",
            Self::ReconciledPaid => "unknown, then reconciled: paid",
            Self::ReconciledNotPaid => "unknown, then reconciled: not paid",
            Self::NeverAnswered => "unknown, and never answered",
        })
    }
}
