//! Checks of request headers, as the service makes them.

use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};

use crate::{
    state::{definition::Scope, store::Store},
    wire::{media::PAYMENTS_JSON, problem::Problem},
};

/// The tokens host: an API account token with one of these scopes, and an `Accept` that takes JSON.
pub(super) fn api(headers: &HeaderMap, store: &Store, any_of: &[Scope]) -> Result<(), Problem> {
    let unauthorized = |detail| Problem::http(401, "Unauthorized").with_detail(detail);
    let token = headers
        .get("x-auth-token")
        .ok_or_else(|| unauthorized("the X-Auth-Token header is missing"))?;
    let scopes = token
        .to_str()
        .ok()
        .and_then(|token| store.scopes_of(token))
        .ok_or_else(|| unauthorized("the X-Auth-Token is not valid for this store"))?;
    if !any_of.iter().any(|scope| scopes.contains(scope)) {
        let names: Vec<&str> = any_of.iter().map(|scope| scope.name()).collect();
        let detail = format!(
            "the X-Auth-Token lacks the OAuth scope {}",
            names.join(" or ")
        );
        return Err(Problem::http(403, "Forbidden").with_detail(detail));
    }
    let accepts_json = ["application/json", "application/*", "*/*"]
        .iter()
        .any(|range| accepts(headers, range));
    if headers.contains_key(ACCEPT) && !accepts_json {
        return Err(not_acceptable("Accept must allow application/json"));
    }
    Ok(())
}

/// The payments host: its own media type, and a payment access token, which is returned.
pub(super) fn payments(headers: &HeaderMap) -> Result<&str, Problem> {
    if !accepts(headers, PAYMENTS_JSON) {
        return Err(not_acceptable("Accept must be application/vnd.bc.v1+json"));
    }
    let unauthorized = |detail| Problem::coded(10001).with_status(401).with_detail(detail);
    let authorization = headers
        .get(AUTHORIZATION)
        .ok_or_else(|| unauthorized("the Authorization header is missing"))?;
    let value = authorization.to_str().unwrap_or_default();
    let Some(token) = value.strip_prefix("PAT ") else {
        return Err(unauthorized(
            "Authorization must be the word PAT, one space and the token",
        ));
    };
    match token {
        _ if token.starts_with(' ') || token.ends_with(' ') => Err(unauthorized(
            "Authorization has a space too many: it is the word PAT, one space and the token",
        )),
        _ if token.starts_with("PAT ") || token.starts_with("JWT ") => Err(unauthorized(
            "Authorization has a second prefix after PAT: the token itself begins with eyJ",
        )),
        _ => Ok(token),
    }
}

/// A request with a body says that it is JSON.
pub(super) fn json_body(headers: &HeaderMap) -> Result<(), Problem> {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Problem::http(415, "Unsupported media type")
            .with_detail("Content-Type must be application/json"))
    }
}

fn accepts(headers: &HeaderMap, media_range: &str) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|range| range.trim().eq_ignore_ascii_case(media_range))
}

fn not_acceptable(detail: &'static str) -> Problem {
    Problem::http(406, "Not acceptable").with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_ranges_are_read_from_a_list_with_parameters() {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            "text/html, application/VND.bc.v1+json;q=0.5"
                .parse()
                .unwrap(),
        );
        assert!(accepts(&headers, PAYMENTS_JSON));
        assert!(!accepts(&headers, "application/json"));
    }
}
