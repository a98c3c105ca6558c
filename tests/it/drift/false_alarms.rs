//! What was called a break between versions of public documents, and is none.

use bigcommerce_drift::Level;
use serde_json::{Value, json};

use super::apis::{api, between, breaks, has, of_schemas, with};
use Level::{Err, Info, Warn};

#[test]
fn what_comes_and_goes_with_a_type_is_one_break() {
    let text = json!({"type": "string", "maxLength": 9});
    let list = json!({"type": "array", "items": {"type": "string"}, "minItems": 1});
    let object = json!({"type": "object", "required": ["a"], "properties": {"a": {}}});
    for (base, revision) in [(&text, &list), (&list, &object), (&object, &text)] {
        for (base, revision) in [(base, revision), (revision, base)] {
            let mut found = of_schemas(base, revision);
            found.retain(|(_, level)| *level > Info);
            let ids: Vec<_> = found.iter().map(|(id, _)| id.as_str()).collect();
            assert_eq!(
                ids,
                ["request-body-type-changed", "response-body-type-changed"]
            );
        }
    }
}

#[test]
fn another_kind_of_security_scheme_is_one_break() {
    let scheme = |scheme: Value| with("/components/securitySchemes", json!({"key": scheme}));
    let key = scheme(json!({"type": "apiKey", "in": "header", "name": "X-Key"}));
    let http = scheme(json!({"type": "http", "scheme": "basic"}));
    assert_eq!(breaks(&key, &http), ["api-security-component-type-changed"]);
    assert_eq!(breaks(&http, &key), ["api-security-component-type-changed"]);
}

#[test]
fn a_range_of_media_types_that_becomes_one_of_them_harms_no_reader() {
    let takes = |name: &str| {
        with(
            "/paths/~1a/post/requestBody/content",
            json!({name: {"schema": {}}}),
        )
    };
    let gives = |name: &str| {
        with(
            "/paths/~1a/post/responses/200/content",
            json!({name: {"schema": {}}}),
        )
    };
    for range in ["*/*", "text/*"] {
        assert_eq!(
            breaks(&gives(range), &gives("text/xml")),
            [""; 0],
            "{range}"
        );
        assert_eq!(
            breaks(&takes("text/xml"), &takes(range)),
            [""; 0],
            "{range}"
        );
        let refused = breaks(&takes(range), &takes("text/xml"));
        assert_eq!(refused, ["request-body-media-type-specialized"], "{range}");
    }
    assert_eq!(
        breaks(&gives("text/*"), &gives("image/png")),
        ["response-media-type-removed"]
    );
    // Something else that stands among the media types is none.
    let findings = between(&gives("_links"), &gives("text/xml"));
    assert!(
        findings
            .iter()
            .any(|it| it.id == "unclassified" && it.level == Warn)
    );
    assert!(findings.iter().all(|it| it.level < Err), "{findings:#?}");
}

#[test]
fn a_slash_at_the_end_of_a_server_leads_to_the_same_place() {
    let at = |url: &str| with("/servers", json!([{"url": url}]));
    let findings = between(&at("https://example.com"), &at("https://example.com/"));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        (findings[0].id.as_str(), findings[0].level),
        ("equivalent-change", Info)
    );
    assert_eq!(
        breaks(&at("https://example.com/a"), &at("https://example.com")),
        ["server-url-changed"]
    );
}

/// An API at these servers with these paths, all of which do the same.
fn at_servers(servers: &[&str], paths: &[&str]) -> Value {
    let mut api = api(&json!({}), &json!({}));
    let servers: Vec<_> = servers.iter().map(|url| json!({"url": url})).collect();
    api["servers"] = servers.into();
    let operations = api["paths"]["/a"].take();
    let paths = paths
        .iter()
        .map(|path| ((*path).to_owned(), operations.clone()));
    api["paths"] = Value::Object(paths.collect());
    api
}

#[test]
fn what_moves_between_the_servers_and_all_paths_is_called_as_before() {
    let in_url = at_servers(
        &["https://example.com/v1/", "https://test.example.com/v1"],
        &["/orders", "/orders/{id}", "/gone"],
    );
    let mut in_paths = at_servers(
        &["https://example.com", "https://test.example.com"],
        &["/v1/orders", "/v1/orders/{order}", "/v2/new"],
    );
    for (base, revision, gone) in [
        (&in_url, &in_paths, "gone"),
        (&in_paths, &in_url, "v2~1new"),
    ] {
        let findings = between(base, revision);
        let breaks: Vec<_> = findings.iter().filter(|it| it.level == Err).collect();
        assert_eq!(breaks.len(), 1, "{breaks:#?}");
        assert_eq!(breaks[0].id, "api-path-removed-without-deprecation");
        assert_eq!(breaks[0].path, format!("/paths/~1{gone}/post"));
        let count = |id: &str| findings.iter().filter(|it| it.id == id).count();
        assert_eq!(count("server-url-prefix-moved"), 2, "{findings:#?}");
        assert_eq!(count("path-prefix-moved"), 2, "{findings:#?}");
        assert_eq!(count("path-parameter-renamed"), 1, "{findings:#?}");
    }
    // What changed in a path that moved is found there.
    in_paths["paths"]["/v1/orders/{order}"]["post"]["deprecated"] = json!(true);
    let findings = between(&in_url, &in_paths);
    let deprecated = findings.iter().find(|it| it.id == "endpoint-deprecated");
    let path = deprecated.map(|it| it.path.as_str());
    assert_eq!(path, Some("/paths/~1v1~1orders~1{order}/post/deprecated"));
}

#[test]
fn what_moves_at_some_servers_or_paths_only_is_called_at_another_url() {
    let in_url = ["https://example.com/v1"];
    let removed = "api-path-removed-without-deprecation";
    let base = at_servers(&in_url, &["/orders", "/pets"]);
    // Another host takes the same paths: that is one break.
    let elsewhere = at_servers(&["https://example.org"], &["/v1/orders", "/v1/pets"]);
    assert_eq!(breaks(&base, &elsewhere), ["server-url-changed"]);
    // A path that kept its name is called at another URL.
    let in_part = at_servers(&["https://example.com"], &["/v1/orders", "/pets"]);
    assert_eq!(breaks(&base, &in_part), ["server-url-changed", removed]);
    // At the second server it is another path.
    let second = "https://test.example.com";
    let two = at_servers(&[in_url[0], second], &["/orders"]);
    let moved = at_servers(&["https://example.com", second], &["/v1/orders"]);
    assert_eq!(breaks(&two, &moved), ["server-url-changed", removed]);
    // So it is where a path has a server of its own.
    let with_own = |mut api: Value, path: &str| {
        api["paths"][path]["post"]["servers"] = json!([{"url": "https://files.example.com/v1"}]);
        api
    };
    let own = with_own(base.clone(), "/pets");
    let moved = with_own(elsewhere, "/v1/pets");
    assert!(breaks(&own, &moved).contains(&removed.to_owned()));
    // There, a path that is called as one that moved is another one.
    let mut doubled = at_servers(&["https://example.com"], &["/v1/pets", "/v1/orders"]);
    doubled["paths"]["/v1/orders"]["servers"] = json!([{"url": in_url[0]}]);
    assert_eq!(breaks(&base, &doubled), [removed]);
    // Where one operation has a server of its own, the other one is called at another URL.
    let in_part = |mut api: Value| {
        let item = &mut api["paths"]["/pets"];
        item["get"] = item["post"].clone();
        item["get"]["servers"] = json!([{"url": "https://files.example.com"}]);
        api
    };
    let moved = at_servers(&["https://example.com"], &["/v1/orders", "/pets"]);
    assert_eq!(
        breaks(&in_part(base.clone()), &in_part(moved)),
        ["server-url-changed", removed]
    );
    // A part of a name is no part of a path.
    let longer = at_servers(&["https://example.com/v1-old"], &["/orders"]);
    assert_eq!(breaks(&base, &longer)[0], "server-url-changed");
}

#[test]
fn a_length_that_all_values_keep_limits_nothing() {
    let bounded = json!({"type": "string", "maxLength": 36});
    for (values, keep) in [
        (json!({"type": "string", "enum": ["a", "b", null]}), true),
        (json!({"type": "string", "enum": ["a".repeat(37)]}), false),
        (json!({"type": "string", "format": "uuid"}), true),
        (json!({"type": "string", "format": "uri"}), false),
    ] {
        let found = of_schemas(&values, &bounded);
        let is_break = has(&found, "request-body-max-length-set", Err);
        assert_eq!(is_break, !keep, "{values}: {found:?}");
        let found = of_schemas(&bounded, &values);
        let is_break = has(&found, "response-body-max-length-unset", Err);
        assert_eq!(is_break, !keep, "{values}: {found:?}");
    }
}

#[test]
fn what_says_nothing_limits_nothing() {
    let object =
        |others: Value| json!({"type": "object", "properties": {}, "additionalProperties": others});
    let described = object(json!({"description": "Fields of your own"}));
    for open in [
        json!({"type": "object", "properties": {}}),
        object(json!(true)),
    ] {
        let found = of_schemas(&open, &described);
        assert!(
            found.iter().all(|(_, level)| *level == Info),
            "{open}: {found:?}"
        );
    }
}

#[test]
fn every_text_is_some_bytes_and_not_all_bytes_are_a_text() {
    for base in [
        json!({"type": "string"}),
        json!({"type": "string", "format": "password"}),
    ] {
        let bytes = json!({"type": "string", "format": "binary"});
        for (found, taken, given) in [
            (
                of_schemas(&base, &bytes),
                ("request-body-format-generalized", Info),
                ("response-body-format-generalized", Err),
            ),
            (
                of_schemas(&bytes, &base),
                ("request-body-format-specialized", Err),
                ("response-body-format-specialized", Info),
            ),
        ] {
            let told = [taken, given].map(|(id, level)| (id.to_owned(), level));
            assert_eq!(found, told, "{base}");
        }
    }
}
