//! Who may use the admin port from a browser.
//!
//! The port has no password. A page of the web must not reach it, neither by sending requests to
//! it nor by a name of its own that resolves to this machine.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, HOST, ORIGIN, VARY,
        },
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::admin::{context::Admin, error::AdminError};

/// Lets requests through that name this machine as their host and come from no foreign page.
pub(super) async fn guard(State(admin): State<Admin>, request: Request, next: Next) -> Response {
    if let Err(refusal) = check_host(&admin, request.headers(), request.uri()) {
        return refusal.into_response();
    }
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    if !is_loopback_page(&origin) && !is_own_page(&origin, request.headers()) {
        let message = "pages that are not on loopback may not use the admin port";
        return AdminError(StatusCode::FORBIDDEN, message.to_owned()).into_response();
    }
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let methods = HeaderValue::from_static("GET, POST, PUT, DELETE");
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    let allowed = HeaderValue::from_static("content-type");
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(VARY, HeaderValue::from_static("origin"));
    response
}

fn check_host(admin: &Admin, headers: &HeaderMap, uri: &Uri) -> Result<(), AdminError> {
    let named = headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = named
        .or(uri.authority().map(Authority::as_str))
        .map(without_port);
    let is_known = |host: &str| {
        address(host).is_some()
            || host.eq_ignore_ascii_case("localhost")
            || admin.names.iter().any(|it| host.eq_ignore_ascii_case(it))
    };
    if host.is_some_and(is_known) {
        return Ok(());
    }
    let message = "the Host header names another machine; --admin-name allows a name";
    Err(AdminError(
        StatusCode::MISDIRECTED_REQUEST,
        message.to_owned(),
    ))
}

fn is_loopback_page(origin: &HeaderValue) -> bool {
    let host = origin.to_str().ok().and_then(host_of);
    host.is_some_and(|host| {
        host.eq_ignore_ascii_case("localhost")
            || address(host).is_some_and(|address| address.is_loopback())
    })
}

/// Whether a page came from the admin port itself, under whatever name.
fn is_own_page(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let origin = origin.to_str().ok().and_then(|it| it.split_once("://"));
    let host = headers.get(HOST).and_then(|it| it.to_str().ok());
    origin.is_some_and(|(_, authority)| Some(authority) == host)
}

fn host_of(origin: &str) -> Option<&str> {
    Some(without_port(origin.split_once("://")?.1))
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_with_and_without_ports() {
        for (authority, host) in [
            ("localhost:4012", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:4012", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(authority), host);
        }
        assert!(address("[::1]").is_some_and(|it| it.is_loopback()));
        assert!(address("localhost").is_none());
    }

    #[test]
    fn only_pages_on_loopback_are_let_in() {
        let page = |origin| is_loopback_page(&HeaderValue::from_static(origin));
        for good in [
            "http://localhost:3000",
            "http://127.0.0.1",
            "https://[::1]:8443",
        ] {
            assert!(page(good), "{good}");
        }
        for bad in [
            "https://example.com",
            "null",
            "http://127.0.0.1.example.com",
            "file://",
        ] {
            assert!(!page(bad), "{bad}");
        }
    }
}
