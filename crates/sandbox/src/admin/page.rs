//! The page's static files.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::IntoResponse,
};

use crate::admin::error::AdminError;

/// Nothing but the page's own files may load, and nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src data:; frame-ancestors 'none'";

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The files that the page loads: name, content type, text.
const ASSETS: &[(&str, &str, &str)] = &[
    ("page.css", CSS, include_str!("../../assets/page.css")),
    ("page.js", JAVASCRIPT, include_str!("../../assets/page.js")),
    (
        "details.js",
        JAVASCRIPT,
        include_str!("../../assets/details.js"),
    ),
    ("dom.js", JAVASCRIPT, include_str!("../../assets/dom.js")),
    (
        "faults.js",
        JAVASCRIPT,
        include_str!("../../assets/faults.js"),
    ),
    (
        "lists.js",
        JAVASCRIPT,
        include_str!("../../assets/lists.js"),
    ),
];

pub(super) async fn html() -> impl IntoResponse {
    let html = include_str!("../../assets/page.html");
    let policy = [(CONTENT_SECURITY_POLICY, POLICY)];
    (policy, file("text/html; charset=utf-8", html))
}

pub(super) async fn asset(
    name: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, AdminError> {
    let Path(name) = name?;
    let found = ASSETS.iter().find(|(asset, ..)| *asset == name);
    let (_, content_type, text) =
        found.ok_or_else(|| AdminError::not_found(format!("the page has no file `{name}`")))?;
    Ok(file(content_type, text))
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")],
        text,
    )
}
