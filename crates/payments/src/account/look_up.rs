//! What became of a charge, and of an order's money.

use std::{
    num::NonZeroU32,
    time::{Duration, SystemTime},
};

use bigcommerce_client_core::RawJson;
use bigcommerce_tokens_api::{Client, types as wire};
use tokio::time::{Instant, sleep};

use crate::{
    account::AccountClient,
    error::Error,
    model::{
        ChargeAttempt, ChargeLookup, Fields, InvalidInput, OrderId, OrderPayments, Transaction,
        read_items,
    },
    send::{Call, Operation, call_span, record},
};

/// Transactions a page, the most that the platform gives.
const PAGE: Option<NonZeroU32> = NonZeroU32::new(250);

/// More pages are not read, nor more transactions: no order has as many.
const PAGES: u32 = 10;
const MOST_TRANSACTIONS: usize = 2500;

/// How long to wait between two look-ups, doubled from the first to the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl AccountClient {
    /// Tells what happened to the money of an order, charge by charge (Order Transactions
    /// reference; scope `store_v2_transactions_read_only`). What cannot be read is told as such,
    /// and hides nothing else.
    ///
    /// # Errors
    ///
    /// [`Authentication`](crate::ErrorKind::Authentication),
    /// [`Rejected`](crate::ErrorKind::Rejected), and those of a request without a usable answer.
    pub async fn order_payments(&self, order: OrderId) -> Result<OrderPayments, Error> {
        let call = self.sender.begin_call(None)?;
        let span = call_span!("payments.order_payments", self, call, order = order.get());
        record(span, || self.read_payments(&call, order)).await
    }

    /// Looks once what became of an attempt to charge, and answers at once. It works from any
    /// process that has the attempt.
    ///
    /// Only what is certain excludes a transaction from the attempt: that it is known as another
    /// attempt's, that it was paid with a gift certificate or store credit and the attempt was not
    /// (or the other way round), or that it was made before the attempt began, by more than five
    /// minutes, which clocks may differ by. Of what is left:
    ///
    /// | seen | status |
    /// |---|---|
    /// | a purchase, authorization, capture or settlement that went well | [`Charged`](crate::ChargeStatus::Charged) |
    /// | one of another amount than expected | [`CannotTell`](crate::ChargeStatus::CannotTell) |
    /// | one that is pending, without an end of it | [`Pending`](crate::ChargeStatus::Pending) |
    /// | one that was refunded or voided as a whole | [`ChargedAndReversed`](crate::ChargeStatus::ChargedAndReversed) |
    /// | failed ones only | [`Declined`](crate::ChargeStatus::Declined) |
    /// | nothing | [`NothingSeen`](crate::ChargeStatus::NothingSeen), with the time since the sending |
    /// | something that cannot be read, or a capture or reversal of what cannot be told | [`CannotTell`](crate::ChargeStatus::CannotTell) |
    ///
    /// # Errors
    ///
    /// As [`order_payments`](Self::order_payments): the outcome is then as unknown as before.
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) naming `store_hash`, when the attempt is
    /// of another store.
    pub async fn look_up(&self, attempt: &ChargeAttempt) -> Result<ChargeLookup, Error> {
        if attempt.store_hash != self.store_hash.as_str() {
            return Err(InvalidInput::new("store_hash", "is that of another store").into());
        }
        // What lands while the answer is on its way is not in it.
        let asked_at = SystemTime::now();
        let order = self.order_payments(attempt.order).await?;
        let settle = self.sender.timeouts.settle;
        Ok(ChargeLookup::of(attempt, order, asked_at, settle))
    }

    /// Looks until the answer [is final](ChargeLookup::is_final), or `at_most` is over, and gives
    /// the last answer. The time in which a charge may still land counts from the sending, so that
    /// a look-up of the next day waits for nothing.
    ///
    /// # Errors
    ///
    /// As [`look_up`](Self::look_up); one that may go away is one only when time is over.
    pub async fn look_up_until(
        &self,
        attempt: &ChargeAttempt,
        at_most: Duration,
    ) -> Result<ChargeLookup, Error> {
        let deadline = Instant::now().checked_add(at_most);
        let mut wait = FIRST_WAIT;
        loop {
            let answer = self.look_up(attempt).await;
            let is_last = match &answer {
                Ok(answer) => answer.is_final,
                Err(error) => !error.is_safe_to_retry(),
            };
            let left = deadline.map(|it| it.saturating_duration_since(Instant::now()));
            if is_last || left.is_some_and(|left| left.is_zero()) {
                return answer;
            }
            let settled = self.until_settled(attempt).filter(|it| !it.is_zero());
            let next = [Some(wait), left, settled].into_iter().flatten().min();
            sleep(next.unwrap_or(wait)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    fn until_settled(&self, attempt: &ChargeAttempt) -> Option<Duration> {
        let settled = attempt.sent_at?.checked_add(self.sender.timeouts.settle)?;
        settled.duration_since(SystemTime::now()).ok()
    }

    async fn read_payments(&self, call: &Call, order: OrderId) -> Result<OrderPayments, Error> {
        let (items, complete) = self.read_pages(call, order).await?;
        let read = |fields: &Fields<'_>| Transaction::read(fields, order);
        let (transactions, unreadable) = read_items(&items, read);
        Ok(OrderPayments::of(order, transactions, unreadable, complete))
    }

    /// The items of all pages, and whether these are all.
    async fn read_pages(&self, call: &Call, order: OrderId) -> Result<(Vec<RawJson>, bool), Error> {
        let mut items: Vec<RawJson> = Vec::new();
        let mut last: Vec<RawJson> = Vec::new();
        for page in 1..=PAGES {
            let number = NonZeroU32::new(page);
            let endpoint = |client: Client| async move {
                let id = order.wire();
                client.get_order_transactions(id, PAGE, number).await
            };
            let found = self.send(Operation::Read, call, endpoint, Some).await?;
            // Some services give the same page again where there is no further one.
            if found.data.is_empty() || is_same(&found.data, &last) {
                return Ok((items, true));
            }
            let pagination = Pagination::of(&found);
            items.extend(found.data.iter().cloned());
            if items.len() > MOST_TRANSACTIONS {
                items.truncate(MOST_TRANSACTIONS);
                return Ok((items, false));
            }
            if pagination
                .pages
                .is_some_and(|pages| i64::from(page) >= pages)
            {
                let seen = i64::try_from(items.len()).unwrap_or(i64::MAX);
                return Ok((items, pagination.total.is_none_or(|total| seen >= total)));
            }
            last = found.data;
        }
        Ok((items, false))
    }
}

fn is_same(page: &[RawJson], other: &[RawJson]) -> bool {
    let texts = |page: &'_ [RawJson]| {
        page.iter()
            .map(|it| it.text().to_owned())
            .collect::<Vec<_>>()
    };
    texts(page) == texts(other)
}

/// What the service says of its list, as far as it can be read.
struct Pagination {
    pages: Option<i64>,
    total: Option<i64>,
}

impl Pagination {
    fn of(response: &wire::OrderTransactions) -> Self {
        let meta = response
            .meta
            .as_ref()
            .and_then(|meta| Fields::of(meta).ok());
        let pagination = meta.and_then(|meta| meta.object("pagination"));
        let pagination = pagination.as_ref().and_then(|it| Fields::of(it).ok());
        let number = |name| pagination.as_ref()?.integer(name);
        Self {
            pages: number("total_pages").filter(|pages| *pages > 0),
            total: number("total"),
        }
    }
}
