//! Responses with another body.

use http_body_util::Limited;
use reqwest::{Body, Response, ResponseBuilderExt};

/// A response with its body replaced, and all else kept.
pub fn with_body(response: Response, body: &'static str) -> Response {
    map_body(response, |_| body.into())
}

/// A response of whose body at most `max` bytes are read; reading on is an error.
pub(crate) fn bounded(response: Response, max: usize) -> Response {
    // No body is longer than its announced length. Not to wrap it saves a charge three
    // hundredths of its instructions.
    if response
        .content_length()
        .is_some_and(|length| length <= max as u64)
    {
        return response;
    }
    map_body(response, |body| Body::wrap(Limited::new(body, max)))
}

fn map_body(response: Response, map: impl FnOnce(Body) -> Body) -> Response {
    let url = response.url().clone();
    let (parts, body) = http::Response::<Body>::from(response).into_parts();
    // Only a builder takes the URL along. It fails on parts that do not parse; these did.
    let mut builder = http::Response::builder()
        .status(parts.status)
        .version(parts.version)
        .url(url);
    if let Some(headers) = builder.headers_mut() {
        *headers = parts.headers;
    }
    let mut mapped = builder.body(map(body)).unwrap_or_default();
    mapped.extensions_mut().extend(parts.extensions);
    mapped.into()
}
