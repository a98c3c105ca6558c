//! The body of an answer, whole or broken off.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::server::stream::ConnectionControl;

/// Why a connection ends in the middle of an exchange: a fault wants it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fault ends the connection")]
pub(crate) struct ConnectionAborted;

/// How a body that is broken off goes on.
#[derive(Debug, Clone)]
pub(crate) enum BodyEnding {
    Close,
    Reset(Arc<ConnectionControl>),
    Stall,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum ResponseBody {
    Whole(Option<Bytes>),
    /// Announces `length` bytes, sends `start`, and ends in its own way.
    Broken {
        start: Option<Bytes>,
        length: u64,
        ending: BodyEnding,
        /// Polls left until the ending, so that `start` is flushed before it.
        polls_left: u8,
    },
    /// `start`, then blanks up to `left` bytes more.
    Padded {
        start: Option<Bytes>,
        left: u64,
    },
}

impl ResponseBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes))
    }

    pub(crate) fn empty() -> Self {
        Self::Whole(None)
    }

    /// The first `sent` bytes of a body, and then this ending.
    pub(crate) fn broken(body: &Bytes, sent: usize, ending: BodyEnding) -> Self {
        Self::Broken {
            start: Some(body.slice(..sent.min(body.len()))),
            // One more byte than the body has, so that it is never complete.
            length: body.len().max(sent.saturating_add(1)) as u64,
            ending,
            polls_left: 2,
        }
    }

    pub(crate) fn padded(body: Bytes, length: u64) -> Self {
        let left = length.saturating_sub(body.len() as u64);
        Self::Padded {
            start: Some(body),
            left,
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = ConnectionAborted;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionAborted>>> {
        match self.get_mut() {
            Self::Whole(bytes) => data(bytes.take()),
            Self::Broken {
                start,
                ending,
                polls_left,
                ..
            } => match start.take() {
                Some(bytes) if !bytes.is_empty() => data(Some(bytes)),
                _ => poll_ending(ending, polls_left, cx),
            },
            Self::Padded { start, left } => match start.take() {
                Some(bytes) => data(Some(bytes)),
                None => data(blanks(left)),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(bytes) => length(bytes.as_ref()),
            Self::Broken { length, .. } => *length,
            Self::Padded { start, left } => length(start.as_ref()) + left,
        })
    }
}

fn data(bytes: Option<Bytes>) -> Poll<Option<Result<Frame<Bytes>, ConnectionAborted>>> {
    Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
}

fn length(bytes: Option<&Bytes>) -> u64 {
    bytes.map_or(0, |bytes| bytes.len() as u64)
}

fn poll_ending(
    ending: &BodyEnding,
    polls_left: &mut u8,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, ConnectionAborted>>> {
    match ending {
        BodyEnding::Stall => Poll::Pending,
        BodyEnding::Close | BodyEnding::Reset(_) if *polls_left > 0 => {
            *polls_left -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
        BodyEnding::Close => Poll::Ready(Some(Err(ConnectionAborted))),
        BodyEnding::Reset(control) => {
            control.reset();
            Poll::Ready(Some(Err(ConnectionAborted)))
        }
    }
}

/// The next piece of padding.
fn blanks(left: &mut u64) -> Option<Bytes> {
    static BLANKS: [u8; 16 * 1024] = [b' '; 16 * 1024];
    let piece = (*left).min(BLANKS.len() as u64);
    *left -= piece;
    // A piece is never longer than `BLANKS`.
    let piece = usize::try_from(piece).unwrap_or(BLANKS.len());
    (piece > 0).then(|| Bytes::from_static(&BLANKS[..piece]))
}
