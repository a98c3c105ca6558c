//! The page's static files.

use axum::{
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::IntoResponse,
};

/// Nothing but the page's own files may load, and nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src data:; frame-ancestors 'none'";

pub(super) async fn html() -> impl IntoResponse {
    let policy = [(CONTENT_SECURITY_POLICY, POLICY)];
    (
        policy,
        file(
            "text/html; charset=utf-8",
            include_str!("../../assets/page.html"),
        ),
    )
}

pub(super) async fn css() -> impl IntoResponse {
    file(
        "text/css; charset=utf-8",
        include_str!("../../assets/page.css"),
    )
}

pub(super) async fn js() -> impl IntoResponse {
    file(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/page.js"),
    )
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")],
        text,
    )
}
