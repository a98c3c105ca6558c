//! How often each charge was sent, by the stores' own record.

use std::{collections::HashMap, convert::Infallible, sync::Mutex, time::Duration};

use bigcommerce_sandbox::{Endpoint, RecordedRequest, Sandbox};

/// How often the record is read, which holds the requests of a far longer time.
const READ_EVERY: Duration = Duration::from_millis(100);

/// What was answered to each charge that arrived, by its correlation id.
#[derive(Debug, Default)]
pub(crate) struct Sends {
    /// Requests of which this has read.
    received: u64,
    /// Whether each of a charge's requests was turned away unprocessed, in the order in which they
    /// ended.
    turned_away: HashMap<String, Vec<bool>>,
}

impl Sends {
    /// Reads along.
    pub(crate) async fn follow(sends: &Mutex<Self>, sandbox: &Sandbox) -> Infallible {
        loop {
            sends.lock().expect("no reader panics").read(sandbox);
            tokio::time::sleep(READ_EVERY).await;
        }
    }

    /// Reads what was recorded since it was last read.
    pub(crate) fn read(&mut self, sandbox: &Sandbox) {
        let (received, newer) = sandbox.requests_after(self.received);
        self.received = received;
        for request in &newer {
            self.add(request);
        }
    }

    /// Whether a charge was sent again after a request that may have been processed: any but one that
    /// was answered with 429 and nothing else.
    pub(crate) fn was_sent_again(&self, correlation_id: &str) -> bool {
        let turned_away = self.turned_away.get(correlation_id);
        let earlier = turned_away.and_then(|it| it.split_last());
        earlier.is_some_and(|(_, earlier)| earlier.contains(&false))
    }

    fn add(&mut self, request: &RecordedRequest) {
        if request.endpoint == Some(Endpoint::ProcessPayment) {
            let turned_away = request.status == Some(429) && request.answer.is_empty();
            self.note(&request.correlation_id, turned_away);
        }
    }

    fn note(&mut self, correlation_id: &str, turned_away: bool) {
        let noted = self.turned_away.entry(correlation_id.to_owned());
        noted.or_default().push(turned_away);
    }
}

#[cfg(test)]
mod tests {
    use super::Sends;

    #[test]
    fn only_what_was_turned_away_may_be_sent_again() {
        for (turned_away, was_sent_again) in [
            (&[][..], false),
            (&[false], false),
            (&[true], false),
            (&[true, true, false], false),
            (&[false, false], true),
            (&[false, true], true),
            (&[true, false, false], true),
        ] {
            let mut sends = Sends::default();
            for it in turned_away {
                sends.note("id", *it);
            }
            assert_eq!(
                sends.was_sent_again("id"),
                was_sent_again,
                "{turned_away:?}"
            );
        }
    }
}
