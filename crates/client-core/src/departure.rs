//! When a request really leaves.

use std::{
    error::Error as StdError,
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::Body;

/// The last moment at which a request may leave, by two clocks: the monotonic one, which nobody
/// sets, and the wall's, which goes on while the machine is suspended. It has passed when either
/// says so.
///
/// ```
/// use std::time::Duration;
/// use bigcommerce_client_core::SendDeadline;
///
/// let started = SendDeadline::now();
/// // … something that may take long …
/// assert!(!started.after(Duration::from_secs(10)).has_passed());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendDeadline {
    monotonic: Instant,
    wall: SystemTime,
}

impl SendDeadline {
    /// This moment.
    pub fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// So long after it; where the clocks cannot hold that, the same moment.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let monotonic = self.monotonic.checked_add(duration);
        let wall = self.wall.checked_add(duration);
        match (monotonic, wall) {
            (Some(monotonic), Some(wall)) => Self { monotonic, wall },
            _ => self,
        }
    }

    /// Whether it is over.
    pub fn has_passed(self) -> bool {
        Instant::now() > self.monotonic || SystemTime::now() > self.wall
    }
}

/// Watches a request leave, tells of it, and holds it back after a deadline.
///
/// A request leaves when the HTTP library asks for the first byte of its body, which it does
/// with a connection at hand, TLS included. A request that is held back then was not sent.
#[derive(Default)]
pub struct Departure {
    deadline: Option<SendDeadline>,
    action: Mutex<Option<Action>>,
    /// None for a request that was withdrawn before it left: whichever comes first holds.
    left_at: OnceLock<Option<SystemTime>>,
    too_late: AtomicBool,
}

type Action = Box<dyn FnOnce() + Send>;

impl Departure {
    /// It happens before the deadline or not at all.
    #[must_use]
    pub fn before(mut self, deadline: SendDeadline) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Does this when the request leaves, once. It runs within the HTTP library's own task, and
    /// must not block it. It is dropped undone with a departure that does not happen.
    #[must_use]
    pub fn then(mut self, action: impl FnOnce() + Send + 'static) -> Self {
        self.action = Mutex::new(Some(Box::new(action)));
        self
    }

    /// Whether the request was held back, so that it was not sent.
    pub fn was_too_late(&self) -> bool {
        self.too_late.load(Ordering::Acquire)
    }

    /// When the request left, if it did.
    pub fn left_at(&self) -> Option<SystemTime> {
        self.left_at.get().copied().flatten()
    }

    /// Holds the request back for good, unless it has left; whether it did not leave. The HTTP
    /// library's task may still have it in hand when its caller gives up.
    pub fn withdraw(&self) -> bool {
        let is_withdrawn = self.left_at.get_or_init(|| None).is_none();
        if is_withdrawn {
            // What it would have done may hold something that others wait for.
            drop(self.take_action());
        }
        is_withdrawn
    }

    fn leave(&self) -> Result<(), TooLate> {
        if self.deadline.is_some_and(SendDeadline::has_passed) {
            self.too_late.store(true, Ordering::Release);
            self.withdraw();
            return Err(TooLate);
        }
        if self
            .left_at
            .get_or_init(|| Some(SystemTime::now()))
            .is_none()
        {
            return Err(TooLate);
        }
        if let Some(action) = self.take_action() {
            action();
        }
        Ok(())
    }

    fn take_action(&self) -> Option<Action> {
        let mut action = self.action.lock().unwrap_or_else(PoisonError::into_inner);
        action.take()
    }
}

impl fmt::Debug for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Departure")
            .field("deadline", &self.deadline)
            .field("too_late", &self.too_late)
            .finish_non_exhaustive()
    }
}

/// The body, behind its departure.
pub(crate) fn watched(body: Body, departure: Arc<Departure>) -> Body {
    Body::wrap(Departing {
        body,
        departure: Some(departure),
    })
}

struct Departing {
    body: Body,
    /// Gone with the first byte.
    departure: Option<Arc<Departure>>,
}

impl HttpBody for Departing {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(departure) = &self.departure {
            if let Err(too_late) = departure.leave() {
                return Poll::Ready(Some(Err(too_late.into())));
            }
            self.departure = None;
        }
        Pin::new(&mut self.body)
            .poll_frame(context)
            .map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[derive(Debug)]
struct TooLate;

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the last moment to send had passed")
    }
}

impl StdError for TooLate {}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use reqwest::{Client, Method, Request};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::{Departure, SendDeadline};
    use crate::Inner;

    /// What arrives of a request with a body, and whether the client got an answer. The clock is
    /// past `deadline` when the server accepts.
    async fn send(departure: Arc<Departure>) -> (String, bool) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut arrived = Vec::new();
            let mut buffer = [0; 1024];
            while !arrived.ends_with(b"body") {
                match socket.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => arrived.extend(&buffer[..read]),
                }
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            let _ = socket.write_all(answer).await;
            String::from_utf8(arrived).unwrap()
        });
        let inner = Inner {
            departure: Some(departure),
            ..Inner::default()
        };
        let mut request = Request::new(Method::POST, url.parse().unwrap());
        *request.body_mut() = Some("a body".into());
        inner.prepare(&mut request, "*/*");
        let client = Client::new();
        let answered = inner.execute(&client, request).await.is_ok();
        drop(client);
        (server.await.unwrap(), answered)
    }

    #[tokio::test]
    async fn a_request_in_time_arrives_whole_with_its_length() {
        let deadline = SendDeadline::now().after(Duration::from_secs(600));
        let departure = Arc::new(Departure::default().before(deadline));

        let (arrived, answered) = send(Arc::clone(&departure)).await;

        assert!(answered && arrived.ends_with("\r\n\r\na body"), "{arrived}");
        assert!(arrived.contains("content-length: 6\r\n"), "{arrived}");
        assert!(!departure.was_too_late());
    }

    #[tokio::test]
    async fn a_departure_is_told_once_and_only_where_it_happens() {
        let passed = SendDeadline::now();
        for (deadline, expected) in [(None, 1), (Some(passed), 0)] {
            let told = Arc::new(AtomicUsize::new(0));
            let counter = Arc::clone(&told);
            let mut departure = Departure::default().then(move || {
                counter.fetch_add(1, Ordering::Relaxed);
            });
            departure.deadline = deadline;
            send(Arc::new(departure)).await;

            assert_eq!(told.load(Ordering::Relaxed), expected);
            assert_eq!(Arc::strong_count(&told), 1, "what was to be done is gone");
        }
    }

    #[tokio::test]
    async fn a_request_that_is_too_late_sends_no_byte_of_its_body() {
        let departure = Arc::new(Departure::default().before(SendDeadline::now()));

        let (arrived, answered) = send(Arc::clone(&departure)).await;

        assert!(!answered && !arrived.contains("body"), "{arrived}");
        assert!(departure.was_too_late());
    }

    #[test]
    fn a_request_leaves_or_is_withdrawn_and_never_both() {
        let withdrawn = Departure::default();
        assert!(withdrawn.withdraw());
        assert!(withdrawn.leave().is_err() && withdrawn.left_at().is_none());

        let left = Departure::default();
        assert!(left.leave().is_ok());
        assert!(!left.withdraw() && left.left_at().is_some());
    }

    #[test]
    fn what_was_to_be_done_is_dropped_where_the_request_does_not_leave() {
        let counter = || {
            let told = Arc::new(AtomicUsize::new(0));
            let counter = Arc::clone(&told);
            let action = move || {
                counter.fetch_add(1, Ordering::Relaxed);
            };
            (told, Departure::default().then(action))
        };
        let (told, withdrawn) = counter();
        assert!(withdrawn.withdraw());
        assert_eq!(
            (told.load(Ordering::Relaxed), Arc::strong_count(&told)),
            (0, 1)
        );

        let (told, too_late) = counter();
        let too_late = too_late.before(SendDeadline::now());
        std::thread::sleep(Duration::from_millis(1));
        assert!(too_late.leave().is_err() && too_late.was_too_late());
        assert_eq!(
            (told.load(Ordering::Relaxed), Arc::strong_count(&told)),
            (0, 1)
        );
    }

    #[test]
    fn an_absurd_deadline_is_no_panic() {
        let now = SendDeadline::now();

        assert_eq!(now.after(Duration::MAX), now);
    }
}
