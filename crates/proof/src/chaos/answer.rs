//! What a caller was told of a charge.

use std::fmt;

/// The last thing that a caller was told of one charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Answer {
    /// A receipt that is final.
    Paid,
    /// A decline.
    Declined,
    /// An error after which nothing was charged.
    NotProcessed,
    /// The look-up found the charge.
    LookedUpCharged,
    /// The look-up found the charge, and that it was given back.
    LookedUpReversed,
    /// The look-up found failed charges only, after the time in which one may land.
    LookedUpDeclined,
    /// The look-up saw nothing, after the time in which a charge may land.
    NothingSeen,
    /// The look-up could not tell: a person decides.
    CannotTell,
    /// No look-up gave an answer.
    NeverAnswered,
}

impl Answer {
    /// Whether it says that the shopper was not charged, so that a caller may charge again.
    pub(crate) fn allows_another_charge(self) -> bool {
        matches!(
            self,
            Self::Declined | Self::NotProcessed | Self::LookedUpDeclined | Self::NothingSeen
        )
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::NotProcessed => "not processed",
            Self::LookedUpCharged => "unknown, looked up: charged",
            Self::LookedUpReversed => "unknown, looked up: charged, given back",
            Self::LookedUpDeclined => "unknown, looked up: declined",
            Self::NothingSeen => "unknown, looked up: nothing seen",
            Self::CannotTell => "unknown, looked up: cannot tell",
            Self::NeverAnswered => "unknown, and never answered",
        })
    }
}
