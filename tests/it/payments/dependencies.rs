//! What a service compiles when it depends on the facade.

use std::{collections::BTreeSet, env, fs, process::Command};

use crate::codegen::tree::workspace;

/// The generator, what it is made of, and what only maintenance and tests need.
const ABSENT: &[&str] = &[
    "bigcommerce-codegen",
    "bigcommerce-drift",
    "bigcommerce-sandbox",
    "bigcommerce-spec",
    "openapiv3",
    "prettyplease",
    "progenitor",
    "progenitor-impl",
    "progenitor-macro",
    "typify",
    "typify-impl",
];

#[test]
fn a_service_does_not_compile_the_generator() {
    let compiled = crates_of(&["--package", "bigcommerce-payments"]);

    assert!(compiled.contains("bigcommerce-tokens-api"));
    assert!(compiled.contains("progenitor-client"));
    for name in ABSENT {
        assert!(!compiled.contains(*name), "{name}");
    }
}

#[test]
fn the_feature_is_what_brings_the_generator_in() {
    let compiled = crates_of(&[
        "--package",
        "bigcommerce-tokens-api",
        "--features",
        "codegen",
    ]);

    assert!(compiled.contains("progenitor-impl"));
}

/// What the docs tell a service to take for its tests.
#[test]
fn the_test_store_as_a_dependency_has_no_program() {
    const OF_THE_PROGRAM: [&str; 4] = ["clap", "tracing-subscriber", "rcgen", "tokio-rustls"];
    let package = ["--package", "bigcommerce-sandbox"];
    let library = crates_of(&[&package[..], &["--no-default-features"]].concat());
    let all = crates_of(&package);

    assert!(library.contains("hyper"));
    for name in OF_THE_PROGRAM {
        assert!(!library.contains(name) && all.contains(name), "{name}");
    }
}

/// Each crate beyond those of a client by hand is one of every service, and has a reason.
#[cfg(target_os = "linux")]
#[test]
fn each_crate_beyond_a_client_by_hand_has_its_reason() {
    let page = fs::read_to_string(workspace().join("crates/payments/docs/dependencies.md"));
    let page = page.unwrap();
    let row = |line: &str| Some(line.strip_prefix("| `")?.split_once("` | ")?.0.to_owned());
    let explained: BTreeSet<_> = page.lines().filter_map(row).collect();

    let service = tempfile::tempdir().unwrap();
    let manifest = service.path().join("Cargo.toml");
    let by_hand = r#"
        [package]
        name = "service"
        edition = "2024"
        [dependencies]
        reqwest = { version = "0.13", default-features = false, features = ["default-tls", "json"] }
        serde_json = "1"
        tokio = { version = "1", default-features = false, features = ["macros", "rt"] }
        [lib]
        path = "service.rs"
        [workspace]
    "#;
    fs::write(&manifest, by_hand).unwrap();
    fs::write(service.path().join("service.rs"), "").unwrap();
    let lock = "Cargo.lock";
    fs::copy(workspace().join(lock), service.path().join(lock)).unwrap();
    let by_hand = crates_of(&["--manifest-path", manifest.to_str().unwrap()]);
    assert!(by_hand.contains("reqwest"));

    let facade = crates_of(&["--package", "bigcommerce-payments"]);
    let beyond: BTreeSet<_> = facade.difference(&by_hand).cloned().collect();
    assert_eq!(beyond, explained);
}

fn crates_of(options: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env::var_os("CARGO").unwrap())
        .args([
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal,build",
        ])
        .args(["--format", "{p}"])
        .args(options)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).unwrap();
    let names = names.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}
