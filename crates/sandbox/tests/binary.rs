//! The binary as a process: its flags, its one line, and how it stops.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

fn sandbox(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bigcommerce-sandbox"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running binary and what it announced. It is killed when dropped.
struct Running {
    child: Child,
    ready: Value,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        Self::of(&mut sandbox(arguments))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).expect("the line is JSON");
        Self { child, ready }
    }

    fn text(&self, name: &str) -> &str {
        self.ready[name].as_str().expect("a string")
    }

    /// Sends a signal, and gives the exit status and what was logged.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        // The shell's own `kill`: the program is not on every machine.
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -s {signal} {id}")])
            .status()
            .expect("the shell runs");
        assert!(sent.success());
        let status = self.child.wait().expect("the process ends");
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("stderr is piped");
        stderr.read_to_string(&mut log).expect("the log is text");
        (status.code(), log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).unwrap()
}

fn post(url: &str, path: &str, headers: &str, body: &str) -> String {
    let mut socket = connect(url);
    let length = body.len();
    write!(
        socket,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

fn failure(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = sandbox(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn it_announces_itself_serves_logs_without_secrets_and_stops() {
    for signal in ["INT", "TERM"] {
        let running = Running::start(&["--seed", "7"]);
        assert_eq!(running.ready["seed"], 7);
        let token = running.text("access_token").to_owned();
        let path = format!(
            "/stores/{}/v3/payments/access_tokens",
            running.text("store_hash")
        );
        let body = r#"{"order": {"id": 215}}"#;
        let headers = format!("x-auth-token: {token}\r\n");
        let answer = post(running.text("api_url"), &path, &headers, body);
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");

        let (code, log) = running.stop(signal);
        assert_eq!(code, Some(0), "{log}");
        for part in [path.as_str(), "status=201", "order=215", "correlation_id="] {
            assert!(log.contains(part), "{part}: {log}");
        }
        assert!(!log.contains('\u{1b}'), "a file wants no colours: {log}");
        assert!(!log.contains(&token) && !log.contains("eyJ"), "{log}");
    }
}

#[test]
fn a_line_of_the_log_has_order_code_fault_correlation_id_and_reason() {
    let running = Running::start(&["--most-orders", "1"]);
    let json = |answer: &str| -> Value {
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let admin = running.text("admin_url");
    let made = post(
        admin,
        "/stores/teststore1/payable-orders",
        "",
        r#"{"count": 3, "total": "60.98"}"#,
    );
    let made = json(&made);
    let fault = r#"{"endpoint": "process_payment", "times": 1,
        "steps": [{"kind": "respond", "status": 500, "when": "after"}]}"#;
    post(admin, "/faults", "", fault);
    let pay = |index: usize, number: &str| {
        let pat = made[index]["payment_access_token"].as_str().unwrap();
        let headers = format!(
            "authorization: PAT {pat}\r\naccept: application/vnd.bc.v1+json\r\n\
             x-correlation-id: my-id-{index}\r\n"
        );
        let body = format!(
            r#"{{"payment": {{"payment_method_id": "stripe.card", "instrument": {{
                "type": "card", "number": "{number}", "cardholder_name": "Jane Doe",
                "expiry_month": 12, "expiry_year": 2040, "verification_value": "987"}}}}}}"#
        );
        post(
            running.text("payments_url"),
            "/stores/teststore1/payments",
            &headers,
            &body,
        )
    };
    assert!(pay(0, "4000000000000002").starts_with("HTTP/1.1 500"));
    assert!(pay(1, "4242424242424242").starts_with("HTTP/1.1 201"));
    assert!(pay(2, "4242424242424242").starts_with("HTTP/1.1 201"));
    let not_http = "\u{16}\u{3}\u{1} nonsense";
    let mut socket = connect(running.text("api_url"));
    socket.write_all(not_http.as_bytes()).unwrap();
    socket.read_to_end(&mut Vec::new()).unwrap();

    let (_, log) = running.stop("TERM");
    let line = log.lines().find(|it| it.contains("my-id-0")).expect(&log);
    let order = format!("order={}", made[0]["order_id"]);
    for part in [
        "status=500",
        &order,
        "code=30104",
        r#"fault="respond""#,
        r#"correlation_id="my-id-0""#,
        r#"reason="The payment was declined by the issuer""#,
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let forgotten: Vec<&str> = log.lines().filter(|it| it.contains("forgotten=")).collect();
    assert_eq!(forgotten.len(), 2, "{log}");
    for part in ["WARN", r#"store="teststore1""#, "forgotten=1", "kept=1"] {
        assert!(forgotten[0].contains(part), "{part}: {}", forgotten[0]);
    }
    assert!(log.contains("not HTTP"), "{log}");
    for secret in ["4242424242424242", "4000000000000002", "987", "Jane", "eyJ"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn options_come_from_the_environment_too() {
    let running = Running::of(
        sandbox(&[])
            .env("SANDBOX_HOST", "0.0.0.0")
            .env("SANDBOX_SEED", "5")
            .env("SANDBOX_STORE_HASH", "mystore")
            .env("SANDBOX_ACCESS_TOKEN", "my-token"),
    );
    assert_eq!(running.ready["seed"], 5);
    assert_eq!(running.text("store_hash"), "mystore");
    assert_eq!(running.text("access_token"), "my-token");
    assert!(running.text("api_url").starts_with("http://localhost:"));
    assert!(running.text("admin_url").starts_with("http://127.0.0.1:"));
    let (_, log) = running.stop("TERM");
    assert!(log.contains("for tests only"), "{log}");
}

#[test]
fn switches_in_the_environment_may_be_digits_or_words() {
    for (value, is_on) in [
        ("1", true),
        ("true", true),
        ("yes", true),
        ("0", false),
        ("off", false),
    ] {
        let running = Running::of(sandbox(&["--quiet"]).env("SANDBOX_TLS", value));
        let is_tls = running.text("api_url").starts_with("https://");
        assert_eq!(is_tls, is_on, "{value}");
    }
    let unclear = sandbox(&[]).env("SANDBOX_TLS", "maybe").output().unwrap();
    assert_eq!(unclear.status.code(), Some(2));
}

#[test]
fn urls_name_the_host_that_is_chosen() {
    let running = Running::start(&[
        "--url-host",
        "sandbox",
        "--host",
        "::1",
        "--admin-host",
        "::1",
    ]);
    for url in ["api_url", "payments_url", "admin_url"] {
        assert!(
            running.text(url).starts_with("http://sandbox:"),
            "{}",
            running.ready
        );
    }
    let running = Running::start(&["--host", "::1"]);
    let answer = post(
        running.text("api_url"),
        "/stores/teststore1/v2/orders",
        "",
        "",
    );
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[test]
fn a_running_sandbox_is_well_and_one_that_is_gone_is_not() {
    let running = Running::start(&[]);
    let port = running
        .text("admin_url")
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let check = || {
        let mut command = sandbox(&["--check-health"]);
        command.env("SANDBOX_ADMIN_PORT", &port);
        command.output().unwrap()
    };
    assert_eq!(check().status.code(), Some(0));
    running.stop("TERM");
    let gone = check();
    assert_eq!(gone.status.code(), Some(1));
    assert!(
        String::from_utf8(gone.stderr)
            .unwrap()
            .contains("no sandbox answers")
    );
}

#[test]
fn tls_announces_the_ca() {
    let running = Running::start(&["--tls", "--quiet"]);
    assert!(running.text("api_url").starts_with("https://"));
    assert!(running.text("admin_url").starts_with("http://"));
    assert!(
        running
            .text("ca_pem")
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
}

#[test]
fn bad_flags_are_named() {
    let cases: [(&[&str], &str); 5] = [
        (
            &["--api-port", "http"],
            "invalid value 'http' for '--api-port <PORT>'",
        ),
        (
            &["--success-form", "203"],
            "unknown variant `203`, expected one of `201_enveloped`",
        ),
        (
            &["--clock", "noon"],
            "give `real` or a Unix time in seconds",
        ),
        (&["--ca-file", "ca.pem"], "--tls"),
        (&["--sede", "1"], "unexpected argument '--sede'"),
    ];
    for (arguments, part) in cases {
        let (code, error) = failure(arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let running = Running::start(&[]);
    let port = running.text("api_url").rsplit(':').next().unwrap();
    let (code, error) = failure(&["--payments-port", port]);
    assert_eq!(code, Some(1));
    let expected = format!("error: cannot listen on 127.0.0.1:{port} for the payments host");
    assert!(error.contains(&expected), "{error}");
}

#[test]
fn bad_store_files_are_named_with_the_place() {
    let cases = [
        ("{", "line 1 column 1"),
        (r#"{"stores": []}"#, "`stores` is empty"),
        (
            r#"{"stores": [{"hash": "a", "id": 1}]}"#,
            "missing field `tokens`",
        ),
        (
            "{\"stores\": [\n  {\"hash\": \"a\", \"ids\": 1}]}",
            "unknown field `ids`",
        ),
        (
            r#"{"stores": [{"hash": "a/b", "id": 1, "tokens": []}]}"#,
            "store `a/b`: `hash` must be letters and digits",
        ),
        (
            r#"{"stores": [{"hash": "a", "id": 1, "tokens": [{"token": "t", "scopes": ["all"]}]}]}"#,
            "unknown variant `all`",
        ),
        (
            r#"{"stores": [{"hash": "a", "id": 1, "tokens": [{"token": "t", "scopes": []}],
                "orders": [{"id": 7, "total": "ten"}]}]}"#,
            "order 7: `total` must be a decimal amount",
        ),
        (
            r#"{"stores": [{"hash": "a", "id": 1, "tokens": [{"token": "t", "scopes": []}],
                "orders": [{"id": 7, "total": "1", "customer_id": 3}]}]}"#,
            "order 7: its customer 3 is not in `customers`",
        ),
    ];
    for (number, (text, part)) in cases.into_iter().enumerate() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("store-{number}.json"));
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let (code, error) = failure(&["--store-file", path]);
        assert_eq!(code, Some(1), "{error}");
        assert!(error.contains(part) && error.contains(path), "{error}");
    }
    let (code, error) = failure(&["--store-file", "/no/such/file.json"]);
    assert_eq!(code, Some(1));
    assert!(
        error.contains("cannot read the store file /no/such/file.json"),
        "{error}"
    );
}

#[test]
fn the_built_in_store_as_a_file_is_a_good_store_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/default-store.json");
    let running = Running::start(&["--store-file", path]);
    assert_eq!(running.text("store_hash"), "teststore1");
}
