//! Who may use the admin port, and what its document says of it.

use bigcommerce_sandbox::Sandbox;
use reqwest::{Client, Method};

use super::admin::call;

#[tokio::test]
async fn pages_of_the_web_are_kept_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let asks = |host: &'static str, origin: Option<&'static str>| {
        let request = Client::new().get(format!("{}/state", sandbox.admin_url()));
        let request = request.header("host", host);
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        async move {
            let response = request.send().await.unwrap();
            let allowed = response
                .headers()
                .get("access-control-allow-origin")
                .cloned();
            (
                response.status().as_u16(),
                allowed.map(|it| it.to_str().unwrap().to_owned()),
            )
        }
    };
    assert_eq!(asks("localhost:1", None).await, (200, None));
    assert_eq!(asks("[::1]:1", None).await, (200, None));
    assert_eq!(asks("rebound.example.com", None).await, (421, None));
    let local = "http://localhost:3000";
    assert_eq!(
        asks("127.0.0.1", Some(local)).await,
        (200, Some(local.to_owned()))
    );
    assert_eq!(asks("127.0.0.1", Some("https://example.com")).await.0, 403);
    assert_eq!(asks("127.0.0.1", Some("null")).await.0, 403);

    let url = format!("{}/faults", sandbox.admin_url());
    let preflight = Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", local);
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.status(), 204);
    assert_eq!(
        preflight.headers()["access-control-allow-headers"],
        "content-type"
    );
}

#[tokio::test]
async fn the_admin_document_has_every_route_and_no_other() {
    let source = include_str!("../../../crates/sandbox/src/admin.rs");
    let mut routes: Vec<&str> = source
        .split(".route(")
        .skip(1)
        .map(|rest| rest.split('"').nth(1).unwrap())
        .collect();
    routes.sort_unstable();
    let sandbox = Sandbox::start().await.unwrap();
    let document = call(&sandbox, Method::GET, "/openapi/admin.json", None)
        .await
        .body;
    let paths = document["paths"].as_object().unwrap();
    let mut documented: Vec<&str> = paths.keys().map(String::as_str).collect();
    documented.sort_unstable();
    assert_eq!(documented, routes);
    for (path, operations) in paths {
        let real = path
            .replace("{hash}", "teststore1")
            .replace("{order_id}", "215")
            .replace("{file}", "page.css")
            .replace("{id}", "1");
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let url = format!("{}{real}", sandbox.admin_url());
            let sent = Client::new()
                .request(method.parse().unwrap(), url)
                .send()
                .await;
            let is_taken = sent.unwrap().status() != 405;
            let is_documented = operations.get(method.to_lowercase()).is_some();
            assert_eq!(is_taken, is_documented, "{method} {path}");
        }
    }
}
