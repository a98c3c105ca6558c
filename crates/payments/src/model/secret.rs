//! What must never be shown, and what kind of thing it is.

/// A secret that a request carries. The service may echo it.
#[derive(Clone, Copy)]
pub(crate) enum Secret<'a> {
    /// The number of a card.
    CardNumber(&'a str),
    /// The name on a card.
    CardholderName(&'a str),
    /// The verification value of a card. It is so short that nothing may depend on which one it
    /// is, so that it is not given.
    VerificationValue,
    /// What can be spent, or authenticates: a token, or the code of a gift certificate.
    Token(&'a str),
}
