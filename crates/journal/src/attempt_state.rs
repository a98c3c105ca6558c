//! Where an attempt is.

/// Where an attempt is.
///
/// While it is [open](Self::is_open) its order takes no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptState {
    /// Claimed: nothing was sent.
    Claimed,
    /// The charge may leave, or has left.
    Sending,
    /// It may have been made: recovery looks it up.
    Unknown,
    /// The service is still deciding.
    Pending,
    /// The shopper was charged.
    Charged,
    /// The shopper was charged, and all of it was given back.
    Reversed,
    /// The service refused it: nothing was charged.
    Declined,
    /// It is known that nothing was sent, or that what was sent was not processed.
    NotSent,
    /// No charge of it was seen until nothing could land any more, as far as is known.
    Released,
}

impl AttemptState {
    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
            Self::Charged => "charged",
            Self::Reversed => "reversed",
            Self::Declined => "declined",
            Self::NotSent => "not_sent",
            Self::Released => "released",
        }
    }

    /// Whether the order is taken by it.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Claimed | Self::Sending | Self::Unknown | Self::Pending
        )
    }

    /// Whether the shopper was charged, whatever was given back since.
    pub(crate) fn moved_money(self) -> bool {
        matches!(self, Self::Charged | Self::Reversed)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether its key may be used for another attempt: nothing was charged, and the shopper has
    /// been told nothing final.
    pub(crate) fn leaves_key_free(self) -> bool {
        matches!(self, Self::NotSent | Self::Released)
    }

    const ALL: [Self; 9] = [
        Self::Claimed,
        Self::Sending,
        Self::Unknown,
        Self::Pending,
        Self::Charged,
        Self::Reversed,
        Self::Declined,
        Self::NotSent,
        Self::Released,
    ];
}
