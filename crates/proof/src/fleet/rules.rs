//! The times by which a fleet goes: those of the service and of the journal, made short.

use std::{ops::Range, time::Duration};

use bigcommerce_payments_journal::{Journal, JournalBuilder};

use crate::{
    fleet::args::{Args, WrongVariant},
    stores::TOTAL_CENTS,
};

/// How long a payment access token works.
pub(super) const TOKEN_LIFETIME: Duration = Duration::from_secs(12);

/// How long the service may be busy with a charge that it was sent.
pub(super) const SETTLE: Duration = Duration::from_secs(2);

/// How long a payment is pending that is decided late: beyond every time at which an attempt of
/// which nothing is seen is released.
pub(super) const PENDING_FOR: Duration = TOKEN_LIFETIME
    .saturating_add(SETTLE)
    .saturating_add(Duration::from_secs(4));

/// How long one request to the service may take.
pub(super) const REQUEST: Duration = Duration::from_secs(1);

/// Within which all tries of one call begin, its place in the limit included.
pub(super) const CALL: Duration = Duration::from_secs(12);

/// How long an attempt is left alone whose process does nothing.
pub(super) const LEASE: Duration = Duration::from_secs(3);

/// After how many milliseconds late charges land: while the service may be busy with them, or,
/// where they were sent soon after their token was made, while that works. What is left is for a
/// machine that is busy.
pub(super) const LANDINGS: &[Range<u64>] = &[1..1_500, 1_500..4_500];

/// By how many seconds a clock of the service may be off. A token that works for hours would
/// block its order for as long.
pub(super) const CLOCK_SKEW: Range<i64> = -7200..1;

/// The platform's limit of payment requests for a store, and its window.
const LIMIT: usize = 50;
pub(super) const WINDOW: Duration = Duration::from_secs(4);

/// The limit of a fleet that has few orders: so few that they reach it again and again, and that a
/// process that keeps none sends more by itself, however slow the machine is.
const SMALL_LIMIT: usize = 10;

/// From how many orders on those of the saturated store reach the platform's own limit again and
/// again.
const MANY_ORDERS: u32 = 750;

/// Of so many payments that the limit allows, so many must have arrived within a window at the
/// saturated store: else nobody knows whether there was a limit.
const NEAR_LIMIT: (usize, usize) = (10, 8);

/// By how much the ways of two requests through a busy machine may differ.
const LIMIT_MARGIN: Duration = Duration::from_secs(2);

/// How long the connections to a host that is slow wait, in milliseconds: with the machine's own
/// delays less than the margin of the limit.
pub(super) const SLOW_CONNECTION: u64 = 150;

/// How long an unfenced charge waits for its place: less than a process sleeps then, and so long
/// that many wait at once.
pub(super) const PLACE: Duration = Duration::from_secs(1);

/// What a process that does wrong takes an order to cost: so much that it always owes something.
pub(super) const WRONG_TOTAL_CENTS: u64 = 100 * TOTAL_CENTS;

/// The journal's name.
pub(super) const JOURNAL: &str = "fleet";

/// How many payments of a store may arrive within the window.
pub(super) fn limit(args: &Args) -> usize {
    match args.wrong {
        Some(WrongVariant::OutsideLimit) => SMALL_LIMIT,
        None if args.payments < MANY_ORDERS => SMALL_LIMIT,
        _ => LIMIT,
    }
}

/// Whether so many payments within a window come near the limit.
pub(super) fn is_near(limit: usize, payments: usize) -> bool {
    let (of, least) = NEAR_LIMIT;
    payments * of >= limit * least
}

/// How many orders of a store are charged at the same time: at the saturated one more than find a
/// place at once, and nowhere so many that their places are farther away than a token works. Where
/// a fleet does wrong, some of them come to wait for ever.
pub(super) fn orders_at_once(args: &Args, is_saturated: bool) -> usize {
    let limit = if args.wrong.is_some() {
        LIMIT
    } else {
        limit(args)
    };
    if is_saturated { limit * 6 / 5 } else { limit }
}

/// The journal, by these times.
pub(super) fn journal(url: &str, pooler: bool, limit: usize) -> JournalBuilder {
    Journal::builder(url)
        .name(JOURNAL)
        .connections(4)
        .transaction_pooler(pooler)
        .database_timeout(Duration::from_secs(3))
        .leases(LEASE, LEASE)
        .settle(SETTLE)
        .token_lifetime(TOKEN_LIFETIME)
        .look_up_pauses(Duration::from_millis(300), Duration::from_secs(3))
        .look_again_after_release([Duration::from_secs(1), Duration::from_secs(3)])
        .recovery_interval(Duration::from_millis(300))
        .rate_limit(limit, WINDOW)
        .rate_limit_margin(LIMIT_MARGIN)
}
