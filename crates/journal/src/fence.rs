//! The fence before each try: the facade asks, and the database decides.

use std::{error::Error as StdError, fmt, time::Duration};

use bigcommerce_payments::{BeforeSend, BeforeSendFuture};
use tracing::debug;

use crate::{
    database::{Permission, Sending, SendingPlace},
    journal::Journal,
    rules::milliseconds,
};

/// Lets a try leave only while the attempt is this process's, and only for a moment.
#[derive(Debug)]
pub(crate) struct Fence<'a> {
    pub(crate) journal: &'a Journal,
    pub(crate) attempt_id: &'a str,
    pub(crate) store_hash: &'a str,
    pub(crate) epoch: i64,
    pub(crate) token_lifetime: Duration,
}

impl BeforeSend for Fence<'_> {
    fn before_send(&self, attempt: u32) -> BeforeSendFuture<'_> {
        Box::pin(async move {
            let rules = self.journal.rules();
            let sending = Sending {
                attempt_id: self.attempt_id.to_owned(),
                epoch: self.epoch,
                token_lifetime_ms: milliseconds(self.token_lifetime),
                send_within_ms: milliseconds(rules.send_within),
                lease_ms: milliseconds(rules.answer_lease),
                place: rules.limit_at_server().map(|limit| SendingPlace {
                    store_hash: self.store_hash.to_owned(),
                    limit,
                    longest_wait: rules.longest_wait,
                }),
            };
            match self.journal.database().permit_sending(&sending).await? {
                Permission::Granted { asked, wait } => {
                    tokio::time::sleep(wait).await;
                    debug!(step = "sending", attempt_id = self.attempt_id, attempt);
                    Ok(asked.after(wait + rules.send_within))
                }
                Permission::Fenced => Err(HeldBack::TakenOver.into()),
                Permission::NoPlace { wait } => Err(HeldBack::NoPlace(wait).into()),
            }
        })
    }
}

#[derive(Debug)]
enum HeldBack {
    TakenOver,
    NoPlace(Duration),
}

impl fmt::Display for HeldBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TakenOver => f.write_str("the attempt was taken over, or its lease is over"),
            Self::NoPlace(wait) => write!(f, "the store's next place is {wait:?} away"),
        }
    }
}

impl StdError for HeldBack {}
