//! What a service compiles when it depends on the facade.

use std::{collections::BTreeSet, env, process::Command};

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
    let compiled = crates_of("bigcommerce-payments", &[]);

    assert!(compiled.contains("bigcommerce-tokens-api"));
    assert!(compiled.contains("progenitor-client"));
    for name in ABSENT {
        assert!(!compiled.contains(*name), "{name}");
    }
}

#[test]
fn the_feature_is_what_brings_the_generator_in() {
    let compiled = crates_of("bigcommerce-tokens-api", &["--features", "codegen"]);

    assert!(compiled.contains("progenitor-impl"));
}

/// What the docs tell a service to take for its tests.
#[test]
fn the_test_store_as_a_dependency_has_no_program() {
    const OF_THE_PROGRAM: [&str; 4] = ["clap", "tracing-subscriber", "rcgen", "tokio-rustls"];
    let with = |options: &[&str]| crates_of("bigcommerce-sandbox", options);

    let (library, all) = (with(&["--no-default-features"]), with(&[]));

    assert!(library.contains("hyper"));
    for name in OF_THE_PROGRAM {
        assert!(!library.contains(name) && all.contains(name), "{name}");
    }
}

fn crates_of(package: &str, options: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env::var_os("CARGO").unwrap())
        .args([
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal,build",
        ])
        .args(["--format", "{p}", "--package", package])
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
