//! Reading the body of a request, up to a limit and a time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    HeaderMap,
    body::{Body, Incoming},
    header::{CONTENT_LENGTH, EXPECT},
};

use crate::wire::problem::Problem;

/// No request of this API comes near this size.
const LARGEST_BODY: usize = 256 * 1024;

/// What is read of a body that is too large, so that the client gets to read the answer.
const LARGEST_DISCARDED: usize = 64 * 1024 * 1024;

/// Reads a body up to the limit, and what is beyond it only to throw it away.
pub(super) async fn read(
    body: Incoming,
    headers: &HeaderMap,
    timeout: Duration,
) -> Result<Bytes, Problem> {
    if body.size_hint().lower() > LARGEST_BODY as u64 && headers.contains_key(EXPECT) {
        // The client asks before it sends, and can be told without the body.
        return Err(too_large());
    }
    let bytes = tokio::time::timeout(timeout, collect(body))
        .await
        .unwrap_or_else(|_| Err(Problem::http(408, "Request timeout")))?;
    // A body whose connection went away in the middle may end like a whole one.
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    match announced {
        Some(length) if length != bytes.len() => Err(unreadable()),
        _ => Ok(bytes),
    }
}

async fn collect(mut body: Incoming) -> Result<Bytes, Problem> {
    let mut kept = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| unreadable())?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length <= LARGEST_BODY {
            kept.extend_from_slice(&data);
        } else if length > LARGEST_DISCARDED {
            break;
        }
    }
    if length > LARGEST_BODY {
        return Err(too_large());
    }
    Ok(kept.freeze())
}

fn unreadable() -> Problem {
    Problem::http(400, "The body could not be read")
}

fn too_large() -> Problem {
    Problem::http(413, "Content too large").with_detail("the limit is 256 KiB")
}
